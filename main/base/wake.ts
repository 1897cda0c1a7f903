/** Why a person has left the machine, and that it is awake again. */
export type PowerSignal = 'sleep' | 'screen' | 'resume';

/** The two clocks that tell a sleep apart from a busy process. */
export interface WakeClocks {
  /** Goes on while the machine sleeps; milliseconds. */
  wall: () => number;
  /** Stands still while the machine sleeps on Linux and macOS; milliseconds. */
  steady: () => number;
}

const LOOK_MS = 2000;

/** Less than this is a busy process, a timer that was throttled, or a clock that was set right. */
const AWAY_MS = 10_000;

/** How long nobody was there between two looks. */
export class AwayGauge {
  readonly #clocks: WakeClocks;
  readonly #everyMs: number;
  #wall: number;
  #steady: number;

  /** @param everyMs how long after one another {@link look} is called */
  constructor(clocks: WakeClocks, everyMs: number) {
    this.#clocks = clocks;
    this.#everyMs = everyMs;
    this.#wall = clocks.wall();
    this.#steady = clocks.steady();
  }

  /**
   * Milliseconds that the machine slept, or the process was stopped, since the look before; 0 when
   * it was neither. Windows lets both clocks go on: there the look that comes late tells it.
   */
  look(): number {
    const wall = this.#clocks.wall() - this.#wall;
    const steady = this.#clocks.steady() - this.#steady;
    this.#wall += wall;
    this.#steady += steady;
    const away = Math.max(wall - steady, steady - this.#everyMs);
    return away >= AWAY_MS ? away : 0;
  }
}

/**
 * Tells when the machine has slept, on every system and without a desktop, at most two seconds after
 * it woke. A clock that is set forward by more than ten seconds counts as a sleep, too: whoever
 * listens looks whether things are as they were, which does no harm then.
 *
 * @returns ends the watch
 */
export function watchForWake(onWake: (awayMs: number) => void): () => void {
  const clocks = { wall: () => Date.now(), steady: () => performance.now() };
  const gauge = new AwayGauge(clocks, LOOK_MS);
  const timer = setInterval(() => {
    const away = gauge.look();
    if (away > 0) onWake(away);
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}
