import { z } from 'zod';
import { operation } from './define.ts';
import { errorShape } from './errors.ts';
import { stream } from './stream.ts';

/** What comes of a shell; `data` is base64. */
export const shellEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('opened'), session: z.string() }),
  z.object({ type: z.literal('data'), data: z.string() }),
  z.object({
    type: z.literal('exit'),
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
    error: errorShape.optional(),
  }),
]);
export type ShellEvent = z.infer<typeof shellEvent>;

/** Interactive shells of hosts: part of `hosts` in the table. */
export const hostShells = {
  /** An interactive shell: its first event names the session for the two operations below. */
  shell: operation('POST /host-shells', {
    title: 'Open shell on host',
    role: 'operator',
    audit: 'input',
    stream: true,
  })
    .input(
      z.object({
        host: z.string(),
        cols: z.number().int().min(1).max(1000),
        rows: z.number().int().min(1).max(1000),
        term: z.string().max(64).default('xterm-256color'),
      }),
    )
    .output(stream(shellEvent)),
  shellWrite: operation('POST /host-shells/{session}/input', {
    title: 'Type into shell',
    role: 'operator',
    audit: 'none',
  })
    .input(z.object({ session: z.string(), data: z.string().max(1024 * 1024) }))
    .output(z.object({})),
  shellResize: operation('POST /host-shells/{session}/size', {
    title: 'Resize shell',
    role: 'operator',
    audit: 'none',
  })
    .input(
      z.object({
        session: z.string(),
        cols: z.number().int().min(1).max(1000),
        rows: z.number().int().min(1).max(1000),
      }),
    )
    .output(z.object({})),
};
