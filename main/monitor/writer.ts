import type { Clock } from '#main/base/clock.ts';
import type { History, Kept } from './history/history.ts';

/** Samples of so many milliseconds share a commit: one wait for the disk, not one for each host. */
const TOGETHER_MS = 1000;
/** Kept for the next try while the disk is full; the oldest go first. */
const MOST_WAITING = 2000;

/** Collects samples and writes them to the history in groups. */
export class Writer {
  readonly #history: History;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #waiting: Kept[] = [];
  #cancel: (() => void) | undefined;

  constructor(history: History, clock: Clock, onError: (error: unknown) => void) {
    this.#history = history;
    this.#clock = clock;
    this.#onError = onError;
  }

  add(sample: Kept): void {
    this.#waiting.push(sample);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    this.#cancel ??= this.#clock.at(this.#clock.now() + TOGETHER_MS, () => this.flush());
  }

  /** Drops what waits of a host that is gone: its number may be another one's next. */
  forget(host: number): void {
    this.#waiting = this.#waiting.filter((sample) => sample.host !== host);
  }

  /** Writes what waits. A disk that does not take it now is asked again with the next sample. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const samples = this.#waiting;
    if (samples.length === 0) return;
    try {
      this.#history.write(samples, this.#clock.now() / 1000);
      this.#waiting = [];
    } catch (error) {
      this.#onError(error);
    }
  }
}
