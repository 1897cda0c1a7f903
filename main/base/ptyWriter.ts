import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/** The wait before the next try of a program that does not read; it doubles up to the longest. */
const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 50;

/**
 * Writes to the open end of a pseudo-terminal without ever waiting for the program behind it. Node
 * writes to terminals by waiting: a program that does not read what was pasted (64 KiB are enough)
 * would hold the whole platform. The descriptor is one that does not block (node-pty makes it so),
 * and nobody tells when it takes more, so it is tried again.
 */
export class PtyWriter {
  readonly #fd: number;
  readonly #isOpen: () => boolean;
  #queue: Uint8Array[] = [];
  #waiting = 0;
  #wait = FIRST_WAIT_MS;
  #timer: NodeJS.Timeout | undefined;

  /** @param isOpen whether `fd` is still ours: a closed one may be another file by now */
  constructor(fd: number, isOpen: () => boolean) {
    this.#fd = fd;
    this.#isOpen = isOpen;
  }

  /** Bytes that the program has not taken yet. */
  get waiting(): number {
    return this.#waiting;
  }

  write(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#queue.push(data);
    this.#waiting += data.length;
    if (this.#timer === undefined) this.#work();
  }

  /** Gives up what waits. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue = [];
    this.#waiting = 0;
  }

  #work(): void {
    this.#timer = undefined;
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      if (!this.#isOpen()) return this.close();
      const taken = this.#tryOnce(next);
      if (taken === undefined) return this.close();
      if (taken > 0) this.#wait = FIRST_WAIT_MS;
      this.#waiting -= taken;
      if (taken === next.length) this.#queue.shift();
      else {
        this.#queue[0] = next.subarray(taken);
        if (taken === 0) return this.#later();
      }
    }
  }

  /** How many bytes were taken; undefined where nobody will take any more. */
  #tryOnce(data: Uint8Array): number | undefined {
    try {
      return writeSync(this.#fd, data);
    } catch (error) {
      // EIO: the last program that had the terminal is gone.
      return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : undefined;
    }
  }

  // A program that reads nothing is looked at less and less often.
  #later(): void {
    this.#timer = setTimeout(() => this.#work(), this.#wait).unref();
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
  }
}

/** The writer for a terminal of node-pty; undefined on Windows, where node-pty does not wait. */
export function ptyWriter(pty: object): PtyWriter | undefined {
  const { fd, _socket: socket } = pty as { fd?: number; _socket?: Socket };
  if (process.platform === 'win32' || fd === undefined || !socket) return undefined;
  return new PtyWriter(fd, () => !socket.destroyed);
}
