import type { Json } from '#contract/common.ts';
import type { TriggerInfo } from '#contract/runs.ts';
import { toNexusError } from '#main/base/errors.ts';
import type { NexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import type { Logger } from '#main/base/log.ts';
import type { Settled } from './firings.ts';
import type { FiringRow } from './row.ts';

/**
 * Starts a run of a workflow, once per `dedupeKey`; resolves when the run is committed.
 * `skipped` when the workflow's concurrency turned it away. Throws NexusError: kind `user` when the
 * workflow cannot be started as it is (invalid, unknown, wrong inputs), else when it may work later.
 */
export type StartRun = (
  workflow: string,
  inputs: Record<string, Json>,
  trigger: TriggerInfo,
  dedupeKey: string,
) => Promise<{ run?: string; skipped: boolean }>;

export interface DispatcherOptions {
  start: StartRun;
  settle: (settled: Settled[]) => void;
  log: Logger;
  now: () => number;
}

/** Schedules whose firings are being started at the same time. */
const PARALLEL = 64;
/** A firing that cannot be started (disk full, …) is tried again with its lease, this often. */
const MOST_ATTEMPTS = 20;

/** Starts claimed firings: those of one schedule in order, many schedules at once, results written in groups. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #active = new Set<Promise<void>>();
  #settled: Settled[] = [];
  #flushing = false;
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Resolves when there is room again; the firings go on by themselves. */
  async dispatch(firings: FiringRow[]): Promise<void> {
    const bySchedule = new Map<string, FiringRow[]>();
    for (const firing of firings) {
      const list = bySchedule.get(firing.schedule);
      if (list) list.push(firing);
      else bySchedule.set(firing.schedule, [firing]);
    }
    for (const list of bySchedule.values()) {
      while (this.#active.size >= PARALLEL) await Promise.race(this.#active);
      if (this.#closed) return;
      const done: Promise<void> = this.#inOrder(list).finally(() => this.#active.delete(done));
      this.#active.add(done);
    }
  }

  /** Resolves when nothing is being started any more, with every result written. */
  async idle(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active);
    this.#flush();
  }

  /** Starts nothing further; what is claimed stays claimed for the next opening. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.idle();
  }

  async #inOrder(firings: FiringRow[]): Promise<void> {
    for (const firing of firings) {
      if (this.#closed) return;
      await this.#fire(firing);
    }
  }

  async #fire(firing: FiringRow): Promise<void> {
    const { start, now } = this.#options;
    failpoint('scheduler.claimed');
    try {
      const { run, skipped } = await start(
        firing.workflow,
        firing.inputs === null ? {} : (JSON.parse(firing.inputs) as Record<string, Json>),
        {
          kind: 'schedule',
          source: firing.schedule,
          payload: { schedule: firing.schedule, due_at: new Date(firing.due_at).toISOString() },
        },
        `schedule:${firing.schedule}:${firing.due_at}`,
      );
      failpoint('scheduler.started');
      this.#write({
        firing,
        outcome: skipped ? 'skipped' : 'started',
        ...(run === undefined ? {} : { run }),
        ...(skipped ? { reason: 'The workflow was busy, and its concurrency says skip.' } : {}),
        at: now(),
      });
    } catch (thrown) {
      this.#refused(firing, toNexusError(thrown));
    }
  }

  #refused(firing: FiringRow, error: NexusError): void {
    const { log, now } = this.#options;
    const fields = { schedule: firing.schedule, workflow: firing.workflow, code: error.code };
    if (error.kind !== 'user' && firing.attempts < MOST_ATTEMPTS) {
      log.warn(`A scheduled run could not be started yet: ${error.message}`, fields);
      return;
    }
    log.warn(`A scheduled run was refused: ${error.message}`, fields);
    this.#write({ firing, outcome: 'refused', reason: error.message, at: now() });
  }

  // Results that come in together are written in one commit.
  #write(settled: Settled): void {
    this.#settled.push(settled);
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const settled = this.#settled;
    this.#settled = [];
    if (settled.length === 0) return;
    try {
      this.#options.settle(settled);
    } catch (error) {
      // They stay claimed; their lease brings them back, and the dedupe key keeps them single.
      this.#options.log.error('The outcome of scheduled runs could not be written.', { error });
    }
  }
}
