import type { ShellChannel } from './channel.ts';
import type { SessionLog } from './sessionLog.ts';
import type { Viewer } from './viewer.ts';

/** How much may wait, and how long others may be held back. */
export interface FlowLimits {
  /** The shell is paused while more bytes than this wait anywhere … */
  high: number;
  /** … and goes on when nowhere more than this do. */
  low: number;
  /** A viewer that takes nothing for so long is left behind; milliseconds. */
  stallMs: number;
  /** So long one viewer may hold back others that keep up. */
  holdMs: number;
}

/**
 * VS Code pauses above 100,000 characters and goes on below 5,000. The screen is parsed in a thread
 * of its own here, which must not run dry while the shell wakes up, so both limits are higher; at
 * 8 MB/s, the slowest that parsing gets, what waits is seen 32 ms after Ctrl-C.
 */
export const defaultLimits: FlowLimits = {
  high: 256 * 1024,
  low: 96 * 1024,
  stallMs: 5000,
  holdMs: 2000,
};

/**
 * Holds the shell back while the screen's parser, a viewer or the log is behind. What waits is
 * bounded by twice the high limit for each, whatever the shell writes and whoever stops reading.
 */
export class Flow {
  log: SessionLog | undefined;
  readonly #limits: FlowLimits;
  readonly #viewers: Set<Viewer>;
  #channel: ShellChannel | undefined;
  #unparsed = 0;
  #paused = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(limits: FlowLimits, viewers: Set<Viewer>) {
    this.#limits = limits;
    this.#viewers = viewers;
  }

  set channel(channel: ShellChannel | undefined) {
    this.#channel = channel;
    this.#paused = false;
    this.adjust();
  }

  /** So much came from the shell. */
  taken(bytes: number): void {
    this.#unparsed += bytes;
    this.adjust();
  }

  /** So much is on the screen. */
  parsed(bytes: number): void {
    this.#unparsed -= bytes;
    this.adjust();
  }

  /** Pauses or resumes the shell by what waits now. */
  adjust(): void {
    const { high, low } = this.#limits;
    let most = Math.max(this.#unparsed, this.log?.pending ?? 0);
    for (const viewer of this.#viewers) most = Math.max(most, viewer.pending);
    if (!this.#paused && most > high) {
      this.#paused = true;
      this.#channel?.pause();
      this.#watch ??= setInterval(() => this.#leaveBehind(), this.#limits.holdMs / 8).unref();
    } else if (this.#paused && most <= low) {
      this.#paused = false;
      this.#channel?.resume();
      this.#stopWatch();
    }
    // Above the low limit is enough to keep a shell that is paused from going on.
    const now = Date.now();
    for (const viewer of this.#viewers)
      if (this.#paused && viewer.pending > low) viewer.heldSince ??= now;
      else viewer.heldSince = undefined;
  }

  close(): void {
    this.#channel = undefined;
    this.#stopWatch();
  }

  // One that keeps reading, however slowly, gets every byte as long as nobody else has to wait for it.
  #leaveBehind(): void {
    const { stallMs, holdMs, low } = this.#limits;
    const now = Date.now();
    const othersWait = [...this.#viewers].some((one) => !one.behind && one.pending <= low);
    for (const viewer of this.#viewers) {
      if (viewer.heldSince === undefined) continue;
      const stalled = now - viewer.lastTaken > stallMs;
      const holds = othersWait && now - viewer.heldSince > holdMs;
      if (stalled || holds) viewer.skip();
    }
    this.adjust();
  }

  #stopWatch(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }
}
