/** How a scalar is written in YAML. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'block';

/**
 * Where the character at `offset` of a scalar's value stands in the source.
 *
 * Whatever YAML folds, indents or doubles is white space or a quote, so counting the other
 * characters is enough; only double-quoted escapes need to be read.
 *
 * @param raw the scalar's source, from its first character (quote or block header included)
 * @returns an offset in `raw`
 */
export function rawOffset(raw: string, style: ScalarStyle, value: string, offset: number): number {
  let want = 0;
  for (let i = 0; i < offset && i < value.length; i += 1) if (!isSpace(value[i]!)) want += 1;
  // At white space, or at the end: just after the last character that counts.
  const exact = offset < value.length && !isSpace(value[offset]!);
  let at = style === 'block' ? raw.indexOf('\n') + 1 : style === 'plain' ? 0 : 1;
  let after = at;
  while (at < raw.length) {
    const unit = unitAt(raw, at, style);
    if (unit.counts > 0) {
      if (want < unit.counts && (exact || want < 0)) return at;
      if (!exact && want === 0) return after;
      want -= unit.counts;
      after = at + unit.length;
    }
    at += unit.length;
  }
  return after;
}

/** One source unit: its length, and how many characters that are no white space it stands for. */
function unitAt(raw: string, at: number, style: ScalarStyle): { length: number; counts: number } {
  const c = raw[at]!;
  if (style === 'single' && c === "'" && raw[at + 1] === "'") return { length: 2, counts: 1 };
  if (style === 'double' && c === '\\') return escapeAt(raw, at);
  return { length: 1, counts: isSpace(c) ? 0 : 1 };
}

const HEX_DIGITS: Record<string, number> = { x: 2, u: 4, U: 8 };
const BLANK_ESCAPES = new Set(['n', 't', 'r', 'v', 'f', ' ', '\t', '\n', 'N', '_', 'L', 'P']);

function escapeAt(raw: string, at: number): { length: number; counts: number } {
  const kind = raw[at + 1] ?? '';
  const digits = HEX_DIGITS[kind];
  if (digits === undefined) return { length: 2, counts: BLANK_ESCAPES.has(kind) ? 0 : 1 };
  const point = Number.parseInt(raw.slice(at + 2, at + 2 + digits), 16);
  const text = Number.isNaN(point) || point > 0x10ffff ? 'x' : String.fromCodePoint(point);
  return {
    length: 2 + digits,
    counts: [...Array(text.length).keys()].filter((i) => !isSpace(text[i]!)).length,
  };
}

function isSpace(c: string): boolean {
  return /\s/.test(c) || c === '\u0085';
}
