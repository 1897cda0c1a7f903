import type { RunStatus } from '#contract/runs.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import type { Logger } from '#main/base/log.ts';
import type { CompletedRuns } from './completed.ts';

/** What has to be looked through after a start. Epoch milliseconds. */
export interface CatchUpWindow {
  endedSince: number;
  /** No run that ended in that time was created before. */
  createdSince: number;
}

interface CursorOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  runs: CompletedRuns;
}

/** Saved this often while runs end; what ended since is looked at twice after a crash, which dedupe keys make harmless. */
const SAVE_MS = 30_000;
/** Between a run's end being committed and being told of. */
const SLACK_MS = 5000;
const ACTIVE: RunStatus[] = ['queued', 'running', 'waiting', 'interrupted'];

/** Remembers until when the ends of runs have been dealt with. */
export class Cursor {
  readonly #options: CursorOptions;
  readonly #pending: () => Iterable<{ endedAt: number; createdAt: number }>;
  #activeBefore = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #open = false;

  /** @param pending runs that have ended and are still to be dealt with. */
  constructor(
    options: CursorOptions,
    pending: () => Iterable<{ endedAt: number; createdAt: number }>,
  ) {
    this.#options = options;
    this.#pending = pending;
  }

  /** What to catch up with; undefined at the very first start. */
  open(): CatchUpWindow | undefined {
    this.#open = true;
    const row = this.#options.db
      .prepare('SELECT handled_until, created_since FROM completion_cursor')
      .get() as { handled_until: number; created_since: number } | undefined;
    if (row) {
      this.#activeBefore = row.created_since;
      this.touch();
    } else this.#save();
    return row && { endedSince: row.handled_until, createdSince: row.created_since };
  }

  /** Something ended: the cursor is to move on before long. */
  touch(): void {
    if (!this.#open || this.#cancel) return;
    const { clock } = this.#options;
    this.#cancel = clock.at(clock.now() + SAVE_MS, () => {
      this.#cancel = undefined;
      this.#save();
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#save();
    this.#open = false;
  }

  #save(): void {
    const { db, clock, log } = this.#options;
    let until = clock.now() - SLACK_MS;
    let created = until;
    for (const run of this.#pending()) {
      until = Math.min(until, run.endedAt);
      created = Math.min(created, run.createdAt);
    }
    try {
      // What has ended since `until` was active at the time of the last saving, or began after it.
      const active = this.#oldestActive();
      created = Math.min(until, created, active, this.#activeBefore);
      this.#activeBefore = active;
      db.prepare(
        `INSERT INTO completion_cursor (id, handled_until, created_since) VALUES (1, ?, ?)
         ON CONFLICT DO UPDATE SET handled_until = excluded.handled_until, created_since = excluded.created_since`,
      ).run(until, created);
    } catch (error) {
      log.warn('The position among ended runs could not be saved; it will be next time.', {
        error,
      });
      this.touch();
    }
  }

  /** When the oldest run was created that may have ended after the cursor. */
  #oldestActive(): number {
    const { runs } = this.#options;
    let oldest = Number.POSITIVE_INFINITY;
    for (let cursor: string | undefined; ; ) {
      const page = runs.list({
        status: ACTIVE,
        limit: 500,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const run of page.items) oldest = Math.min(oldest, Date.parse(run.created_at));
      if (page.next === undefined) break;
      cursor = page.next;
    }
    return oldest;
  }
}
