import { StringDecoder } from 'node:string_decoder';

/** Keeps the first or the last bytes of a stream, within a limit. */
export class Capture {
  readonly #limit: number;
  readonly #keep: 'head' | 'tail';
  #chunks: Buffer[] = [];
  #held = 0;
  /** Bytes that went by, kept or not. */
  total = 0;

  /** @param limit bytes */
  constructor(limit: number, keep: 'head' | 'tail') {
    this.#limit = limit;
    this.#keep = keep;
  }

  add(chunk: Buffer): void {
    this.total += chunk.length;
    if (this.#keep === 'head') {
      const room = this.#limit - this.#held;
      if (room <= 0) return;
      this.#push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      return;
    }
    this.#push(chunk);
    while (this.#held - this.#chunks[0]!.length >= this.#limit)
      this.#held -= this.#chunks.shift()!.length;
  }

  #push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
  }

  get truncated(): boolean {
    return this.total > this.#limit;
  }

  /** What was kept, as UTF-8; a character cut in two at the limit is left out. */
  text(): string {
    let bytes = Buffer.concat(this.#chunks);
    if (this.#keep === 'tail' && bytes.length > this.#limit) {
      bytes = bytes.subarray(bytes.length - this.#limit);
      let start = 0;
      while (start < 3 && start < bytes.length && (bytes[start]! & 0xc0) === 0x80) start += 1;
      const text = bytes.subarray(start).toString('utf8');
      // Half a line may be half a secret, which nobody would know again.
      const line = text.indexOf('\n');
      return line < 0 ? text : text.slice(line + 1);
    }
    // StringDecoder.write holds back an incomplete last character.
    return this.truncated ? new StringDecoder('utf8').write(bytes) : bytes.toString('utf8');
  }
}
