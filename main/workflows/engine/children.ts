import type { Json } from '#contract/common.ts';
import type { ErrorShape } from '#contract/errors.ts';
import { NexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import { newId } from '#main/base/ids.ts';
import type { StepOutcome } from '../kinds/kind.ts';
import type { CompiledWorkflow } from '../language/compiled.ts';
import { queue } from './admit.ts';
import type { Core } from './core.ts';
import { resolveInputs } from './inputs.ts';
import type { LiveRun } from './live-run.ts';
import type { RunRecord, StepRecord } from './records.ts';
import { end, fail, halting, succeed } from './steps.ts';

/** How deep workflows may call one another. */
export const MAX_DEPTH = 16;

/** A fresh record of a run; `started` unless it has to queue. */
export function newRun(
  core: Core,
  compiled: CompiledWorkflow,
  inputs: Record<string, Json>,
  trigger: RunRecord['trigger'],
): RunRecord {
  const now = core.now();
  return {
    id: newId('run', now),
    workflow: compiled.name,
    hash: compiled.hash,
    status: 'running',
    createdAt: now,
    startedAt: now,
    endedAt: null,
    deadlineAt: compiled.timeoutMs === undefined ? null : now + compiled.timeoutMs,
    wakeAt: null,
    trigger,
    inputs,
    outputs: null,
    outputsFile: null,
    error: null,
    atStep: null,
    total: compiled.steps.length,
    done: 0,
    parent: null,
    attempt: 1,
    caller: null,
    depth: 0,
    group: null,
    groupMax: 0,
    phase: 'steps',
    stop: null,
  };
}

/** The concurrency group of a run, or null; workflows do not share groups. */
export function groupOf(run: LiveRun): string | null {
  const concurrency = run.compiled.concurrency;
  if (!concurrency) return null;
  run.record.groupMax = concurrency.max;
  return `${run.record.workflow}:${concurrency.group.evaluate(run.scope)}`;
}

/**
 * Makes the run of a sub-workflow, not yet begun; it is committed together with the step that calls.
 * @throws NexusError `run.too_deep`, `run.input_invalid`, or what the look-up of the workflow throws.
 */
export function createChild(
  core: Core,
  run: LiveRun,
  record: StepRecord,
  call: Extract<StepOutcome, { type: 'subworkflow' }>,
): LiveRun {
  if (run.record.depth + 1 > MAX_DEPTH) throw tooDeep(call.workflow);
  const compiled = core.options.workflow(call.workflow);
  const inputs = resolveInputs(compiled.inputs, call.inputs);
  const child = newRun(core, compiled, inputs, {
    kind: 'workflow',
    source: run.record.id,
    payload: { run: run.record.id, workflow: run.record.workflow, step: record.step },
  });
  child.depth = run.record.depth + 1;
  if (call.wait) child.caller = { run: run.record.id, step: record.step, index: record.index };
  else child.parent = run.record.id;
  const live = core.create(child, compiled, { by: run });
  // Its place in a group is given by the journal, once it is there.
  if (child.group !== null) {
    queue(live);
    if (waitsForItself(core, run, live)) {
      core.runs.delete(child.id);
      live.discarded = true;
      throw groupCircle(compiled.name);
    }
  }
  failpoint('engine.child.created');
  return live;
}

// Those that call it hold every place of its group until it has ended.
function waitsForItself(core: Core, run: LiveRun, { record, compiled }: LiveRun): boolean {
  if (record.caller === null || compiled.concurrency?.mode !== 'queue') return false;
  let held = 0;
  for (let at: RunRecord | undefined = run.record; at; ) {
    if (at.group === record.group) held += 1;
    at = at.caller ? core.journal.readRun(at.caller.run)?.record : undefined;
  }
  return held >= compiled.concurrency.max;
}

/** Hands the end of a sub-workflow to the step that waits for it. */
export function childEnded(core: Core, child: RunRecord, outputs: Json): void {
  const { caller } = child;
  if (!caller) return;
  const run = core.load(caller.run);
  if (!run) return;
  const found = run.find(caller.step, caller.index);
  if (found?.record.wait?.type === 'child' && found.record.wait.run === child.id) {
    failpoint('engine.child.ended');
    takeIn(core, run, found.at, found.record, child, outputs);
  }
  core.advance(run);
}

/** Ends the step that called by what the sub-workflow came to. */
export function takeIn(
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  child: RunRecord,
  outputs: Json,
): void {
  const { id, status } = child;
  if (status === 'succeeded')
    return succeed(core, run, at, record, calledOutputs(id, status, outputs));
  const error = childFailed(child);
  if (!halting(run)) return fail(core, run, at, record, error);
  // It was ended because this run is: the reason is this run's, not the child's.
  record.error = error.toShape();
  end(core, run, at, record, 'cancelled', null);
}

/**
 * What a step puts out whose sub-workflow succeeded: that workflow's own outputs at the top, and what
 * is said of its run. An output that is called `run`, `status` or `outputs` is found under `outputs`
 * only, where they all are.
 */
export function calledOutputs(run: string, status: string, outputs: Json): Json {
  const own =
    outputs !== null && typeof outputs === 'object' && !Array.isArray(outputs) ? outputs : {};
  return { ...own, run, status, outputs };
}

interface Nested {
  /** Names of the workflows from the one that was called to the one that failed. */
  path: string[];
  /** Their runs. */
  runs: string[];
  error?: ErrorShape;
}

// The root's error, however deep it lies: each level only adds its name to the path.
function childFailed(child: RunRecord): NexusError {
  if (child.error?.code === 'run.skipped') return childSkipped(child);
  const cancelled = child.status === 'cancelled';
  const inner = cancelled ? undefined : nestedOf(child.error);
  const path = [child.workflow, ...(inner?.path ?? [])];
  const runs = [child.id, ...(inner?.runs ?? [])];
  const root = inner ? inner.error : (child.error ?? undefined);
  const came =
    cancelled || (inner && child.error?.code === 'subworkflow.cancelled')
      ? 'was cancelled.'
      : `failed: ${root?.message ?? 'no reason given'}`;
  return new NexusError({
    code: cancelled ? 'subworkflow.cancelled' : 'subworkflow.failed',
    message: `The workflow ${path.join(' → ')} ${came}`,
    hint: `See its run ${runs.at(-1)}.`,
    kind: root?.kind ?? 'operational',
    details: { run: child.id, path, runs, ...(root ? { error: root } : {}) },
  });
}

function nestedOf(error: ErrorShape | null): Nested | undefined {
  if (!error?.code.startsWith('subworkflow.')) return undefined;
  const { path, runs } = (error.details ?? {}) as Partial<Nested>;
  return path && runs ? (error.details as unknown as Nested) : undefined;
}

function childSkipped(child: RunRecord): NexusError {
  return new NexusError({
    code: 'subworkflow.skipped',
    message: `The workflow ${child.workflow} was not run: its concurrency group was full, and its mode is skip.`,
    hint: 'Give this step a retry, or let that workflow queue.',
    kind: 'operational',
    details: { run: child.id },
  });
}

function groupCircle(workflow: string): NexusError {
  return new NexusError({
    code: 'run.group_circle',
    message: `${workflow} would wait for a place in its concurrency group that the runs which call it hold until it has ended.`,
    hint: 'Give it another group, a higher max, or the mode skip.',
    details: { retryable: false },
  });
}

function tooDeep(workflow: string): NexusError {
  return new NexusError({
    code: 'run.too_deep',
    message: `${workflow} would be the ${MAX_DEPTH + 1}th workflow in a row to be called by another.`,
    hint: 'A workflow probably calls itself. Let it end on a condition.',
    details: { retryable: false },
  });
}
