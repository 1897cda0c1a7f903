import type { Clock } from '#main/base/clock.ts';
import type { NexusError } from '#main/base/errors.ts';
import { sshError } from './errors.ts';

const FAILURES_TO_OPEN = 3;
const FIRST_MS = 1000;
const MOST_MS = 60_000;
/** A share of chance in each pause, so that hosts do not come in step. */
const SPREAD = 0.1;

/** Keeps Nexus from hammering at a host that does not answer: after three failures in a row it is left alone for a while, longer each time. */
export class Breaker {
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #until = 0;
  #last: NexusError | undefined;

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The last failure, while the host is failing. */
  get last(): NexusError | undefined {
    return this.#last;
  }

  /** When the next try is let through; undefined where it may be made now. */
  get retryAt(): number | undefined {
    const left = this.#until - this.#clock.now();
    // More than the longest pause: the clock was put back.
    return left > 0 && left <= MOST_MS * (1 + SPREAD) ? this.#until : undefined;
  }

  /** @throws NexusError `ssh.circuit_open` while the host is left alone */
  check(host: string): void {
    const until = this.retryAt;
    if (until === undefined || !this.#last) return;
    const seconds = Math.max(1, Math.ceil((until - this.#clock.now()) / 1000));
    throw sshError(
      'circuit_open',
      `${host} failed ${this.#failures} times in a row and is left alone for ${seconds} s. The last time: ${this.#last.message}`,
      `Try it at once with: nexus host test ${host}`,
      { details: { host, last: this.#last.code, retry_at: new Date(until).toISOString() } },
    );
  }

  succeeded(): void {
    this.#failures = 0;
    this.#until = 0;
    this.#last = undefined;
  }

  failed(error: NexusError): void {
    this.#failures += 1;
    this.#last = error;
    if (this.#failures >= FAILURES_TO_OPEN) this.#until = this.#clock.now() + this.delay();
  }

  /** Milliseconds to wait before the next try. */
  delay(): number {
    const steps = Math.max(0, this.#failures - FAILURES_TO_OPEN);
    const base = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(steps, 10));
    return base * (1 + SPREAD * (2 * this.#random() - 1));
  }
}
