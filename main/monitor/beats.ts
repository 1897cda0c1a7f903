import type { Clock } from '#main/base/clock.ts';

/** The longest pause between two tries of a host that does not answer. */
const LONGEST_MS = 300_000;
/** Looks at the same time, over all hosts. */
const PARALLEL = 16;
/** A beat comes so much earlier or later, as a share of the interval: hosts drift apart. */
const JITTER = 0.1;

interface Beat {
  intervalMs: number;
  /** How long the pause before the next look, or the one under way, was meant to be. */
  pauseMs: number;
  /** When the last look ended. */
  endedAt: number;
  failures: number;
  state: 'resting' | 'queued' | 'looking';
  cancel: () => void;
  abort: AbortController;
}

export interface BeatsOptions {
  clock: Clock;
  /**
   * One look; true when the host answered. It should not throw, and counts as no answer if it does.
   * `pauseMs` is how long nobody looked before it, by intent.
   */
  look: (host: string, signal: AbortSignal, pauseMs: number) => Promise<boolean>;
  /** 0 ≤ n < 1 */
  random?: () => number;
}

/**
 * When each host is looked at: at its interval, spread out, the more rarely the longer it does not
 * answer. The next beat is set when a look has ended, so a slow host skips beats and never has two
 * looks at once; beyond {@link PARALLEL} looks the due hosts wait in line, each once.
 */
export class Beats {
  readonly #options: Required<BeatsOptions>;
  readonly #beats = new Map<string, Beat>();
  readonly #queue: string[] = [];
  #looking = 0;
  readonly #ending = new Set<Promise<void>>();

  constructor(options: BeatsOptions) {
    this.#options = { random: Math.random, ...options };
  }

  /**
   * Begins to look at a host, or changes how often. The first look comes within one interval, with
   * `soon` at once.
   */
  start(host: string, intervalMs: number, soon = false): void {
    const known = this.#beats.get(host);
    if (known?.intervalMs === intervalMs) return;
    this.stop(host);
    const beat: Beat = {
      intervalMs,
      pauseMs: 0,
      endedAt: 0,
      failures: 0,
      state: 'resting',
      cancel: () => undefined,
      abort: new AbortController(),
    };
    this.#beats.set(host, beat);
    // Soon for the first host, spread for the others: a restart must not ask all of them at once.
    const share = soon || this.#beats.size === 1 ? 0 : this.#options.random();
    this.#rest(host, beat, share * intervalMs);
  }

  /** A host that did not answer may do so now: it is looked at as soon as one that answers. */
  hurry(host: string): void {
    const beat = this.#beats.get(host);
    if (beat?.state !== 'resting' || beat.failures === 0) return;
    beat.cancel();
    const left = beat.endedAt + beat.intervalMs - this.#options.clock.now();
    // Never longer than an interval: the clock may have been put back.
    this.#rest(host, beat, Math.min(beat.intervalMs, Math.max(0, left)));
  }

  /** Stops looking at a host; a look under way is given up. */
  stop(host: string): void {
    const beat = this.#beats.get(host);
    if (!beat) return;
    this.#beats.delete(host);
    beat.cancel();
    beat.abort.abort();
    const queued = this.#queue.indexOf(host);
    if (queued >= 0) this.#queue.splice(queued, 1);
  }

  /** Stops all; resolves when no look is under way. */
  async close(): Promise<void> {
    for (const host of this.hosts()) this.stop(host);
    await Promise.all(this.#ending);
  }

  hosts(): string[] {
    return [...this.#beats.keys()];
  }

  #rest(host: string, beat: Beat, ms: number): void {
    const { clock } = this.#options;
    beat.state = 'resting';
    beat.pauseMs = ms;
    beat.cancel = clock.at(clock.now() + ms, () => {
      beat.state = 'queued';
      this.#queue.push(host);
      this.#next();
    });
  }

  #next(): void {
    while (this.#looking < PARALLEL) {
      const host = this.#queue.shift();
      if (host === undefined) return;
      const beat = this.#beats.get(host);
      if (beat?.state !== 'queued') continue;
      const work = this.#look(host, beat);
      this.#ending.add(work);
      void work.finally(() => this.#ending.delete(work));
    }
  }

  async #look(host: string, beat: Beat): Promise<void> {
    const { clock, look, random } = this.#options;
    beat.state = 'looking';
    this.#looking += 1;
    const began = clock.now();
    const answered = await look(host, beat.abort.signal, beat.pauseMs).catch(() => false);
    this.#looking -= 1;
    beat.endedAt = clock.now();
    beat.failures = answered ? 0 : Math.min(beat.failures + 1, 16);
    if (this.#beats.get(host) === beat) {
      const wait = waitOf(beat) * (1 + JITTER * (2 * random() - 1));
      // What the look took belongs to the interval; beats that it ran over are left out.
      const taken = Math.max(0, clock.now() - began);
      const left = wait - (taken % beat.intervalMs);
      this.#rest(host, beat, Math.max(left, beat.intervalMs * JITTER));
    }
    this.#next();
  }
}

function waitOf({ intervalMs, failures }: Beat): number {
  return Math.max(intervalMs, Math.min(LONGEST_MS, intervalMs * 2 ** failures));
}
