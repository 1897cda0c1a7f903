import { z } from 'zod';
import { durationText, json, type Json } from '#contract/common.ts';
import { durationMs } from '#main/base/duration.ts';
import { NexusError } from '#main/base/errors.ts';
import type { CodeAnswer } from './codejob.ts';
import { stepKind } from './kind.ts';
import { Sandbox } from './sandbox.ts';

const MIB = 1024 * 1024;
const LOG_LIMIT = 4 * MIB;
const MAX_TIME_MS = 300_000;

const withSchema = z.strictObject({
  code: z.string().min(1).meta({
    title: 'Code',
    description:
      'JavaScript, the body of a function: `input` is what you pass, `return` gives the result. No files, no network, no timers.',
    'x-nexus-editor': 'javascript',
  }),
  input: json.default(null).meta({
    title: 'Input',
    description: 'Value that the code sees as `input`.',
    'x-nexus-editor': 'expression',
  }),
  timeout: durationText.default('10s').meta({
    title: 'Time limit',
    description: 'Computing time, at most 5m.',
  }),
  memory: z.number().int().min(1).max(512).default(64).meta({
    title: 'Memory limit',
    description: 'MiB that the code may use.',
  }),
  max_output: z
    .number()
    .int()
    .min(1)
    .max(64 * MIB)
    .default(4 * MIB)
    .meta({ title: 'Result limit', description: 'Characters of JSON that the result may have.' }),
});

/** Shared by all runs of this process. */
export const sandbox = new Sandbox();

/** `code`: JavaScript in a sandbox without any host object. Repeating it is harmless, since it can touch nothing. */
export const code = stepKind({
  kind: 'code',
  title: 'Run JavaScript',
  description:
    'Computes with JavaScript in a sandbox: no files, no network, bounded time and memory.',
  icon: 'braces',
  group: 'Data',
  with: withSchema,
  outputs: z.looseObject({
    result: json.meta({
      description:
        'What the code returned; the fields of an object are outputs of their own as well.',
    }),
  }),
  example: `id: stats
uses: code
with:
  input: \${{ steps.measure.outputs.json }}
  code: |
    const values = input.map((row) => row.ms);
    return { slowest: Math.max(...values), count: values.length };
`,
  effects: 'idempotent',
  // An expression inside the code would be spliced into a program as text.
  check(authored) {
    const source = authored['code'];
    if (typeof source !== 'string' || !source.includes('${{')) return [];
    return [
      {
        path: ['code'],
        code: 'code.expression_in_code',
        message: 'Expressions are not filled into code: a value could turn into a program.',
        hint: 'Write `input: ${{ … }}` and use `input` in the code.',
      },
    ];
  },
  async execute(input, context) {
    const timeMs = Math.min(durationMs(input.timeout), MAX_TIME_MS);
    const answer = await sandbox.run(
      {
        code: input.code,
        input: JSON.stringify(input.input),
        memoryBytes: input.memory * MIB,
        timeMs,
        outputBytes: input.max_output,
        logBytes: LOG_LIMIT,
      },
      context.signal,
      (stream, text) => void context.log(stream, text),
    );
    if (!answer.ok) throw codeError(answer, input.memory, timeMs);
    const result = JSON.parse(answer.result) as Json;
    const fields = typeof result === 'object' && result !== null && !Array.isArray(result);
    return { type: 'done', outputs: fields ? { ...result, result } : { result } };
  },
});

function codeError(
  answer: Extract<CodeAnswer, { ok: false }>,
  memory: number,
  timeMs: number,
): NexusError {
  const make = (name: string, message: string, hint: string) =>
    new NexusError({ code: `code.${name}`, message, hint, details: { retryable: false } });
  switch (answer.code) {
    case 'time':
      return make(
        'time_limit',
        `The code ran for more than ${timeMs} ms.`,
        'Look for an endless loop, or raise `timeout`.',
      );
    case 'memory':
      return make(
        'memory_limit',
        `The code needed more than ${memory} MiB.`,
        'Work on less data at once, or raise `memory`.',
      );
    case 'output':
      return make('output_limit', answer.message, 'Return less, or raise `max_output`.');
    case 'pending':
      return make(
        'never_settled',
        answer.message,
        'Only promises that the code resolves itself can be awaited: there are no timers and no network.',
      );
    case 'threw':
      return make('threw', firstLine(answer.message), `Where: ${whereOf(answer.message)}`);
    default:
      return new NexusError({
        code: 'code.crashed',
        message: `The sandbox ended: ${answer.message}`,
        hint: 'Use less memory. If it happens again, please report it.',
        kind: 'operational',
      });
  }
}

const firstLine = (text: string) => text.split('\n')[0]!.slice(0, 500);

/** The innermost line of the author's code in a stack. */
function whereOf(stack: string): string {
  const at = /\bcode:(\d+)/.exec(stack);
  return at ? `line ${at[1]} of the code.` : 'see the code.';
}
