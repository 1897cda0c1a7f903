import { abortable } from './abortable.ts';
import type { AcquireOptions } from './link.ts';
import { mayEndOtherwise } from './link-errors.ts';

/**
 * A connection that is being made, once for all who want it. Whoever gives up waiting leaves the
 * others theirs; with the last one it is given up, and so is what a person is being asked for it.
 */
export class Connecting {
  readonly #asked: AcquireOptions;
  readonly #made: Promise<unknown>;
  readonly #stop = new AbortController();
  #waiting = 0;

  /** @param asked what the first one wants @param make makes it; the signal tells that nobody wants it any more */
  constructor(asked: AcquireOptions, make: (signal: AbortSignal) => Promise<unknown>) {
    this.#asked = asked;
    this.#made = make(this.#stop.signal);
    this.#made.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Resolves when it is there, or a try of one’s own may end otherwise. @throws its error; the signal’s reason */
  async wait(options: AcquireOptions): Promise<void> {
    this.#waiting += 1;
    try {
      await abortable(this.#made, options.signal);
    } catch (error) {
      if (options.signal?.aborted || !mayEndOtherwise(error, this.#asked, options)) throw error;
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.giveUp(options.signal?.reason);
    }
  }

  giveUp(reason: unknown): void {
    this.#stop.abort(reason);
  }
}
