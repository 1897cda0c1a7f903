const BLOCK = 3;
const TABLE = 1 << 16;

/**
 * Finds many literal texts at once, skipping most of the input: the algorithm of Wu and Manber
 * (“A fast algorithm for multi-pattern searching”, 1994) with blocks of three UTF-16 units.
 */
export class MultiMatcher {
  /** Length of the longest text to find. */
  readonly longest: number;
  readonly #window: number;
  readonly #shift = new Uint8Array(TABLE);
  readonly #buckets = new Map<number, string[]>();
  /** Hashes of the first blocks, to tell quickly where nothing begins. */
  readonly #begins = new Uint8Array(TABLE);
  readonly #sorted: string[];

  /** @param patterns each at least {@link BLOCK} units long */
  constructor(patterns: readonly string[]) {
    this.#sorted = [...new Set(patterns)].sort();
    this.longest = Math.max(0, ...patterns.map((p) => p.length));
    this.#window = Math.min(...patterns.map((p) => p.length), 64);
    const most = this.#window - BLOCK + 1;
    this.#shift.fill(most);
    for (const pattern of this.#sorted) {
      this.#begins[hash(pattern, 0)] = 1;
      for (let i = 0; i < most; i += 1) {
        const block = hash(pattern, i);
        this.#shift[block] = Math.min(this.#shift[block]!, most - 1 - i);
      }
      const last = hash(pattern, most - 1);
      const bucket = this.#buckets.get(last);
      if (bucket) bucket.push(pattern);
      else this.#buckets.set(last, [pattern]);
    }
    for (const bucket of this.#buckets.values()) bucket.sort((a, b) => b.length - a.length);
  }

  /**
   * Ranges `[start, end, start, end, …]` of `text` that are covered by matches; overlapping and
   * touching-by-overlap matches are one range.
   */
  find(text: string): number[] {
    const ranges: number[] = [];
    const shift = this.#shift;
    const reach = this.#window - BLOCK;
    const last = text.length - BLOCK;
    let at = reach;
    while (at <= last) {
      const block = hash(text, at);
      const skip = shift[block]!;
      if (skip !== 0) {
        at += skip;
        continue;
      }
      const start = at - reach;
      const length = this.#longestAt(text, start, block);
      if (length > 0) addRange(ranges, start, start + length);
      at += 1;
    }
    return ranges;
  }

  #longestAt(text: string, start: number, block: number): number {
    for (const pattern of this.#buckets.get(block) ?? [])
      if (text.startsWith(pattern, start)) return pattern.length;
    return 0;
  }

  /**
   * The first position at or after `from` from which the rest of `text` is the beginning of a text
   * to find; `text.length` where there is none.
   */
  openEnd(text: string, from: number): number {
    const first = Math.max(from, text.length - this.longest + 1);
    for (let at = first; at < text.length; at += 1) {
      const rest = text.length - at;
      if (rest >= BLOCK && this.#begins[hash(text, at)] === 0) continue;
      if (this.#beginsWith(text.slice(at))) return at;
    }
    return text.length;
  }

  #beginsWith(prefix: string): boolean {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < prefix) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low]?.startsWith(prefix) ?? false;
  }
}

function addRange(ranges: number[], start: number, end: number): void {
  const previous = ranges.at(-1);
  if (previous === undefined || start >= previous) ranges.push(start, end);
  else if (end > previous) ranges[ranges.length - 1] = end;
}

function hash(text: string, at: number): number {
  return (
    ((text.charCodeAt(at) << 9) ^ (text.charCodeAt(at + 1) << 5) ^ text.charCodeAt(at + 2)) &
    (TABLE - 1)
  );
}
