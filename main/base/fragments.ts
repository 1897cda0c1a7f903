import { isEncoded } from './wrapped.ts';

/** Fewer characters than these say too little, and are too likely to be something else. */
export const SHORTEST_CUT = 12;

const BITS = 20;

/**
 * Knows the inner pieces and the ends of long texts, for lines that come one by one: whoever broke a
 * text into lines has left, in each of them, a piece that nothing else marks.
 */
export class Fragments {
  readonly #all: string;
  /** A bit for every hash of {@link SHORTEST_CUT} characters in a row: tells quickly what is nowhere. */
  readonly #known = new Uint8Array(1 << (BITS - 3));

  /** @param texts of characters of base64 only */
  constructor(texts: readonly string[]) {
    this.#all = texts.map((text) => `${text}\n`).join('');
    for (const text of texts)
      for (let at = 0; at + SHORTEST_CUT <= text.length; at += 1) {
        const bit = hash(text, at);
        this.#known[bit >> 3]! |= 1 << (bit & 7);
      }
  }

  /**
   * How many characters at the beginning of `line` are the end of a known text, or, where the line has
   * nothing else, a piece out of its middle; 0 where they are none.
   */
  atStart(line: string): number {
    for (let at = 0; at < SHORTEST_CUT; at += 1) if (!isEncoded(line.charCodeAt(at))) return 0;
    const bit = hash(line, 0);
    if ((this.#known[bit >> 3]! & (1 << (bit & 7))) === 0) return 0;
    const first = line.slice(0, SHORTEST_CUT);
    let most = 0;
    for (let at = this.#all.indexOf(first); at >= 0; at = this.#all.indexOf(first, at + 1)) {
      let length = SHORTEST_CUT;
      while (length < line.length && line[length] === this.#all[at + length]) length += 1;
      const whole = this.#all[at + length] === '\n' || /^\s*$/.test(line.slice(length));
      // Its own line end is not a character of it.
      if (whole) most = Math.max(most, length);
    }
    return most;
  }
}

function hash(text: string, at: number): number {
  let value = 0;
  for (let i = 0; i < SHORTEST_CUT; i += 1)
    value = (Math.imul(value, 31) + text.charCodeAt(at + i)) | 0;
  return (Math.imul(value, 0x9e3779b1) >>> (32 - BITS)) & ((1 << BITS) - 1);
}
