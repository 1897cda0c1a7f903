import { readFile } from 'node:fs/promises';
import type { Json } from '#contract/common.ts';
import { usageError } from './io.ts';

/**
 * Inputs of a run from `--input k=v` (repeated) and `--inputs FILE` (JSON, `-` for stdin).
 * A value stays text; the engine turns it into the type that the workflow declares for it.
 */
export async function collectInputs(
  pairs: string[],
  file: string | undefined,
): Promise<Record<string, Json>> {
  const inputs: Record<string, Json> = {};
  if (file) Object.assign(inputs, await readJsonObject(file));
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1)
      throw usageError(
        `“${pair}” is not of the form NAME=VALUE.`,
        'Write --input name=value, once for each input.',
      );
    inputs[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return inputs;
}

/** @throws NexusError `usage.invalid` when the file is not a JSON object. */
export async function readJsonObject(file: string): Promise<Record<string, Json>> {
  const text =
    file === '-'
      ? await readStdin()
      : await readFile(file, 'utf8').catch((cause: Error) => {
          throw usageError(`${file} cannot be read: ${cause.message}`);
        });
  try {
    const value: unknown = JSON.parse(text);
    if (value && typeof value === 'object' && !Array.isArray(value))
      return value as Record<string, Json>;
  } catch {
    // Falls through to the one message below.
  }
  throw usageError(
    `${file} does not hold a JSON object.`,
    'It should look like {"name": "value"}.',
  );
}

async function readStdin(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) text += chunk;
  return text;
}
