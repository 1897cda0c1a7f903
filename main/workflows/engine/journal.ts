import type { Database, Statement } from '#main/base/database.ts';
import { ATTEMPTS_KEPT, type RunStatus } from '#contract/runs.ts';
import { failpoint } from '#main/base/failpoint.ts';
import { asksFor } from './asks.ts';
import type { AttemptRecord, RunRecord, StepRecord } from './records.ts';
import {
  attemptOfRow,
  runOfRow,
  stepOfRow,
  type AttemptRow,
  type RunRow,
  type StepRow,
} from './rows.ts';

const RUN_COLUMNS =
  'id, workflow, hash, status, owner, created_at, started_at, ended_at, deadline_at, wake_at, trigger, inputs, outputs, outputs_file, error, at_step, steps_total, steps_done, parent, attempt, caller_run, caller_step, caller_index, depth, grp, grp_max, phase, stop';

/** How many runs are woken before others get their turn. */
export const DUE_AT_ONCE = 200;

const json = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/**
 * The journal's statements, prepared once. Writes are called inside a transaction of
 * {@link Batch}; nothing here begins one.
 */
export class Journal {
  /** Rows written since the start, for the counters. */
  rows = 0;
  readonly #insertRun: Statement;
  readonly #updateRun: Statement;
  readonly #writeStep: Statement;
  readonly #readRun: Statement;
  readonly #readSteps: Statement;
  readonly #attempt: Statement;
  readonly #dropAttempts: Statement;
  readonly #readAttempts: Statement;
  readonly #claimKey: Statement;
  readonly #readKey: Statement;
  readonly #dropKey: Statement;
  readonly #groupActive: Statement;
  readonly #groupUnended: Statement;
  readonly #groupQueued: Statement;
  readonly #groupOldest: Statement;
  readonly #due: Statement;
  readonly #earliest: Statement;
  readonly #hour: Statement;
  readonly #children: Statement;
  #ended: { hour: number; status: RunStatus; count: number }[] = [];
  readonly db: Database;

  constructor(db: Database) {
    this.db = db;
    const marks = RUN_COLUMNS.split(', ')
      .map(() => '?')
      .join(', ');
    this.#insertRun = db.prepare(`INSERT INTO runs (${RUN_COLUMNS}) VALUES (${marks})`);
    this.#updateRun = db.prepare(
      'UPDATE runs SET status = ?, owner = ?, started_at = ?, ended_at = ?, deadline_at = ?, wake_at = ?, outputs = ?, outputs_file = ?, error = ?, at_step = ?, steps_done = ?, phase = ?, stop = ? WHERE id = ?',
    );
    this.#writeStep = db.prepare(
      'INSERT OR REPLACE INTO steps (run, step, idx, status, attempts, ord, started_at, ended_at, due_at, deadline_at, inputs, outputs, outputs_file, error, wait, asks, event, pinned) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)',
    );
    this.#readRun = db.prepare('SELECT * FROM runs WHERE id = ?');
    this.#readSteps = db.prepare('SELECT * FROM steps WHERE run = ? ORDER BY step, idx');
    this.#attempt = db.prepare('INSERT OR REPLACE INTO attempts VALUES (?,?,?,?,?,?,?)');
    this.#dropAttempts = db.prepare(
      'DELETE FROM attempts WHERE run = ? AND step = ? AND idx = ? AND attempt <= ?',
    );
    this.#readAttempts = db.prepare(
      'SELECT step, idx, attempt, started_at, ended_at, error FROM attempts WHERE run = ? ORDER BY step, idx, attempt',
    );
    this.#claimKey = db.prepare('INSERT OR IGNORE INTO dedupe VALUES (?,?,?,?)');
    this.#readKey = db.prepare('SELECT run FROM dedupe WHERE workflow = ? AND key = ?');
    this.#dropKey = db.prepare('DELETE FROM dedupe WHERE workflow = ? AND key = ?');
    this.#groupActive = db.prepare(
      "SELECT count(*) AS n FROM runs WHERE grp = ? AND ended_at IS NULL AND grp IS NOT NULL AND status <> 'queued'",
    );
    this.#groupUnended = db.prepare(
      'SELECT count(*) AS n FROM runs WHERE grp = ? AND ended_at IS NULL AND grp IS NOT NULL',
    );
    this.#groupQueued = db.prepare(
      "SELECT id, grp_max FROM runs WHERE grp = ? AND ended_at IS NULL AND grp IS NOT NULL AND status = 'queued' ORDER BY id LIMIT 1",
    );
    this.#groupOldest = db.prepare(
      'SELECT id FROM runs WHERE grp = ? AND ended_at IS NULL AND grp IS NOT NULL AND stop IS NULL ORDER BY id',
    );
    this.#due = db.prepare(
      `SELECT id FROM runs WHERE owner = ? AND ended_at IS NULL AND wake_at <= ? ORDER BY wake_at LIMIT ${DUE_AT_ONCE}`,
    );
    this.#earliest = db.prepare(
      'SELECT min(wake_at) AS at FROM runs WHERE owner = ? AND ended_at IS NULL AND wake_at > ?',
    );
    this.#hour = db.prepare(
      'INSERT INTO run_hours VALUES (?, ?, ?) ON CONFLICT (hour, status) DO UPDATE SET count = count + excluded.count',
    );
    this.#children = db.prepare(
      'SELECT id FROM runs WHERE caller_run = ? AND caller_run IS NOT NULL AND ended_at IS NULL',
    );
  }

  insertRun(run: RunRecord, owner: string | null): void {
    this.rows += 1;
    this.#insertRun.run(
      run.id,
      run.workflow,
      run.hash,
      run.status,
      owner,
      run.createdAt,
      run.startedAt,
      run.endedAt,
      run.deadlineAt,
      run.wakeAt,
      JSON.stringify(run.trigger),
      JSON.stringify(run.kept ?? run.inputs),
      run.outputs,
      run.outputsFile,
      json(run.error),
      run.atStep,
      run.total,
      run.done,
      run.parent,
      run.attempt,
      run.caller?.run ?? null,
      run.caller?.step ?? null,
      run.caller?.index ?? null,
      run.depth,
      run.group,
      run.groupMax,
      run.phase,
      json(run.stop),
    );
    if (run.endedAt !== null) this.#countEnd(run);
  }

  /** Writes what may change of a run. @param ends whether this write is the one that ends it. */
  updateRun(run: RunRecord, owner: string | null, ends: boolean): void {
    this.rows += 1;
    this.#updateRun.run(
      run.status,
      owner,
      run.startedAt,
      run.endedAt,
      run.deadlineAt,
      run.wakeAt,
      run.outputs,
      run.outputsFile,
      json(run.error),
      run.atStep,
      run.done,
      run.phase,
      json(run.stop),
      run.id,
    );
    if (ends) this.#countEnd(run);
  }

  writeStep(run: string, step: StepRecord): void {
    failpoint('engine.steps.write');
    this.rows += 1;
    const wait = step.wait;
    const asks =
      step.status === 'interrupted'
        ? 'interrupted'
        : step.status === 'waiting' && wait?.type === 'approval'
          ? 'approval'
          : step.status === 'waiting' && wait?.type === 'blocked'
            ? asksFor(wait.key)
            : null;
    this.#writeStep.run(
      run,
      step.step,
      step.index,
      step.status,
      step.attempts,
      step.order,
      step.startedAt,
      step.endedAt,
      step.dueAt,
      step.deadlineAt,
      step.inputs,
      step.outputs,
      step.outputsFile,
      json(step.error),
      json(wait),
      asks,
      step.status === 'waiting' && wait?.type === 'wait_event' ? wait.name : null,
      step.pinned ? 1 : 0,
    );
  }

  /** Notes an attempt that is followed by another; of many only the last are kept. */
  writeAttempt(run: string, step: StepRecord, endedAt: number, error: unknown): void {
    this.rows += 1;
    if (step.attempts > ATTEMPTS_KEPT)
      this.#dropAttempts.run(run, step.step, step.index, step.attempts - ATTEMPTS_KEPT);
    this.#attempt.run(
      run,
      step.step,
      step.index,
      step.attempts,
      step.startedAt,
      endedAt,
      json(error),
    );
  }

  readRun(id: string): { record: RunRecord; owner: string | null } | undefined {
    const row = this.#readRun.get(id) as RunRow | undefined;
    return row && { record: runOfRow(row), owner: row.owner };
  }

  readSteps(run: string): StepRecord[] {
    return (this.#readSteps.all(run) as StepRow[]).map(stepOfRow);
  }

  /** The attempts of a run's steps that were not their last, in order. */
  readAttempts(run: string): AttemptRecord[] {
    return (this.#readAttempts.all(run) as AttemptRow[]).map(attemptOfRow);
  }

  /** Leaves a request for whoever drives the run. */
  signal(run: string, signal: unknown, at: number): void {
    this.db
      .prepare('INSERT INTO signals (run, signal, at) VALUES (?, ?, ?)')
      .run(run, JSON.stringify(signal), at);
  }

  /** Nobody is to be asked about the steps of a run that has ended as a whole. */
  quiet(run: string): void {
    this.db
      .prepare(
        "UPDATE steps SET status = 'cancelled', asks = NULL, event = NULL, wait = NULL WHERE run = ? AND status IN ('running', 'waiting', 'interrupted', 'pending')",
      )
      .run(run);
  }

  /** Claims a dedupe key for `run`; false with the earlier run's id when it was taken. */
  claimKey(workflow: string, key: string, run: string, at: number): { earlier?: string } {
    if (this.#claimKey.run(workflow, key, run, at).changes === 1) return {};
    return { earlier: (this.#readKey.get(workflow, key) as { run: string }).run };
  }

  /** Frees a key whose run has been deleted. */
  dropKey(workflow: string, key: string): void {
    this.#dropKey.run(workflow, key);
  }

  groupActive(group: string): number {
    return (this.#groupActive.get(group) as { n: number }).n;
  }

  /** How many runs of a group have not ended, those that queue included. */
  groupUnended(group: string): number {
    return (this.#groupUnended.get(group) as { n: number }).n;
  }

  /** The run that has been queued longest in a group. */
  groupQueued(group: string): { id: string; grp_max: number } | undefined {
    return this.#groupQueued.get(group) as { id: string; grp_max: number } | undefined;
  }

  /** The runs of a group that have not ended and are not being cancelled, oldest first. */
  groupOldest(group: string): string[] {
    return (this.#groupOldest.all(group) as { id: string }[]).map((row) => row.id);
  }

  /** Runs whose time has come by `now`, the longest waiting first, at most {@link DUE_AT_ONCE}. */
  due(owner: string, now: number): string[] {
    return (this.#due.all(owner, now) as { id: string }[]).map((row) => row.id);
  }

  /** When the next row falls due after `now`. */
  earliest(owner: string, now: number): number | null {
    return (this.#earliest.get(owner, now) as { at: number | null }).at;
  }

  children(run: string): string[] {
    return (this.#children.all(run) as { id: string }[]).map((row) => row.id);
  }

  #countEnd(run: RunRecord): void {
    const hour = Math.floor(run.endedAt! / 3_600_000);
    const slot = this.#ended.find((one) => one.hour === hour && one.status === run.status);
    if (slot) slot.count += 1;
    else this.#ended.push({ hour, status: run.status, count: 1 });
  }

  /** Writes what {@link updateRun} and {@link insertRun} counted; called once, last, in each transaction. */
  writeCounts(): void {
    for (const { hour, status, count } of this.#ended) this.#hour.run(hour, status, count);
    this.#ended = [];
  }

  /** Forgets what was counted in a transaction that was rolled back. */
  dropCounts(): void {
    this.#ended = [];
  }
}
