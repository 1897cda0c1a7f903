import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';

/**
 * What a script sees of a value: strings as they are, null as nothing, booleans and numbers as in
 * JSON, lists and maps as JSON text.
 * @throws NexusError `shell.nul` — no process can be given a NUL byte
 */
export function valueText(value: Json): string {
  const text =
    value === null
      ? ''
      : typeof value === 'string'
        ? value
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value);
  if (!text.includes('\0')) return text;
  throw new NexusError({
    code: 'shell.nul',
    message:
      'A value that the script uses holds a NUL byte, which no environment variable can carry.',
    hint: 'Write the value to a file with a file step, or encode it with base64Encode().',
    details: { retryable: false },
  });
}
