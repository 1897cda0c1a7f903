import type { Json } from '#contract/common.ts';
import {
  ATTEMPTS_KEPT,
  type RunDetail,
  type RunStep,
  type RunSummary,
  type StepAttempt,
} from '#contract/runs.ts';
import type { CompiledWorkflow } from '../language/compiled.ts';
import { WHOLE, type AttemptRecord, type RunRecord, type StepRecord } from './records.ts';

const instant = (at: number) => new Date(at).toISOString();

/** A run as lists show it. */
export function summaryOf(run: RunRecord): RunSummary {
  const { payload: _, ...trigger } = run.trigger;
  const summary: RunSummary = {
    id: run.id,
    workflow: run.workflow,
    status: run.status,
    trigger,
    created_at: instant(run.createdAt),
    steps_total: run.total,
    steps_done: run.done,
    definition_hash: run.hash,
  };
  if (run.startedAt !== null) summary.started_at = instant(run.startedAt);
  if (run.endedAt !== null) summary.ended_at = instant(run.endedAt);
  if (run.error !== null) summary.error = run.error;
  if (run.atStep !== null) summary.at_step = run.atStep;
  const parent = run.parent ?? run.caller?.run;
  if (parent) summary.parent = parent;
  return summary;
}

/** What a view needs besides the rows. */
export interface ViewContext {
  compiled: CompiledWorkflow | undefined;
  source: string;
  redactJson: (value: Json) => Json;
  /** The absolute path of a spilled output. */
  fileOf: (run: string, file: string) => string;
}

/** A run with its steps: those of the workflow in its order, then rollbacks and failure steps that began. */
export function detailOf(
  run: RunRecord,
  rows: StepRecord[],
  attempts: AttemptRecord[],
  context: ViewContext,
): RunDetail {
  const detail: RunDetail = {
    ...summaryOf(run),
    trigger: context.redactJson(run.trigger as Json) as typeof run.trigger,
    inputs: context.redactJson(maskSecrets(run.inputs, context.compiled)),
    steps: stepsOf(run, rows, attempts, context),
    source: context.source,
  };
  // What was journaled before it became a secret is hidden from then on.
  if (run.outputs !== null) detail.outputs = context.redactJson(JSON.parse(run.outputs) as Json);
  return detail;
}

/** Inputs that the definition calls secret are never shown. */
function maskSecrets(inputs: Record<string, Json>, compiled: CompiledWorkflow | undefined): Json {
  if (!compiled) return inputs;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      compiled.inputs[name]?.secret && value !== null ? '***' : value,
    ]),
  );
}

function stepsOf(
  run: RunRecord,
  rows: StepRecord[],
  attempts: AttemptRecord[],
  context: ViewContext,
): RunStep[] {
  const byStep = new Map<string, StepRecord[]>();
  for (const row of rows) {
    const list = byStep.get(row.step);
    if (list) list.push(row);
    else byStep.set(row.step, [row]);
  }
  const steps: RunStep[] = [];
  for (const step of context.compiled?.steps ?? []) {
    steps.push(stepOf(run, step.id, byStep.get(step.id) ?? [], attempts, context));
    byStep.delete(step.id);
  }
  const failureOrder = new Map(context.compiled?.onFailure.map((step, at) => [step.id, at]));
  const rest = [...byStep.keys()].toSorted((a, b) => {
    const at = (id: string) => failureOrder.get(id) ?? -1;
    return at(a) - at(b) || firstStart(byStep.get(a)!) - firstStart(byStep.get(b)!);
  });
  for (const id of rest) steps.push(stepOf(run, id, byStep.get(id)!, attempts, context));
  return steps;
}

const firstStart = (rows: StepRecord[]) => rows[0]?.startedAt ?? 0;

/** One step from its rows (its own, then its items), in the contract's shape. */
export function stepOf(
  run: RunRecord,
  id: string,
  rows: StepRecord[],
  attempts: AttemptRecord[],
  context: ViewContext,
): RunStep {
  const compiled =
    context.compiled?.steps.find((step) => step.id === id) ??
    context.compiled?.onFailure.find((step) => step.id === id);
  const own = rows.find((row) => row.index === WHOLE);
  const items = rows.filter((row) => row.index !== WHOLE);
  const step: RunStep = {
    id,
    uses: compiled?.kind.kind ?? usesOfRollback(id, context.compiled),
    status: own ? statusWithItems(own, items) : 'pending',
    attempts: own?.attempts ?? 0,
  };
  if (compiled?.name !== undefined) step.name = compiled.name;
  if (own) fill(step, run, own, context);
  if (own) Object.assign(step, historyOf(own, attempts));
  if (own && compiled?.foreach && step.outputs === undefined && own.endedAt !== null)
    step.outputs = listOf(own, items, (item) =>
      context.redactJson(JSON.parse(item.outputs!) as Json),
    );
  if (own && items.length > 0) {
    step.attempts = Math.max(step.attempts, ...items.map((item) => item.attempts));
    step.items = items.map((item) => {
      const one: NonNullable<RunStep['items']>[number] = {
        index: item.index,
        status: item.status,
        attempts: item.attempts,
      };
      if (item.startedAt !== null) one.started_at = instant(item.startedAt);
      if (item.endedAt !== null) one.ended_at = instant(item.endedAt);
      if (item.outputs !== null) one.outputs = context.redactJson(JSON.parse(item.outputs) as Json);
      if (item.error !== null) one.error = item.error;
      if (item.pinned) one.pinned = true;
      return Object.assign(one, historyOf(item, attempts));
    });
  }
  return step;
}

// Of one attempt the step itself tells everything; of a kept step the run that executed it does.
function historyOf(row: StepRecord, attempts: AttemptRecord[]): { history?: StepAttempt[] } {
  if (row.attempts < 2 || row.pinned) return {};
  const known = attempts.filter((one) => one.step === row.step && one.index === row.index);
  if (known.every((one) => one.attempt !== row.attempts))
    // While it goes on, the error in its row is that of the attempt before.
    known.push({ ...row, attempt: row.attempts, error: row.endedAt === null ? null : row.error });
  return { history: known.slice(-ATTEMPTS_KEPT).map(attemptOf) };
}

function attemptOf({ attempt, startedAt, endedAt, error }: AttemptRecord): StepAttempt {
  return {
    attempt,
    ...(startedAt === null ? {} : { started_at: instant(startedAt) }),
    ...(endedAt === null ? {} : { ended_at: instant(endedAt) }),
    ...(error === null ? {} : { error }),
  };
}

/** The items' outputs in the order of the list: they are not journaled a second time. */
export function listOf(
  own: StepRecord,
  items: StepRecord[],
  read: (item: StepRecord) => Json,
): Json[] {
  const given = own.inputs === null ? [] : (JSON.parse(own.inputs) as Json[]);
  const list: Json[] = given.map(() => null);
  for (const item of items) if (item.outputs !== null) list[item.index] = read(item);
  return list;
}

function fill(step: RunStep, run: RunRecord, row: StepRecord, context: ViewContext): void {
  if (row.startedAt !== null) step.started_at = instant(row.startedAt);
  if (row.endedAt !== null) step.ended_at = instant(row.endedAt);
  if (row.dueAt !== null) step.due_at = instant(row.dueAt);
  if (row.inputs !== null) step.inputs = context.redactJson(JSON.parse(row.inputs) as Json);
  if (row.outputs !== null) step.outputs = context.redactJson(JSON.parse(row.outputs) as Json);
  if (row.outputsFile !== null) step.outputs_file = context.fileOf(run.id, row.outputsFile);
  if (row.error !== null) step.error = row.error;
  if (row.pinned) step.pinned = true;
}

// A foreach step runs while any item does, and otherwise is what its items wait for.
function statusWithItems(own: StepRecord, items: StepRecord[]): StepRecord['status'] {
  if (own.status !== 'running' || items.length === 0) return own.status;
  if (items.some((item) => item.status === 'running')) return 'running';
  if (items.some((item) => item.status === 'interrupted')) return 'interrupted';
  return items.some((item) => item.status === 'waiting') ? 'waiting' : 'running';
}

/** Prefix of the records of what undoes a step. */
export const ROLLBACK = 'rollback:';

function usesOfRollback(id: string, compiled: CompiledWorkflow | undefined): string {
  if (!id.startsWith(ROLLBACK)) return '';
  const of = id.slice(ROLLBACK.length).replace(/\[\d+\]$/, '');
  return compiled?.steps.find((step) => step.id === of)?.rollback?.kind.kind ?? '';
}
