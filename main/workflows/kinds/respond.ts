import { z } from 'zod';
import { json } from '#contract/common.ts';
import { stepKind } from './kind.ts';

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const withSchema = z.strictObject({
  status: z.number().int().min(200).max(599).default(200).meta({ title: 'Status' }),
  headers: z
    .record(
      z.string().regex(HEADER_NAME, 'a header name'),
      // A line break in a header would let a value end the header and begin another.
      z.union([z.string().regex(/^[^\r\n\0]*$/, 'one line'), z.number()]).transform(String),
    )
    .default({})
    .meta({ title: 'Headers' }),
  body: json.default(null).meta({
    title: 'Body',
    description: 'Text is sent as it is; anything else as JSON.',
    'x-nexus-editor': 'expression',
  }),
});

/** `respond`: answers the webhook that started the run (`respond: by_step` in the trigger). */
export const respond = stepKind({
  kind: 'respond',
  title: 'Respond to webhook',
  description: 'Answers the webhook that started this run. The run goes on afterwards.',
  icon: 'reply',
  group: 'Network',
  with: withSchema,
  outputs: z.object({ status: z.number().int() }),
  example: `id: answer
uses: respond
with:
  status: 201
  body:
    id: \${{ run.id }}
`,
  effects: 'pure',
  execute(input) {
    const { status, headers, body } = input;
    return { type: 'respond', status, headers, body, outputs: { status } };
  },
});
