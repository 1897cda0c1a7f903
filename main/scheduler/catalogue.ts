import type { Json } from '#contract/common.ts';
import type { ScheduleTrigger } from '#contract/workflow.ts';
import type { Database, Statement } from '#main/base/database.ts';
import { newId } from '#main/base/ids.ts';
import { dueOf } from './firings.ts';
import { timetableOfRow } from './row.ts';
import type { ScheduleRow } from './row.ts';
import type { ScheduleSpec } from './timetable.ts';
import { machineZone } from './zone.ts';

/** A schedule made by hand. */
export interface NewSchedule extends ScheduleSpec {
  workflow: string;
  jitter?: string | number | undefined;
  missed?: 'none' | 'last' | 'all' | undefined;
  inputs?: Record<string, Json> | undefined;
}

/** The table of schedules: what there is, and when each is due. */
export class Catalogue {
  readonly #db: Database;
  readonly #now: () => number;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  get(id: string): ScheduleRow | undefined {
    return this.#sql('SELECT * FROM schedules WHERE id = ?').get(id) as ScheduleRow | undefined;
  }

  list(workflow?: string): ScheduleRow[] {
    const rows =
      workflow === undefined
        ? this.#sql('SELECT * FROM schedules ORDER BY workflow, position, id').all()
        : this.#sql('SELECT * FROM schedules WHERE workflow = ? ORDER BY position, id').all(
            workflow,
          );
    return rows as ScheduleRow[];
  }

  count(): number {
    return (this.#sql('SELECT count(*) AS n FROM schedules').get() as { n: number }).n;
  }

  /** When a schedule of a workflow fires next; undefined when none will. */
  nextOf(workflow: string): number | undefined {
    const row = this.#sql('SELECT min(base_due) AS at FROM schedules WHERE workflow = ?').get(
      workflow,
    ) as { at: number | null };
    return row.at ?? undefined;
  }

  /** The first of all firings to come. */
  earliest(): { workflow: string; at: number } | undefined {
    return this.#sql(
      'SELECT workflow, next_due AS at FROM schedules WHERE next_due IS NOT NULL ORDER BY next_due LIMIT 1',
    ).get() as { workflow: string; at: number } | undefined;
  }

  add(schedule: NewSchedule): ScheduleRow {
    const { workflow, jitter, missed, inputs, ...spec } = schedule;
    const rule = {
      ...spec,
      jitter,
      missed: missed ?? 'last',
      max_missed: 100,
      inputs,
      enabled: true,
    };
    return this.#insert(this.#row(workflow, 'added', this.count(), rule));
  }

  remove(id: string): boolean {
    return this.#sql('DELETE FROM schedules WHERE id = ?').run(id).changes === 1;
  }

  /** Pauses or resumes; what fell due during a pause is not made up for. */
  setPaused(id: string, paused: boolean): ScheduleRow | undefined {
    const change = this.#db.transaction(() => {
      const row = this.get(id);
      if (row && row.paused !== Number(paused)) {
        this.#update(this.#dueAnew({ ...row, paused: paused ? 1 : 0 }));
      }
      return this.get(id);
    });
    return change.immediate();
  }

  /**
   * Brings a workflow's schedules in line with its file. A trigger that did not change keeps its row
   * with id, pause and beat; one whose rule changed keeps id and pause (so that an edit does not
   * quietly resume what a person paused) and begins anew.
   *
   * @returns ids that changed in any way.
   */
  sync(workflow: string, triggers: ScheduleTrigger[]): string[] {
    const run = this.#db.transaction(() => this.#syncOne(workflow, triggers));
    return run.immediate();
  }

  /** The same for all workflows at once; those that are not named lose their schedules. */
  syncAll(workflows: ReadonlyMap<string, ScheduleTrigger[]>): string[] {
    const run = this.#db.transaction(() => {
      const changed: string[] = [];
      for (const [workflow, triggers] of workflows)
        changed.push(...this.#syncOne(workflow, triggers));
      const known = this.#sql(
        "SELECT DISTINCT workflow FROM schedules WHERE origin = 'file'",
      ).all() as { workflow: string }[];
      for (const { workflow } of known) {
        if (!workflows.has(workflow)) changed.push(...this.#syncOne(workflow, []));
      }
      return changed;
    });
    return run.immediate();
  }

  /** Schedules without a zone of their own follow the machine's, which may have changed since. */
  followMachineZone(): void {
    const moved = this.#sql(
      "SELECT * FROM schedules WHERE zone <> ? AND json_extract(spec, '$.timezone') IS NULL",
    ).all(machineZone()) as ScheduleRow[];
    const run = this.#db.transaction(() => {
      for (const row of moved) this.#update(this.#dueAnew({ ...row, zone: machineZone() }));
    });
    if (moved.length > 0) run.immediate();
  }

  #syncOne(workflow: string, triggers: ScheduleTrigger[]): string[] {
    const old = this.list(workflow).filter((row) => row.origin === 'file');
    if (old.length === 0 && triggers.length === 0) return [];
    const wanted = triggers.map((trigger, i) => this.#row(workflow, 'file', i, trigger));
    const matches = matchRows(old, wanted);
    const changed: string[] = [];
    for (const row of wanted) {
      const before = matches.get(row);
      if (!before) changed.push(this.#insert(row).id);
      else if (this.#carryOver(before, row)) changed.push(before.id);
    }
    const kept = new Set([...matches.values()].map((row) => row.id));
    for (const row of old) {
      if (kept.has(row.id)) continue;
      this.remove(row.id);
      changed.push(row.id);
    }
    return changed;
  }

  /** Writes `wanted` over `before` where they differ. */
  #carryOver(before: ScheduleRow, wanted: ScheduleRow): boolean {
    const { position, jitter, missed, max_missed, inputs, enabled } = wanted;
    let row: ScheduleRow = { ...before, position, jitter, missed, max_missed, inputs, enabled };
    if (wanted.spec !== before.spec) {
      const { spec, zone, anchor } = wanted;
      row = this.#dueAnew({ ...row, spec, zone, anchor });
    } else if (enabled !== before.enabled) row = this.#dueAnew(row);
    else if (jitter !== before.jitter && row.base_due !== null) {
      row.next_due = dueOf(row, row.base_due);
    }
    const same = (Object.keys(row) as (keyof ScheduleRow)[]).every((k) => row[k] === before[k]);
    if (!same) this.#update(row);
    return !same;
  }

  /** The row of a rule that is not in the table yet, without an id and not yet due. */
  #row(
    workflow: string,
    origin: ScheduleRow['origin'],
    position: number,
    trigger: Omit<ScheduleTrigger, 'timezone'> & { timezone?: string | undefined },
  ): ScheduleRow {
    const { cron, every, at, timezone, jitter, missed, max_missed, inputs, enabled } = trigger;
    return {
      id: '',
      workflow,
      origin,
      position,
      spec: JSON.stringify({ cron, every, at, timezone }),
      zone: timezone ?? machineZone(),
      jitter: jitter === undefined ? null : JSON.stringify(jitter),
      missed,
      max_missed,
      inputs: inputs === undefined ? null : JSON.stringify(inputs),
      enabled: enabled ? 1 : 0,
      paused: 0,
      anchor: this.#now(),
      base_due: null,
      next_due: null,
      last_at: null,
      last_run: null,
    };
  }

  /** The row with its next firing counted from now. @throws NexusError when its rule is not valid. */
  #dueAnew(row: ScheduleRow): ScheduleRow {
    const timetable = timetableOfRow(row);
    const base = row.enabled && !row.paused ? timetable.next(this.#now()) : undefined;
    if (base === undefined) return { ...row, base_due: null, next_due: null };
    return { ...row, base_due: base, next_due: dueOf(row, base) };
  }

  #insert(rule: ScheduleRow): ScheduleRow {
    const row = this.#dueAnew({ ...rule, id: newId('sch', this.#now()) });
    this.#sql(
      `INSERT INTO schedules (id, workflow, origin, position, spec, zone, jitter, missed, max_missed,
           inputs, enabled, paused, anchor, base_due, next_due, last_at, last_run)
         VALUES (@id, @workflow, @origin, @position, @spec, @zone, @jitter, @missed, @max_missed,
           @inputs, @enabled, @paused, @anchor, @base_due, @next_due, @last_at, @last_run)`,
    ).run(row);
    return row;
  }

  #update(row: ScheduleRow): void {
    this.#sql(
      `UPDATE schedules SET position = @position, spec = @spec, zone = @zone, jitter = @jitter,
           missed = @missed, max_missed = @max_missed, inputs = @inputs, enabled = @enabled,
           paused = @paused, anchor = @anchor, base_due = @base_due, next_due = @next_due
         WHERE id = @id`,
    ).run(row);
  }

  #sql(text: string): Statement {
    let statement = this.#statements.get(text);
    if (!statement) this.#statements.set(text, (statement = this.#db.prepare(text)));
    return statement;
  }
}

/** Pairs the rows of a workflow with what its file says now: the same rule first, then in order. */
function matchRows(old: ScheduleRow[], wanted: ScheduleRow[]): Map<ScheduleRow, ScheduleRow> {
  const free = [...old];
  const matches = new Map<ScheduleRow, ScheduleRow>();
  for (const row of wanted) {
    const at = free.findIndex((candidate) => candidate.spec === row.spec);
    if (at >= 0) matches.set(row, free.splice(at, 1)[0]!);
  }
  for (const row of wanted) {
    const first = matches.has(row) ? undefined : free.shift();
    if (first) matches.set(row, first);
  }
  return matches;
}
