import type { Json } from '#contract/common.ts';
import type { TriggerInfo } from '#contract/runs.ts';
import { NexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import { newRun } from './children.ts';
import type { Core } from './core.ts';
import { endCode } from './decide.ts';
import type { Started, StartRequest } from './door.ts';
import { expose } from './evaluate.ts';
import { ancestors, descendants } from './graph.ts';
import { resolveInputs } from './inputs.ts';
import type { LiveRun } from './live-run.ts';
import { outputsOf } from './outputs.ts';
import { WHOLE, type RunRecord, type StepRecord } from './records.ts';
import { newRecord, recordOf, values } from './steps.ts';
import { summaryOf } from './view.ts';

/** What a retry adds to a start: the records that it carries over. */
export interface Carried {
  records: StepRecord[];
  attempt: number;
  /** The id under which the carried files have been put in place. */
  id?: string;
}

type Begun = { run: LiveRun; skipped: boolean; evict: string[] } | { earlier: string };

/** Starts a run; resolves once it is committed. @throws NexusError `run.input_invalid`, `run.step_unknown` */
export async function start(
  core: Core,
  request: StartRequest,
  carried?: Carried,
): Promise<Started> {
  const { workflow } = request;
  const inputs = resolveInputs(workflow.inputs, request.inputs);
  if (request.fromStep !== undefined && !workflow.steps.some((s) => s.id === request.fromStep))
    throw stepUnknown(workflow.name, request.fromStep);
  let answer: ((response: Awaited<NonNullable<Started['response']>>) => void) | undefined;
  const response = request.wantResponse
    ? new Promise<Awaited<NonNullable<Started['response']>>>((resolve) => (answer = resolve))
    : undefined;
  const begun = await core.batch.operation(() => begin(core, request, inputs, carried, answer));
  if ('earlier' in begun) {
    answer?.(undefined);
    const run = summaryOf(core.journal.readRun(begun.earlier)!.record);
    return { run, created: false, skipped: false, ...(response ? { response } : {}) };
  }
  for (const run of begun.evict)
    core.adoptQuietly(run).catch((error: unknown) => {
      if (!(error instanceof NexusError && error.code === 'run.ended'))
        core.log.warn('A run could not be stopped.', { run, error });
    });
  return {
    run: summaryOf(begun.run.record),
    created: true,
    skipped: begun.skipped,
    ...(response ? { response } : {}),
  };
}

// Inside the transaction: who is first with a key, and whether a group has room, is decided here
// for all processes. The pure steps at the beginning run here too, so that a run of nothing else is
// created, executed and ended in a single commit.
function begin(
  core: Core,
  request: StartRequest,
  inputs: Record<string, Json>,
  carried: Carried | undefined,
  answer: LiveRun['responder'],
): Begun {
  const { workflow } = request;
  const trigger = core.options.redactJson(request.trigger as unknown as Json);
  const record = newRun(core, workflow, inputs, trigger as unknown as TriggerInfo);
  if (carried?.id) record.id = carried.id;
  if (request.dedupeKey !== undefined) {
    const earlier = claim(core, workflow.name, request.dedupeKey, record.id, record.createdAt);
    if (earlier !== undefined) return { earlier };
  }
  failpoint('engine.start.claimed');
  record.parent = request.parent ?? null;
  if (carried) record.attempt = carried.attempt;
  const run = createOrForget(core, request, record);
  run.responder = answer;
  prepare(core, run, request, carried);
  const evict: string[] = [];
  if (record.group !== null) admit(core, run, evict);
  if (record.status === 'running') core.advance(run);
  else core.batch.add(run);
  failpoint('engine.start.journaled');
  return { run, skipped: record.error?.code === 'run.skipped', evict };
}

// An expression of its concurrency group may fail: then nothing of the start stays.
function createOrForget(core: Core, request: StartRequest, record: RunRecord): LiveRun {
  try {
    return core.create(record, request.workflow);
  } catch (error) {
    if (request.dedupeKey !== undefined)
      core.journal.dropKey(request.workflow.name, request.dedupeKey);
    throw error;
  }
}

// A key whose run has been deleted is free again.
function claim(core: Core, workflow: string, key: string, run: string, at: number) {
  const { earlier } = core.journal.claimKey(workflow, key, run, at);
  if (earlier === undefined) return undefined;
  const known =
    core.journal.readRun(earlier) ?? core.fresh.find((one) => one.record.id === earlier);
  if (known) return earlier;
  core.journal.dropKey(workflow, key);
  core.journal.claimKey(workflow, key, run, at);
  return undefined;
}

function admit(core: Core, run: LiveRun, evict: string[]): void {
  const { record } = run;
  const { mode, max } = run.compiled.concurrency!;
  const active = core.journal.groupActive(record.group!);
  if (active >= max && mode === 'skip') {
    record.status = 'cancelled';
    record.endedAt = core.now();
    record.error = skipped(record.workflow, max).toShape();
    run.ended = true;
  } else if (active >= max) {
    if (mode === 'cancel') {
      const others = core.journal.groupOldest(record.group!);
      evict.push(...others.slice(0, Math.max(0, others.length - max + 1)));
      evictBy(core, record.id, evict);
    }
    record.status = 'queued';
    record.startedAt = null;
    record.deadlineAt = null;
  }
  // At once, so that the next start of this very transaction counts it.
  if (!core.remembered.has(record.hash)) core.options.remember(run.compiled);
  core.journal.insertRun(record, core.lease.id);
  run.stored = true;
  run.endWritten = run.ended;
}

// Journaled with the start that wants it, so that no death in between leaves both.
function evictBy(core: Core, id: string, runs: string[]): void {
  const reason = `run ${id} of the same group was started`;
  for (const run of runs) core.journal.signal(run, { type: 'cancel', reason }, core.now());
}

/** Puts in what need not run: steps carried over from another run, and pinned outputs. */
function prepare(
  core: Core,
  run: LiveRun,
  request: StartRequest,
  carried: Carried | undefined,
): void {
  const { graph } = run.main;
  for (const record of carried?.records ?? []) carry(core, run, record);
  const from = request.fromStep === undefined ? undefined : graph.position.get(request.fromStep);
  const before = from === undefined ? undefined : ancestors(graph, from);
  const after = from === undefined ? undefined : descendants(graph, from);
  for (const [at, step] of graph.steps.entries()) {
    if (at === from || after?.has(at)) continue;
    const value = request.pinned?.[step.id];
    if (value !== undefined || before?.has(at)) pin(core, run, at, 'succeeded', value ?? null);
    // Neither before nor after the step to start at: another branch, which stays as it was.
    else if (from !== undefined) pin(core, run, at, 'skipped', null);
  }
}

function pin(
  core: Core,
  run: LiveRun,
  at: number,
  status: 'succeeded' | 'skipped',
  value: Json,
): void {
  const record = recordOf(run, at);
  const kept = core.options.redactJson(value);
  record.outputs = status === 'succeeded' ? JSON.stringify(kept) : null;
  settlePinned(core, run, at, record, status, kept);
}

function settlePinned(
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  status: StepRecord['status'],
  value: unknown,
): void {
  record.status = status;
  record.pinned = true;
  record.startedAt ??= core.now();
  record.endedAt = core.now();
  run.dirty.add(record);
  run.main.codes[at] = endCode(run.main.graph, run.main.codes, at, false);
  run.main.left -= 1;
  run.record.done += 1;
  expose(core, run, record.step, record, value);
  run.agenda.push(...run.main.graph.dependents[at]!);
}

function carry(core: Core, run: LiveRun, from: StepRecord): void {
  const at = run.main.graph.position.get(from.step);
  if (at === undefined) return;
  const record: StepRecord = {
    ...newRecord(from.step, from.index),
    status: from.status,
    attempts: from.attempts,
    startedAt: from.startedAt,
    endedAt: from.endedAt,
    inputs: from.inputs,
    outputs: from.outputs,
    outputsFile: from.outputsFile,
    error: from.error,
    pinned: true,
    ...(from.element === undefined ? {} : { element: from.element }),
  };
  run.dirty.add(record);
  if (from.index !== WHOLE) {
    let items = run.main.items.get(at);
    if (!items)
      run.main.items.set(
        at,
        (items = { list: [], records: [], next: 0, active: 0, failed: undefined }),
      );
    items.records[from.index] = record;
    return;
  }
  run.main.records[at] = record;
  const items = run.main.items.get(at);
  if (items) {
    items.list = JSON.parse(record.inputs ?? '[]') as Json[];
    items.records.forEach((item, index) => {
      if (item?.status === 'succeeded') values(items)[index] = outputsOf(core, run, item);
    });
  }
  const value = items
    ? values(items)
    : record.outputsFile !== null
      ? undefined
      : (JSON.parse(record.outputs ?? 'null') as Json);
  settlePinned(core, run, at, record, record.status, value);
}

function skipped(workflow: string, max: number): NexusError {
  return new NexusError({
    code: 'run.skipped',
    message: `${workflow} was skipped: ${max === 1 ? 'a run' : `${max} runs`} of its group had not ended.`,
    hint: 'Use the concurrency mode queue to have it wait instead.',
    kind: 'operational',
  });
}

function stepUnknown(workflow: string, step: string): NexusError {
  return new NexusError({
    code: 'run.step_unknown',
    message: `${workflow} has no step “${step}”.`,
    hint: 'See the workflow for the ids of its steps.',
  });
}
