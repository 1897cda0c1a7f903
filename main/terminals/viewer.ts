import type { TerminalOutput } from '#contract/terminals.ts';

/**
 * What one window has still to get of a session. It is bounded by the session's flow control; one
 * that stays behind loses its queue and gets a new snapshot when it comes for more.
 */
export class Viewer {
  /** Bytes of output that wait here. */
  pending = 0;
  /** When it last took something, and since when it holds others back; milliseconds. */
  lastTaken: number;
  heldSince: number | undefined;
  readonly #snapshot: (resync: boolean) => Promise<TerminalOutput[]>;
  readonly #onTaken: () => void;
  #queue: { output: TerminalOutput | Promise<TerminalOutput[]>; bytes: number }[] = [];
  #behind = false;
  #wake: (() => void) | undefined;

  /**
   * @param snapshot asks for the screen as it is at the moment of the call; what comes later follows
   *   by {@link push}
   */
  constructor(
    snapshot: (resync: boolean) => Promise<TerminalOutput[]>,
    onTaken: () => void,
    now: number,
  ) {
    this.#snapshot = snapshot;
    this.#onTaken = onTaken;
    this.lastTaken = now;
    this.push(snapshot(false), 0);
  }

  push(output: TerminalOutput | Promise<TerminalOutput[]>, bytes: number): void {
    if (this.#behind) return;
    this.#queue.push({ output, bytes });
    this.pending += bytes;
    this.#wake?.();
  }

  /** Whether it was left behind and has not come for more since: it holds nobody up, and needs nobody. */
  get behind(): boolean {
    return this.#behind;
  }

  /** Gives up what waits: it will see the screen as it is when it comes for more. */
  skip(): void {
    this.#behind = true;
    this.#queue = [];
    this.pending = 0;
    this.heldSince = undefined;
  }

  /** Everything in order, until the signal. */
  async *read(signal: AbortSignal): AsyncGenerator<TerminalOutput, void, undefined> {
    const onAbort = () => this.#wake?.();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (!signal.aborted) {
        this.lastTaken = Date.now();
        if (this.#behind) {
          this.#behind = false;
          this.push(this.#snapshot(true), 0);
        }
        const next = this.#queue.shift();
        if (next) {
          const outputs = await next.output;
          // Skipped while the snapshot was made: that one is of no use any more, a later one is.
          if (this.#behind) continue;
          this.pending -= next.bytes;
          this.#onTaken();
          for (const output of [outputs].flat()) yield output;
        } else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}
