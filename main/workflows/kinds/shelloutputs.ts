import { open } from 'node:fs/promises';
import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Capture } from './capture.ts';
import { parseOutputFile } from './outputfile.ts';

const MAX_OUTPUT_FILE = 16 * 1024 * 1024;

/** What becomes of standard output, see the kind's `output`. */
export type OutputMode = 'auto' | 'text' | 'json' | 'none';

/**
 * The outputs of a script that succeeded: standard output as `mode` says, then what it wrote to
 * `$NEXUS_OUTPUT`, then the exit code; a later one wins over an earlier one of the same name.
 *
 * @throws NexusError `shell.output_invalid`, `shell.output_too_large`
 */
export async function shellOutputs(
  mode: OutputMode,
  exitCode: number,
  stdout: Capture,
  stderr: Capture,
  outputFile: string,
): Promise<Record<string, Json>> {
  const named = parseOutputFile(await readBounded(outputFile, MAX_OUTPUT_FILE));
  let outputs: Record<string, Json> = {};
  if (mode !== 'none') {
    const text = stdout.text();
    const parsed = parseStdout(mode, text, stdout);
    // Spread, not assigned: a key called __proto__ is a key like any other.
    if (isObject(parsed)) outputs = { ...parsed };
    if (parsed !== undefined) outputs['json'] = parsed;
    if (mode !== 'json') outputs['stdout'] = text.replace(/\r?\n$/, '');
    if (stdout.truncated) outputs['truncated'] = true;
    const errors = stderr.text().trimEnd();
    if (errors) outputs['stderr'] = errors;
  }
  return { ...outputs, ...named, exit_code: exitCode };
}

const isObject = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseStdout(mode: OutputMode, text: string, stdout: Capture): Json | undefined {
  if (mode === 'text') return undefined;
  const trimmed = text.trim();
  if (mode === 'auto' && (stdout.truncated || !/^[[{]/.test(trimmed))) return undefined;
  if (stdout.truncated) throw outputTooLarge(stdout.total);
  try {
    return JSON.parse(trimmed) as Json;
  } catch (error) {
    if (mode === 'auto') return undefined;
    throw new NexusError({
      code: 'shell.output_invalid',
      message: `The script’s output is not JSON: ${(error as Error).message}`,
      hint: 'Print one JSON value and nothing else to standard output; messages can go to standard error.',
      details: { retryable: false },
    });
  }
}

function outputTooLarge(bytes: number): NexusError {
  return new NexusError({
    code: 'shell.output_too_large',
    message: `The output of ${bytes} bytes is above the limit.`,
    hint: 'Raise `max_output`, or write to a file and pass its path.',
    details: { bytes, retryable: false },
  });
}

async function readBounded(file: string, limit: number): Promise<string> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return ''; // The script removed it: no outputs.
  try {
    const { size } = await handle.stat();
    if (size > limit) throw outputTooLarge(size);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
