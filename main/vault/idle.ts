import type { Clock } from '#main/base/clock.ts';

/** Calls `fire` when nothing has touched it for so many minutes; 0 minutes: never. */
export class IdleTimer {
  #last = 0;
  #running = false;
  #cancel: (() => void) | undefined;
  readonly #clock: Clock;
  readonly #minutes: () => number;
  readonly #fire: () => void;

  constructor(clock: Clock, minutes: () => number, fire: () => void) {
    this.#clock = clock;
    this.#minutes = minutes;
    this.#fire = fire;
  }

  /** When it fires as things are (epoch milliseconds); undefined while stopped, or never. */
  get at(): number | undefined {
    const minutes = this.#minutes();
    return this.#running && minutes > 0 ? this.#last + minutes * 60_000 : undefined;
  }

  start(): void {
    this.#running = true;
    this.touch();
    this.rearm();
  }

  /** Cheap: the timer looks at the time of the last touch when it goes off. */
  touch(): void {
    this.#last = this.#clock.now();
  }

  /** After the setting was changed. */
  rearm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const { at } = this;
    if (at !== undefined) this.#cancel = this.#clock.at(at, () => this.#look());
  }

  stop(): void {
    this.#running = false;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(): void {
    const { at } = this;
    if (at === undefined) return;
    const now = this.#clock.now();
    // The clock was set back, by years perhaps: how long ago the last touch was is not known any more.
    if (now < this.#last) this.#last = now;
    if (now < at) return this.rearm();
    this.stop();
    this.#fire();
  }
}
