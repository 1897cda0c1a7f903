import type { Reading } from './collect/reading.ts';
import { type Figures, figuresOf } from './collect/rates.ts';

/** An older reading is no measure for now. */
const MEMORY_MS = 300_000;

/** Looks at one host and remembers the reading before, which rates need. */
export class Observer {
  readonly #read: (options: LookOptions) => Promise<Reading>;
  readonly #elapsed: () => number;
  #before: { reading: Reading; at: number } | undefined;

  /** @param elapsed milliseconds of a clock that nobody sets */
  constructor(
    read: (options: LookOptions) => Promise<Reading>,
    elapsed: () => number = () => performance.now(),
  ) {
    this.#read = read;
    this.#elapsed = elapsed;
  }

  /** True when the next look can tell rates. */
  get primed(): boolean {
    return this.#before !== undefined && this.#elapsed() - this.#before.at < MEMORY_MS;
  }

  /** @throws NexusError what reading throws; the reading before is kept then */
  async look(options: LookOptions): Promise<Figures> {
    const reading = await this.#read(options);
    const at = this.#elapsed();
    const before = this.primed ? this.#before : undefined;
    this.#before = { reading, at };
    return figuresOf(reading, before?.reading, before && (at - before.at) / 1000);
  }
}

export interface LookOptions {
  timeoutMs: number;
  signal?: AbortSignal;
}
