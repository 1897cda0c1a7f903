import type { Core } from './core.ts';
import { HEARTBEAT_MS } from './lease.ts';
import { takeOver, takeSignals } from './ownership.ts';

/** How often it is looked whether another process wrote something; a pragma, not a query. */
export const LOOK_MS = 1000;

/** Looks at what other processes do with the journal: what they ask, what they changed, whether they live. */
export class Lookout {
  readonly #core: Core;
  readonly #scope: 'all' | 'own';
  readonly #failed: () => boolean;
  #timer: NodeJS.Timeout | undefined;
  #version: number;
  #turns = 0;

  /** @param failed whether the journal cannot be written at present; then there is no use in looking. */
  constructor(core: Core, scope: 'all' | 'own', failed: () => boolean) {
    this.#core = core;
    this.#scope = scope;
    this.#failed = failed;
    this.#version = this.#dataVersion();
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #dataVersion(): number {
    return this.#core.journal.db.pragma('data_version', { simple: true }) as number;
  }

  // Once a second: has another process written something? Every few seconds: are the others alive?
  #look(): void {
    const core = this.#core;
    if (!core.accepting || this.#failed()) return;
    try {
      const version = this.#dataVersion();
      if (version !== this.#version) {
        this.#version = version;
        takeSignals(core);
        for (const id of core.live.watched()) if (!core.runs.has(id)) core.live.stirred(id);
      }
      this.#turns += 1;
      if (core.lease.stale) core.batch.nudge();
      if (this.#scope === 'all' && this.#turns % (HEARTBEAT_MS / LOOK_MS) === 0)
        this.#takeOverIfNeeded();
    } catch (error) {
      core.log.warn('The journal could not be looked at.', { error });
    }
  }

  #takeOverIfNeeded(): void {
    const core = this.#core;
    const orphans = core.journal.db
      .prepare('SELECT 1 FROM runs WHERE owner IS NULL AND ended_at IS NULL LIMIT 1')
      .get();
    if (orphans === undefined && core.lease.dead().length === 0) return;
    takeOver(core).catch((error: unknown) =>
      core.log.warn('Runs of a process that is gone could not be taken over.', { error }),
    );
  }
}
