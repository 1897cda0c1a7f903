import { z } from 'zod';
import { stepKind } from '../../kinds/kind.ts';
import { createKindRegistry } from '../../kinds/registry.ts';

/** Small real kinds for tests of the language. */
export const testKinds = createKindRegistry([
  stepKind({
    kind: 'transform',
    title: 'Transform',
    description: 'Computes a value.',
    icon: 'braces',
    group: 'Data',
    with: z.strictObject({
      value: z.json().optional(),
      times: z.number().int().optional(),
      mode: z.enum(['fast', 'slow']).optional(),
      auth: z
        .union([
          z.strictObject({ bearer: z.string() }),
          z.strictObject({ basic: z.strictObject({ user: z.string(), tries: z.number() }) }),
        ])
        .optional(),
    }),
    outputs: z.json(),
    example: 'uses: transform\nwith:\n  value: 1\n',
    effects: 'pure',
    execute: (input) => ({ type: 'done', outputs: (input.value ?? null) as never }),
  }),
  stepKind({
    kind: 'shell',
    title: 'Shell',
    description: 'Runs a script.',
    icon: 'terminal',
    group: 'Run',
    with: z.strictObject({ run: z.string(), cwd: z.string().optional() }),
    outputs: z.json(),
    example: 'uses: shell\nwith:\n  run: echo hello\n',
    effects: (given) => (given['cwd'] === undefined ? 'once' : 'idempotent'),
    unresolved: ['run'],
    check: (given) =>
      given['run'] === ''
        ? [{ path: ['run'], code: 'shell.empty', message: 'The script is empty.' }]
        : [],
    execute: () => ({ type: 'done', outputs: null }),
    rollback: async () => {},
  }),
]);
