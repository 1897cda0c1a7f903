const ESC = 0x1b;
/** Longer strings in sequences are no title or link of anybody: what begins one is forgotten. */
const LONGEST = 64 * 1024;

/**
 * Remembers with which bytes an escape sequence or a character began that has not come to its end.
 * Nothing of it is on the screen yet, and it would be lost to whoever begins with a picture of the
 * screen: the rest of it would stand there as text.
 */
export class Unfinished {
  #bytes: Uint8Array = new Uint8Array();

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /**
   * @param piece was parsed
   * @param inSequence whether the parser is in the middle of a sequence behind it
   */
  parsed(piece: Uint8Array, inSequence: boolean): void {
    if (!inSequence) this.#bytes = cutCharacter(joined(this.#bytes, piece.subarray(-4)));
    else {
      const start = beginning(piece);
      this.#bytes =
        start >= 0 ? Uint8Array.from(piece.subarray(start)) : joined(this.#bytes, piece);
      if (this.#bytes.length > LONGEST) this.#bytes = new Uint8Array();
    }
  }
}

/** Where the last sequence of `piece` begins: ESC, or a C1 control in UTF-8; -1 where none does. */
function beginning(piece: Uint8Array): number {
  const escape = piece.lastIndexOf(ESC);
  for (let at = piece.length - 2; at > escape; at -= 1)
    if (piece[at] === 0xc2 && piece[at + 1]! >= 0x90 && piece[at + 1]! <= 0x9f) return at;
  return escape;
}

/** The first bytes of a character of UTF-8 (RFC 3629) whose other bytes do not follow; a copy. */
function cutCharacter(tail: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, tail.length); back += 1) {
    const byte = tail[tail.length - back]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? Uint8Array.from(tail.subarray(-back)) : new Uint8Array();
  }
  return new Uint8Array();
}

const joined = (one: Uint8Array, other: Uint8Array): Uint8Array =>
  new Uint8Array(Buffer.concat([one, other]));
