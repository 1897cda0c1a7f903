import type { Json } from '#contract/common.ts';
import type { Approval, Interruption } from '#contract/runWaits.ts';
import type { RunDetail, RunStatus, RunSummary } from '#contract/runs.ts';
import type { CompiledWorkflow } from '../language/compiled.ts';
import { join } from 'node:path';
import type { Core } from './core.ts';
import { readSpilled, runFolder } from './outputs.ts';
import { unreadable } from './unreadable.ts';
import { runNotFound } from './people.ts';
import { WHOLE, type RunRecord, type StepRecord, type Wait } from './records.ts';
import { runOfRow, stepOfRow, type RunRow, type StepRow } from './rows.ts';
import { detailOf, listOf, stepOf, summaryOf, type ViewContext } from './view.ts';

const instant = (at: number) => new Date(at).toISOString();

export function viewContext(core: Core, record: RunRecord): ViewContext {
  const compiled = core.definition(record.hash);
  return {
    compiled,
    source: compiled?.source ?? core.options.versions?.source(record.hash) ?? '',
    redactJson: core.options.redactJson,
    fileOf: (run, file) => join(runFolder(core.options.outputs, run), file),
  };
}

/** @throws NexusError `run.not_found` */
export function readDetail(core: Core, id: string): RunDetail {
  const found = core.journal.readRun(id);
  if (!found) throw runNotFound(id);
  const { journal } = core;
  const context = viewContext(core, found.record);
  return detailOf(found.record, journal.readSteps(id), journal.readAttempts(id), context);
}

/** What the steps of a run that succeeded put out, read from their files where they are large. */
export function readOutputs(core: Core, id: string): Record<string, Json> {
  const found = core.journal.readRun(id);
  if (!found) throw runNotFound(id);
  const rows = core.journal.readSteps(id).filter((row) => row.status === 'succeeded');
  const whole = (row: StepRecord): Json =>
    row.outputsFile === null
      ? (JSON.parse(row.outputs ?? 'null') as Json)
      : readSpilled(core.options.outputs, id, row.outputsFile);
  const outputs: Record<string, Json> = {};
  try {
    for (const row of rows) {
      if (row.index !== WHOLE) continue;
      const items = rows.filter((item) => item.step === row.step && item.index !== WHOLE);
      outputs[row.step] = items.length > 0 ? listOf(row, items, whole) : whole(row);
    }
  } catch (error) {
    throw unreadable(found.record, error as Error);
  }
  return outputs;
}

/** One step of a run, its items included. */
export function readStep(core: Core, record: RunRecord, step: string, context: ViewContext) {
  const rows = core.journal.db
    .prepare('SELECT * FROM steps WHERE run = ? AND step = ? ORDER BY idx')
    .all(record.id, step) as StepRow[];
  const again = rows.some((row) => row.attempts > 1);
  const attempts = again ? core.journal.readAttempts(record.id) : [];
  return stepOf(record, step, rows.map(stepOfRow), attempts, context);
}

export interface ListFilter {
  workflow?: string;
  status?: RunStatus[];
  since?: number;
  limit: number;
  cursor?: string;
}

/** Runs, the newest first, page by page; `cursor` is the last id of the page before. */
export function listRuns(core: Core, filter: ListFilter): { items: RunSummary[]; next?: string } {
  const where: string[] = [];
  const values: (string | number)[] = [];
  if (filter.workflow !== undefined) {
    where.push('workflow = ?');
    values.push(filter.workflow);
  }
  if (filter.status) {
    where.push(`status IN (${filter.status.map(() => '?').join(', ')})`);
    values.push(...filter.status);
    // Said literally, so that the partial index is taken.
    if (!filter.status.includes('succeeded')) where.push("status <> 'succeeded'");
  }
  if (filter.since !== undefined) {
    where.push('created_at >= ?');
    values.push(filter.since);
  }
  if (filter.cursor !== undefined) {
    where.push('id < ?');
    values.push(filter.cursor);
  }
  const condition = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
  const rows = core.journal.db
    .prepare(`SELECT * FROM runs ${condition} ORDER BY id DESC LIMIT ?`)
    .all(...values, filter.limit + 1) as RunRow[];
  const items = rows.slice(0, filter.limit).map((row) => summaryOf(runOfRow(row)));
  return rows.length > filter.limit ? { items, next: items.at(-1)!.id } : { items };
}

/** Everything that waits for a person. */
export function readAsking(core: Core): { approvals: Approval[]; interrupted: Interruption[] } {
  const rows = core.journal.db
    .prepare(
      "SELECT * FROM steps WHERE asks IN ('approval', 'interrupted') ORDER BY run, step, idx",
    )
    .all() as StepRow[];
  const approvals: Approval[] = [];
  const interrupted: Interruption[] = [];
  for (const row of rows) {
    const run = core.journal.readRun(row.run)?.record;
    if (!run || run.endedAt !== null) continue;
    const step = stepOfRow(row);
    if (step.wait?.type === 'approval') approvals.push(approvalOf(run, step, step.wait));
    else interrupted.push(interruptionOf(run, step, core.definition(run.hash)));
  }
  return { approvals, interrupted };
}

export function approvalOf(
  run: RunRecord,
  step: StepRecord,
  wait: Extract<Wait, { type: 'approval' }>,
): Approval {
  const place = step.index === WHOLE ? step.step : `${step.step}[${step.index}]`;
  const approval: Approval = {
    id: `${run.id}/${place}`,
    run: run.id,
    workflow: run.workflow,
    step: step.step,
    title: wait.title,
    choices: wait.choices,
    fields: wait.fields,
    who: wait.who,
    asked_at: instant(step.startedAt ?? run.createdAt),
  };
  if (wait.message !== undefined) approval.message = wait.message;
  if (step.dueAt !== null) approval.due_at = instant(step.dueAt);
  if (wait.defaultChoice !== undefined) approval.default_choice = wait.defaultChoice;
  return approval;
}

export function interruptionOf(
  run: RunRecord,
  step: StepRecord,
  compiled: CompiledWorkflow | undefined,
): Interruption {
  const known = [...(compiled?.steps ?? []), ...(compiled?.onFailure ?? [])].find(
    (one) => one.id === step.step,
  );
  const interruption: Interruption = {
    run: run.id,
    workflow: run.workflow,
    step: step.step,
    uses: known?.kind.kind ?? '',
    since: instant(step.startedAt ?? run.createdAt),
  };
  if (step.index !== WHOLE) interruption.index = step.index;
  if (known?.name !== undefined) interruption.name = known.name;
  if (step.inputs !== null) interruption.inputs = JSON.parse(step.inputs) as Json;
  return interruption;
}

/** How many runs have not ended. */
export function countActive(core: Core): number {
  const row = core.journal.db
    .prepare('SELECT count(*) AS n FROM runs WHERE ended_at IS NULL')
    .get() as { n: number };
  return row.n;
}

/** Ends per hour for the last `hours`, the oldest first, hours without any included. */
export function readStatistics(
  core: Core,
  hours: number,
): { at: string; succeeded: number; failed: number; cancelled: number }[] {
  const last = Math.floor(core.now() / 3_600_000);
  const first = last - hours + 1;
  const rows = core.journal.db
    .prepare('SELECT hour, status, count FROM run_hours WHERE hour >= ?')
    .all(first) as { hour: number; status: string; count: number }[];
  return Array.from({ length: hours }, (_, offset) => {
    const hour = first + offset;
    const count = (status: string) =>
      rows.find((row) => row.hour === hour && row.status === status)?.count ?? 0;
    return {
      at: instant(hour * 3_600_000),
      succeeded: count('succeeded'),
      failed: count('failed'),
      cancelled: count('cancelled'),
    };
  });
}
