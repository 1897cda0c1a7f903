import { z } from 'zod';
import { durationText, json } from '#contract/common.ts';
import { durationMs } from '#main/base/duration.ts';
import { stepKind } from './kind.ts';

const field = z.strictObject({
  name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and underscores'),
  label: z.string().optional(),
  type: z.enum(['string', 'number', 'boolean', 'text']).default('string'),
  required: z.boolean().optional(),
  default: json.optional(),
  options: z.array(z.string()).min(1).optional().meta({ description: 'Values to choose from.' }),
});

const withSchema = z.strictObject({
  title: z.string().min(1).max(200).meta({
    title: 'Title',
    description: 'The question, in one line.',
  }),
  message: z.string().optional().meta({
    title: 'Message',
    description: 'What the person needs to know to decide.',
    'x-nexus-editor': 'text',
  }),
  who: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .meta({
      title: 'Who',
      description: 'Names or roles that may decide; default: every operator.',
    }),
  choices: z.array(z.string().min(1)).min(1).max(10).default(['approve', 'reject']).meta({
    title: 'Choices',
    description: 'What can be answered; the first is the usual one.',
  }),
  timeout: durationText.optional().meta({
    title: 'Timeout',
    description: 'How long to wait for an answer; default: without end.',
  }),
  default: z.string().optional().meta({
    title: 'Default',
    description: 'The choice taken when the timeout passes; without it the step fails then.',
  }),
  fields: z.array(field).max(50).default([]).meta({
    title: 'Form fields',
    description: 'Further values to ask for; they come back in outputs.fields.',
  }),
});

/** `approval`: asks a person and parks the run until there is an answer. */
export const approval = stepKind({
  kind: 'approval',
  title: 'Ask for approval',
  description: 'Asks a person to choose, with an optional form, and waits for the answer.',
  icon: 'user-check',
  group: 'People',
  with: withSchema,
  outputs: z.object({
    choice: z.string().meta({ description: 'What was chosen.' }),
    fields: z.record(z.string(), json).meta({ description: 'Values of the form.' }),
    by: z.string().optional().meta({ description: 'Who decided.' }),
    comment: z.string().optional(),
    timed_out: z.boolean().meta({ description: 'Whether the default was taken.' }),
  }),
  example: `id: ask
uses: approval
with:
  title: Deploy \${{ inputs.version }} to production?
  who: [admin]
  timeout: 1h
  default: reject
`,
  effects: 'pure',
  check: checkApproval,
  execute(input, context) {
    return {
      type: 'approval',
      title: input.title,
      message: input.message,
      choices: input.choices,
      fields: input.fields,
      who: [input.who].flat(),
      timeoutAt:
        input.timeout === undefined ? undefined : context.clock.now() + durationMs(input.timeout),
      defaultChoice: input.default,
    };
  },
});

function checkApproval(authored: Record<string, unknown>) {
  const choices = authored['choices'] ?? ['approve', 'reject'];
  const chosen = authored['default'];
  const problems = [];
  if (
    typeof chosen === 'string' &&
    !chosen.includes('${{') &&
    Array.isArray(choices) &&
    !choices.some((choice) => choice === chosen || String(choice).includes('${{'))
  ) {
    problems.push({
      path: ['default'],
      code: 'approval.default_unknown',
      message: `The default “${chosen}” is not one of the choices ${choices.join(', ')}.`,
      hint: 'Name one of the choices.',
    });
  }
  if (chosen !== undefined && authored['timeout'] === undefined) {
    problems.push({
      path: ['default'],
      code: 'approval.default_without_timeout',
      message: 'A default is taken when the timeout passes, and there is no timeout.',
      hint: 'Add `timeout`, or leave `default` out.',
    });
  }
  return problems;
}
