import type { Json } from '#contract/common.ts';
import { usageError } from './io.ts';
import { readLocal } from './localFile.ts';
import { readPiped } from './prompt.ts';

/**
 * Inputs of a run from `--input k=v` (repeated) and `--inputs FILE` (JSON, `-` for stdin).
 * A value stays text; the engine turns it into the type that the workflow declares for it.
 */
export async function collectInputs(
  pairs: string[],
  file: string | undefined,
  option = '--input',
): Promise<Record<string, Json>> {
  const inputs: Record<string, Json> = {};
  if (file) Object.assign(inputs, await readJsonObject(file));
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1)
      throw usageError(
        `“${pair}” is not of the form NAME=VALUE.`,
        `Write ${option} name=value, once for each.`,
      );
    inputs[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return inputs;
}

/** @throws NexusError `usage.invalid` when the file is not a JSON object. */
export async function readJsonObject(file: string): Promise<Record<string, Json>> {
  const text = (file === '-' ? await readPiped() : await readLocal(file)).toString('utf8');
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
