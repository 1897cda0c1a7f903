import { MultiMatcher } from './multimatch.ts';

/**
 * A line is taken for one that a writer broke when so many characters of base64 stand at its end.
 * Writers break at 60 (GitHub, Ruby), 64 (PEM, RFC 7468), 72 or 76 (MIME, RFC 2045); text for people
 * hardly ever ends that way.
 */
export const NARROWEST = 48;

/** Blanks that may stand at the beginning of a broken line (YAML, mails). */
const MOST_INDENT = 64;

const WORD = new Uint8Array(128);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')
  WORD[char.charCodeAt(0)] = 1;

/** Whether base64, base64url or hexadecimal may have this UTF-16 unit. */
export const isEncoded = (unit: number): boolean => unit < 128 && WORD[unit] === 1;

/** How many characters of base64 stand before `end`, at most {@link NARROWEST}; `before` stand before the text. */
export function runBefore(text: string, end: number, before: number): number {
  let at = end;
  const least = Math.max(0, end - NARROWEST);
  while (at > least && isEncoded(text.charCodeAt(at - 1))) at -= 1;
  const run = end - at;
  return at === 0 ? Math.min(NARROWEST, run + before) : run;
}

/** What was found in a text. */
export interface WrappedFound {
  /** `[start, end, …]` of what is covered by matches that go over a line’s end. */
  ranges: number[];
  /** From here on a later piece may complete one; the text’s length where nothing is open. */
  open: number;
}

/**
 * Finds texts of base64 or hexadecimal that a writer broke into lines, at whatever column: by looking
 * at the text as if the line ends were not there. A line end is `\n` or `\r\n`, with the next line
 * indented or not, or both as JSON writes them.
 */
export class WrappedMatcher {
  readonly #matcher: MultiMatcher;

  /** @param patterns each at least three units long, of characters of base64 only */
  constructor(patterns: readonly string[]) {
    this.#matcher = new MultiMatcher(patterns);
  }

  /** @param before how many characters of base64 stand directly before the text */
  find(text: string, before = 0): WrappedFound {
    const found: WrappedFound = { ranges: [], open: text.length };
    for (const breaks of [lineBreaks(text, before), escapedBreaks(text, before)])
      for (const chain of this.#chains(text, breaks)) this.#search(text, chain, found);
    return found;
  }

  /** Pieces of lines that belong together, each `[start, end, …]`. */
  *#chains(text: string, breaks: Break[]): Generator<number[]> {
    const reach = this.#matcher.longest - 1;
    for (let first = 0; first < breaks.length; ) {
      let last = first;
      while (breaks[last + 1]?.start === breaks[last]!.to) last += 1;
      const { start, from } = breaks[first]!;
      const chain = [Math.max(start, from - reach)];
      for (let i = first; i <= last; i += 1) chain.push(breaks[i]!.from, breaks[i]!.to);
      const { to } = breaks[last]!;
      const most = Math.min(text.length, to + reach);
      let end = to;
      while (end < most && isEncoded(text.charCodeAt(end))) end += 1;
      yield [...chain, end];
      first = last + 1;
    }
  }

  #search(text: string, chain: number[], found: WrappedFound): void {
    let joined = '';
    for (let i = 0; i < chain.length; i += 2) joined += text.slice(chain[i], chain[i + 1]);
    const matches = this.#matcher.find(joined);
    const map = mapping(chain);
    for (let i = 0; i < matches.length; i += 2)
      found.ranges.push(map(matches[i]!), map(matches[i + 1]! - 1) + 1);
    if (chain.at(-1) !== text.length) return;
    const open = this.#matcher.openEnd(joined, 0);
    if (open < joined.length) found.open = Math.min(found.open, map(open));
  }
}

/** From places in the joined pieces to places in the text; to be asked in rising order. */
function mapping(chain: number[]): (at: number) => number {
  let piece = 0;
  let passed = 0;
  return (at) => {
    for (;;) {
      const length = chain[piece + 1]! - chain[piece]!;
      if (at < passed + length) return chain[piece]! + at - passed;
      passed += length;
      piece += 2;
    }
  };
}

/** A line end between characters of base64: from and to where it goes, and where the run before it starts. */
interface Break {
  start: number;
  from: number;
  to: number;
}

function lineBreaks(text: string, before: number): Break[] {
  const breaks: Break[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    const from = text.charCodeAt(at - 1) === 13 ? at - 1 : at;
    const start = startOfRun(text, from, before, breaks.at(-1)?.to);
    if (start < 0) continue;
    let to = at + 1;
    const most = Math.min(text.length, to + MOST_INDENT);
    while (to < most && (text.charCodeAt(to) === 32 || text.charCodeAt(to) === 9)) to += 1;
    if (to === text.length || isEncoded(text.charCodeAt(to))) breaks.push({ start, from, to });
  }
  return withHalf(text, before, ['\r'], breaks);
}

function escapedBreaks(text: string, before: number): Break[] {
  const breaks: Break[] = [];
  for (let at = text.indexOf('\\n'); at >= 0; at = text.indexOf('\\n', at + 2)) {
    const from = at >= 2 && text.startsWith('\\r', at - 2) ? at - 2 : at;
    const start = startOfRun(text, from, before, breaks.at(-1)?.to);
    const to = at + 2;
    if (start >= 0 && (to === text.length || isEncoded(text.charCodeAt(to))))
      breaks.push({ start, from, to });
  }
  return withHalf(text, before, ['\\r\\', '\\r', '\\'], breaks);
}

// A line end of which the second half is still to come.
function withHalf(text: string, before: number, halves: string[], breaks: Break[]): Break[] {
  const half = halves.find((end) => text.endsWith(end));
  if (half === undefined) return breaks;
  const from = text.length - half.length;
  const start = startOfRun(text, from, before, breaks.at(-1)?.to);
  return start < 0 ? breaks : [...breaks, { start, from, to: text.length }];
}

/** Where the run of base64 that ends at `end` starts; -1 where the line is too narrow to be broken. */
function startOfRun(text: string, end: number, before: number, floor = 0): number {
  // Nearly every line of ordinary text is told by one of these two looks.
  const look = end - NARROWEST / 2;
  if (look >= floor && !(isEncoded(text.charCodeAt(look)) && isEncoded(text.charCodeAt(end - 1))))
    return -1;
  let at = end;
  while (at > floor && isEncoded(text.charCodeAt(at - 1))) at -= 1;
  const run = end - at + (at === 0 ? before : 0);
  return run < NARROWEST ? -1 : at;
}
