import { vaultError } from './errors.ts';

const NAME = /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/;
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/**
 * Reads `NAME=value` lines as a POSIX shell would set them: quoted pieces may follow one another and
 * span lines, `#` after a space begins a comment, `export` may stand before. Of double quotes also
 * `\n`, `\r` and `\t`, which other readers of such files know. Nothing is ever expanded.
 *
 * @throws NexusError `vault.import_invalid` with the number of the line
 */
export function parseDotenv(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    const blank = /^(?:[ \t\r\n]+|#[^\n]*)/.exec(text.slice(at, at + 65_536));
    if (blank) {
      at += blank[0].length;
      continue;
    }
    const head = NAME.exec(text.slice(at, at + 300));
    if (!head) throw invalid(text, at, 'it is not of the form NAME=value');
    const { value, end } = readValue(text, at + head[0].length);
    found.set(head[1]!, value);
    at = end;
  }
  return found;
}

function readValue(text: string, from: number): { value: string; end: number } {
  let value = '';
  let at = from;
  for (;;) {
    const char = text[at];
    if (char === undefined || char === '\n') return { value, end: at };
    if (char === "'") {
      const close = text.indexOf("'", at + 1);
      if (close < 0) throw invalid(text, at, 'a quote is not closed');
      value += text.slice(at + 1, close);
      at = close + 1;
    } else if (char === '"') {
      const quoted = readDouble(text, at);
      value += quoted.value;
      at = quoted.end;
    } else if (char === '\\' && text[at + 1] !== undefined) {
      value += text[at + 1] === '\n' ? '' : text[at + 1]!;
      at += 2;
    } else if (/[ \t\r]/.test(char)) {
      const rest = /^[ \t\r]*(#[^\n]*)?(?=\n|$)/.exec(text.slice(at));
      if (rest) return { value, end: at + rest[0].length };
      const spaces = /^[ \t\r]+/.exec(text.slice(at))![0];
      value += spaces;
      at += spaces.length;
    } else {
      value += char;
      at += 1;
    }
  }
}

function readDouble(text: string, from: number): { value: string; end: number } {
  let value = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text[at]!;
    if (char === '"') return { value, end: at + 1 };
    if (char !== '\\') {
      value += char;
      continue;
    }
    const next = text[(at += 1)];
    if (next === undefined) break;
    if (next === '\n') continue;
    // A shell takes the backslash away before these only.
    value += ESCAPES[next] ?? (/["\\$`]/.test(next) ? next : `\\${next}`);
  }
  throw invalid(text, from, 'a quote is not closed');
}

function invalid(text: string, at: number, why: string): Error {
  const line = text.slice(0, at).split('\n').length;
  return vaultError.importInvalid(`line ${line}: ${why}.`);
}

/** `NAME='value'` lines that {@link parseDotenv} and a POSIX shell read alike. */
export function formatDotenv(values: Iterable<readonly [string, string]>): string {
  let text = '';
  for (const [name, value] of values) text += `${name}='${value.replaceAll("'", `'\\''`)}'\n`;
  return text;
}
