import type { ExecEvent } from '#contract/hostCommands.ts';

type End = Extract<ExecEvent, { type: 'end' }>;

/** What a platform tells of a command as it runs. */
export const begins = (host: string): ExecEvent => ({ type: 'start', host, attempt: 1 });
export const writes = (
  host: string,
  text: string,
  stream: 'stdout' | 'stderr' = 'stdout',
): ExecEvent => ({ type: 'output', host, stream, data: btoa(text) });
export const ends = (
  host: string,
  exit_code: number | null,
  more: Partial<End> = {},
): ExecEvent => ({
  type: 'end',
  host,
  attempt: 1,
  exit_code,
  signal: null,
  ms: 1234,
  truncated: false,
  ...more,
});
