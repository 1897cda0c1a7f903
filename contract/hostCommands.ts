import { z } from 'zod';
import { operation } from './define.ts';
import { errorShape } from './errors.ts';
import { stream } from './stream.ts';

/** What happened while a command ran on hosts. Output is base64: it need not be text. */
export const execEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), host: z.string(), attempt: z.number().int() }),
  z.object({
    type: z.literal('output'),
    host: z.string(),
    stream: z.enum(['stdout', 'stderr']),
    data: z.string(),
  }),
  z.object({
    type: z.literal('end'),
    host: z.string(),
    attempt: z.number().int(),
    exit_code: z.number().int().nullable(),
    signal: z.string().nullable(),
    ms: z.number(),
    /** Whether output beyond the limit was dropped. */
    truncated: z.boolean(),
    /** Why there is no exit code. */
    error: errorShape.optional(),
  }),
  z.object({
    type: z.literal('done'),
    succeeded: z.array(z.string()),
    failed: z.array(z.string()),
    /** Not begun, because of the strategy or a stop. */
    skipped: z.array(z.string()),
  }),
]);
export type ExecEvent = z.infer<typeof execEvent>;

/** How a command goes through many hosts. */
export const execStrategy = z.enum(['all', 'rolling', 'canary']);

export const execInput = z.object({
  /** A host expression: `web-* and not tag:old`, `group:db`. */
  hosts: z.string().min(1).max(4096),
  command: z
    .string()
    .min(1)
    .max(128 * 1024),
  /** Base64; what the command reads. */
  stdin: z
    .string()
    .max(12 * 1024 * 1024)
    .optional(),
  /** How many hosts at once; default 50, and one after the other for `rolling`. */
  parallel: z.number().int().min(1).max(200).optional(),
  /** `rolling` begins no further host after a failure; `canary` neither, and tries the first one alone. */
  strategy: execStrategy.default('all'),
  /** Milliseconds for each host. */
  timeout_ms: z.number().int().min(1).max(86_400_000).optional(),
  /** How often the hosts that failed are tried again. */
  retries: z.number().int().min(0).max(10).default(0),
  /** Bytes of each stream that are handed on for each host; null for all of it, for who reads as it comes. */
  max_bytes: z
    .number()
    .int()
    .min(0)
    .max(256 * 1024 * 1024)
    .nullable()
    .default(8 * 1024 * 1024),
  interactive: z.boolean().default(true),
});
export type ExecInput = z.infer<typeof execInput>;

/** Commands on hosts: part of `hosts` in the table. */
export const hostCommands = {
  exec: operation('POST /host-commands', {
    title: 'Run command on hosts',
    role: 'operator',
    audit: 'input',
    stream: true,
  })
    .input(execInput)
    .output(stream(execEvent)),
};
