import type { LiveRun } from './live-run.ts';
import type { StepRecord } from './records.ts';

interface Waiting {
  run: LiveRun;
  at: number;
  record: StepRecord;
}

/** The places for steps that execute at once. Whoever finds none waits in order of arrival. */
export class Slots {
  taken = 0;
  #queue: Waiting[] = [];
  readonly #limit: () => number;
  readonly #grant: (waiting: Waiting) => void;
  #granting = false;

  /** @param grant begins a step that had to wait; the place is taken for it. */
  constructor(limit: () => number, grant: (waiting: Waiting) => void) {
    this.#limit = limit;
    this.#grant = grant;
  }

  /** Takes a place if one is free and nobody waits longer. */
  take(): boolean {
    if (this.taken >= this.#limit() || this.#queue.length > 0) return false;
    this.taken += 1;
    return true;
  }

  wait(waiting: Waiting): void {
    this.#queue.push(waiting);
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Takes out what waits for `run`. @returns what was taken out. */
  leave(run: LiveRun): Waiting[] {
    const gone = this.#queue.filter((one) => one.run === run);
    if (gone.length > 0) this.#queue = this.#queue.filter((one) => one.run !== run);
    return gone;
  }

  /** Gives a place back, and to whoever waits for one. */
  release(): void {
    this.taken -= 1;
    this.grant();
  }

  /** Gives free places to whoever waits; also after the limit was raised. */
  grant(): void {
    // A grant may fail at once and give its place back: the outer loop goes on.
    if (this.#granting) return;
    this.#granting = true;
    try {
      while (this.#queue.length > 0 && this.taken < this.#limit()) {
        const next = this.#queue.shift()!;
        this.taken += 1;
        this.#grant(next);
      }
    } finally {
      this.#granting = false;
    }
  }
}
