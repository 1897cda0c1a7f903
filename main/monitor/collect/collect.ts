import { randomBytes } from 'node:crypto';
import { NexusError } from '#main/base/errors.ts';
import { parseReading } from './parse.ts';
import type { Reading } from './reading.ts';
import { SAMPLE_COMMAND, sampleScript } from './script.ts';

/** What a look needs of a command that ended; the SSH fabric's `RunResult` has it. */
export interface Ran {
  exitCode: number | null;
  stdout: Uint8Array;
  stderr: Uint8Array;
  truncated?: boolean;
}

/** Runs one command on one host, standard input and limits included. */
export type RunCommand = (
  command: string,
  options: { stdin: Uint8Array; timeoutMs: number; maxBytes: number; signal?: AbortSignal },
) => Promise<Ran>;

/** A host with four thousand processes stays far below. */
const MOST_BYTES = 1024 * 1024;

/**
 * Looks at a host once, in one command.
 * @throws NexusError `monitor.unreadable`, `monitor.unsupported`, and what `run` throws
 */
export async function collect(
  run: RunCommand,
  options: { timeoutMs: number; signal?: AbortSignal },
): Promise<Reading> {
  const mark = randomBytes(12).toString('hex');
  const { stdout, truncated } = await run(SAMPLE_COMMAND, {
    stdin: Buffer.from(sampleScript(mark)),
    maxBytes: MOST_BYTES,
    ...options,
  });
  if (truncated || stdout.length > MOST_BYTES)
    throw new NexusError({
      code: 'monitor.unreadable',
      message: 'The host answered more than a megabyte, which no sample holds.',
      hint: 'Look at what its shell prints at login.',
      kind: 'operational',
    });
  return parseReading(Buffer.from(stdout).toString('utf8'), mark);
}
