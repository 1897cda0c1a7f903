import type { Clock } from '#main/base/clock.ts';

/** A due row is looked for at least this often while one exists: sleep and clock changes fool timers. */
export const RECHECK_MS = 30_000;

/** One timer for the earliest due row, however many there are. */
export class Timers {
  readonly #clock: Clock;
  readonly #fire: () => number | null;
  #next: number | null = null;
  #disarm: (() => void) | undefined;
  #stopped = false;

  /** @param fire handles what is due and returns when the next falls due (null: nothing waits). */
  constructor(clock: Clock, fire: () => number | null) {
    this.#clock = clock;
    this.#fire = fire;
  }

  /** Something falls due at `at`. */
  at(at: number): void {
    if (this.#stopped || (this.#next !== null && this.#next <= at)) return;
    this.#next = at;
    this.#arm();
  }

  #arm(): void {
    this.#disarm?.();
    this.#disarm = undefined;
    if (this.#next === null || this.#stopped) return;
    const now = this.#clock.now();
    this.#disarm = this.#clock.at(Math.min(this.#next, now + RECHECK_MS), () => this.#look());
  }

  #look(): void {
    if (this.#stopped) return;
    if (this.#next !== null && this.#next <= this.#clock.now()) {
      this.#next = null;
      const next = this.#fire();
      // While it fired, something else may have asked for an earlier time.
      if (next !== null && (this.#next === null || next < this.#next)) this.#next = next;
    }
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#disarm?.();
  }
}
