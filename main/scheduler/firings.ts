import type { Firing } from '#contract/schedules.ts';
import type { Database, Statement } from '#main/base/database.ts';
import { jittered } from './plan.ts';
import type { Plan } from './plan.ts';
import { jitterOf, timetableOfRow } from './row.ts';
import type { FiringRow, ScheduleRow } from './row.ts';

/** How a firing ended, to be written down. */
export interface Settled {
  firing: FiringRow;
  outcome: Firing['outcome'];
  run?: string;
  reason?: string;
  at: number;
}

/** A claimed firing is another process's business for this long, unless that process is gone. */
export const LEASE_MS = 60_000;
/** Firings kept per schedule. */
const KEPT_PER_SCHEDULE = 500;
/** Firings kept in all, the newest. */
const KEPT_IN_ALL = 100_000;

/** The tables of due schedules and their firings: every method is one transaction, made to be raced for. */
export class Firings {
  readonly #db: Database;
  readonly #owner: string;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database, owner: string) {
    this.#db = db;
    this.#owner = owner;
  }

  /** Schedules that have fallen due, the longest waiting first. */
  due(now: number, limit: number): ScheduleRow[] {
    return this.#sql('SELECT * FROM schedules WHERE next_due <= ? ORDER BY next_due LIMIT ?').all(
      now,
      limit,
    ) as ScheduleRow[];
  }

  /** When the next schedule falls due, by the index alone. */
  nextDue(): number | undefined {
    const row = this.#sql(
      'SELECT min(next_due) AS at FROM schedules WHERE next_due IS NOT NULL',
    ).get() as { at: number | null };
    return row.at ?? undefined;
  }

  /**
   * Takes occurrences for this process: the row moves on and its firings appear as claimed, in one
   * commit. Whoever comes second finds the row moved and gets nothing.
   *
   * @returns the firings that are now this process's to start.
   */
  claim(plans: { row: ScheduleRow; plan: Plan }[], now: number): FiringRow[] {
    const move = this.#sql(
      'UPDATE schedules SET base_due = ?, next_due = ? WHERE id = ? AND base_due = ? AND next_due = ?',
    );
    const note = this.#sql(
      `INSERT INTO firings (schedule, workflow, due_at, fired_at, outcome, reason, inputs, owner, lease_until)
       VALUES (@schedule, @workflow, @due, @now, @outcome, @reason, @inputs, @owner, @lease)
       ON CONFLICT DO NOTHING RETURNING *`,
    );
    const claimed: FiringRow[] = [];
    const run = this.#db.transaction(() => {
      for (const { row, plan } of plans) {
        const due = plan.next === undefined ? null : dueOf(row, plan.next);
        const moved = move.run(plan.next ?? null, due, row.id, row.base_due, row.next_due);
        if (moved.changes !== 1) continue;
        const common = { schedule: row.id, workflow: row.workflow, now };
        if (plan.missed) {
          note.run({
            ...common,
            due: plan.missed.due,
            outcome: 'missed',
            reason: plan.missed.reason,
            inputs: null,
            owner: null,
            lease: null,
          });
        }
        for (const occurrence of plan.fire) {
          const firing = note.get({
            ...common,
            due: occurrence,
            outcome: 'claimed',
            reason: null,
            inputs: row.inputs,
            owner: this.#owner,
            lease: now + LEASE_MS,
          });
          if (firing) claimed.push(firing as FiringRow);
        }
      }
    });
    run.immediate();
    return claimed;
  }

  /**
   * Takes over firings that somebody claimed and did not start: their lease ran out, or their owner
   * is gone. Starting twice is harmless, since the start carries the occurrence as its dedupe key.
   */
  takeOver(now: number, isGone: (owner: string) => boolean): FiringRow[] {
    const claimed = this.#sql(
      "SELECT * FROM firings WHERE outcome = 'claimed' ORDER BY due_at",
    ).all() as FiringRow[];
    const left = claimed.filter(
      ({ owner, lease_until }) => (lease_until ?? 0) <= now || (owner !== null && isGone(owner)),
    );
    if (left.length === 0) return [];
    const take = this.#sql(
      "UPDATE firings SET owner = ?, lease_until = ?, attempts = attempts + 1 WHERE id = ? AND outcome = 'claimed' AND owner IS ? AND lease_until IS ?",
    );
    const run = this.#db.transaction(() =>
      left.filter(
        (firing) =>
          take.run(this.#owner, now + LEASE_MS, firing.id, firing.owner, firing.lease_until)
            .changes === 1,
      ),
    );
    return run.immediate().map((firing) => ({ ...firing, attempts: firing.attempts + 1 }));
  }

  /** Writes down how firings ended, and forgets the oldest. */
  settle(settled: Settled[]): void {
    const mark = this.#sql(
      "UPDATE firings SET outcome = ?, run = ?, reason = ?, fired_at = ?, inputs = NULL, owner = NULL, lease_until = NULL WHERE id = ? AND outcome = 'claimed'",
    );
    const last = this.#sql('UPDATE schedules SET last_at = ?, last_run = ? WHERE id = ?');
    const trim = this.#sql(
      `DELETE FROM firings WHERE schedule = ? AND outcome <> 'claimed' AND due_at <
       (SELECT due_at FROM firings WHERE schedule = ? ORDER BY due_at DESC LIMIT 1 OFFSET ${KEPT_PER_SCHEDULE - 1})`,
    );
    const write = this.#db.transaction(() => {
      for (const { firing, outcome, run, reason, at } of settled) {
        mark.run(outcome, run ?? null, reason ?? null, at, firing.id);
        if (outcome === 'started') last.run(at, run ?? null, firing.schedule);
        trim.run(firing.schedule, firing.schedule);
      }
    });
    write.immediate();
  }

  /** Keeps the newest firings of all schedules together, so that the table stays bounded. */
  trim(): void {
    this.#sql(
      "DELETE FROM firings WHERE outcome <> 'claimed' AND id <= (SELECT max(id) FROM firings) - ?",
    ).run(KEPT_IN_ALL);
  }

  /** The newest firings of a schedule. */
  history(schedule: string, limit: number): FiringRow[] {
    return this.#sql(
      "SELECT * FROM firings WHERE schedule = ? AND outcome <> 'claimed' ORDER BY due_at DESC LIMIT ?",
    ).all(schedule, limit) as FiringRow[];
  }

  #sql(text: string): Statement {
    let statement = this.#statements.get(text);
    if (!statement) this.#statements.set(text, (statement = this.#db.prepare(text)));
    return statement;
  }
}

/** When an occurrence of a row falls due, jitter included. */
export function dueOf(row: ScheduleRow, occurrence: number): number {
  return jittered(timetableOfRow(row), row.id, occurrence, jitterOf(row));
}
