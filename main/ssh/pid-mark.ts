import { randomBytes } from 'node:crypto';

/** So much of stderr is looked at: start-up files may write before the mark. */
const LOOKED_AT = 16 * 1024;

/**
 * Learns a remote command's process number: the command writes it to stderr as its first act, and
 * here it is taken out again.
 */
export class PidMark {
  readonly #name = `nexus-${randomBytes(8).toString('hex')}:`;
  #held: Buffer = Buffer.alloc(0);
  #over = false;
  pid: number | undefined;

  /** What the command's program must begin with. */
  get line(): string {
    return `echo "${this.#name}$$" >&2\n`;
  }

  /** What of stderr is the command's own. */
  take(chunk: Buffer): Buffer {
    if (this.#over) return chunk;
    this.#held = Buffer.concat([this.#held, chunk]);
    const at = this.#held.indexOf(this.#name);
    const end = at < 0 ? -1 : this.#held.indexOf('\n', at);
    if (end < 0) return this.#held.length > LOOKED_AT ? this.rest() : Buffer.alloc(0);
    this.pid = Number(this.#held.toString('latin1', at + this.#name.length, end));
    const own = Buffer.concat([this.#held.subarray(0, at), this.#held.subarray(end + 1)]);
    this.#over = true;
    this.#held = Buffer.alloc(0);
    return own;
  }

  /** What is still held where the mark never came. */
  rest(): Buffer {
    this.#over = true;
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    return held;
  }
}
