/** Time as the services see it, so that tests can own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls `fire` once, at or after `at` (epoch milliseconds). Longer waits than a timer can hold
   * (2^31 ms) are re-armed. Returns a function that cancels it.
   */
  at(at: number, fire: () => void): () => void;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/** The real clock. Timers are unref'ed: a pending wait alone does not keep a process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at(at, fire) {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const wait = at - Date.now();
      timer =
        wait > MAX_TIMER_MS ? setTimeout(arm, MAX_TIMER_MS) : setTimeout(fire, Math.max(0, wait));
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};

/**
 * A clock that moves only when told; timers fire in order of their due time. One that is set for a
 * time already past fires in the event loop's next turn, as a real timer does.
 */
export class ManualClock implements Clock {
  #now: number;
  #timers: { at: number; fire: () => void }[] = [];

  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  at(at: number, fire: () => void): () => void {
    const timer = { at, fire };
    this.#timers.push(timer);
    const cancel = () => {
      this.#timers = this.#timers.filter((t) => t !== timer);
    };
    if (at <= this.#now)
      setImmediate(() => {
        if (!this.#timers.includes(timer)) return;
        cancel();
        fire();
      });
    return cancel;
  }

  /** Moves time forward by `ms`, firing what falls due on the way. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter((t) => t.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((t) => t !== due);
      this.#now = Math.max(this.#now, due.at);
      due.fire();
    }
    this.#now = end;
  }
}
