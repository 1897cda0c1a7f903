import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;

/**
 * Reads what a script wrote to `$NEXUS_OUTPUT`: either one JSON object, or lines `name=value` and
 * blocks `name<<MARK … MARK` (the format of GitHub's `GITHUB_OUTPUT`). The last value of a name wins.
 *
 * @throws NexusError `shell.output_invalid` with the line in `details.line`
 */
export function parseOutputFile(text: string): Record<string, Json> {
  if (text.trimStart().startsWith('{')) return parseObject(text);
  const outputs: Record<string, Json> = {};
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (let at = 0; at < lines.length; at += 1) {
    const line = stripReturn(lines[at]!);
    if (line.trim() === '') continue;
    const block = /^([^=]*?)<<(.+)$/.exec(line);
    if (!block) {
      const equals = line.indexOf('=');
      if (equals < 0) throw invalid(at, `“${shorten(line)}” is neither name=value nor name<<MARK`);
      set(outputs, line.slice(0, equals), line.slice(equals + 1), at);
      continue;
    }
    const [, name, mark] = block;
    const end = lines.findIndex((l, i) => i > at && stripReturn(l) === mark);
    if (end < 0) throw invalid(at, `the block of “${shorten(name!)}” has no closing ${mark}`);
    set(outputs, name!, lines.slice(at + 1, end).join('\n'), at);
    at = end;
  }
  return outputs;
}

function parseObject(text: string): Record<string, Json> {
  try {
    return JSON.parse(text) as Record<string, Json>;
  } catch (error) {
    throw invalid(0, `it begins like a JSON object but is not one (${(error as Error).message})`);
  }
}

function set(outputs: Record<string, Json>, name: string, value: string, at: number): void {
  const clean = name.trim();
  if (!NAME.test(clean)) throw invalid(at, `“${shorten(name)}” is not a name for an output`);
  // defineProperty: `__proto__` must become a plain key like any other.
  Object.defineProperty(outputs, clean, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

const stripReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line);
const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function invalid(index: number, why: string): NexusError {
  return new NexusError({
    code: 'shell.output_invalid',
    message: `Line ${index + 1} of the output file cannot be read: ${why}.`,
    hint: 'Write name=value lines, name<<MARK blocks, or one JSON object to "$NEXUS_OUTPUT".',
    details: { line: index + 1, retryable: false },
  });
}
