import type { Json } from '#contract/common.ts';
import type { ErrorShape } from '#contract/errors.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import type { Core } from './core.ts';
import { Code, endCode, jumpedOver } from './decide.ts';
import { expose } from './evaluate.ts';
import { tellHidden } from './hidden.ts';
import { failsForGood, type Items, type LiveRun } from './live-run.ts';
import { preview, SPILL_AT, spill, spillNow } from './outputs.ts';
import { stepEnded, WHOLE, type StepRecord, type Wait } from './records.ts';
import { retryDelay } from './retrying.ts';

/** Parks a step until `dueAt`, or until somebody or something wakes it. */
export function park(run: LiveRun, record: StepRecord, wait: Wait, dueAt: number | null): void {
  record.status = 'waiting';
  record.wait = wait;
  record.dueAt = dueAt;
  run.parked.add(record);
  run.dirty.add(record);
}

/** Takes a parked or interrupted step back into hand. */
export function unpark(run: LiveRun, record: StepRecord): void {
  run.parked.delete(record);
  run.interrupted.delete(record);
  record.wait = null;
  record.dueAt = null;
}

/** Ends a step or an item with what it put out; large outputs are in a file before that. */
export function succeed(core: Core, run: LiveRun, at: number, record: StepRecord, outputs: Json) {
  let value: Json;
  let text: string;
  try {
    value = core.options.redactJson(outputs ?? null);
    text = JSON.stringify(value) ?? 'null';
  } catch (error) {
    return fail(core, run, at, record, outputsInvalid(record.step, error));
  }
  if (!Object.is(value, outputs ?? null)) tellHidden(core, run, record);
  if (text.length <= SPILL_AT) {
    record.outputs = text;
    return end(core, run, at, record, 'succeeded', value);
  }
  const { outputs: folder } = core.options;
  const name = record.index === WHOLE ? record.step : `${record.step}.${record.index}`;
  const safe = name.replaceAll(':', '_');
  const spilled = (file: string) => {
    record.outputsFile = file;
    record.outputs = JSON.stringify(preview(value));
    end(core, run, at, record, 'succeeded', value);
  };
  const lost = (error: unknown) => fail(core, run, at, record, toNexusError(error));
  if (record.status === 'waiting')
    return spillParked(() => spillNow(folder, run.record.id, safe, text), spilled, lost);
  run.busy += 1;
  record.status = 'running';
  const applied: Promise<void> = spill(folder, run.record.id, safe, text)
    .then(
      (file) => () => spilled(file),
      (error: unknown) => () => lost(error),
    )
    .then((apply) => {
      run.busy -= 1;
      run.spilling.delete(applied);
      if (core.halted || run.discarded || run.ended) return;
      apply();
      core.advance(run);
    })
    .catch((error: unknown) => core.log.error('A step’s end could not be applied.', { error }));
  run.spilling.add(applied);
}

// What it waited for is over in this very commit, so its end has to be in it too.
function spillParked(
  write: () => string,
  spilled: (file: string) => void,
  lost: (error: unknown) => void,
): void {
  let file: string;
  try {
    file = write();
  } catch (error) {
    return lost(error);
  }
  spilled(file);
}

function outputsInvalid(step: string, cause: unknown): NexusError {
  return new NexusError({
    code: 'step.outputs_invalid',
    message: `What “${step}” put out cannot be written as JSON: ${toNexusError(cause).message}`,
    hint: 'Put out texts, numbers, true and false, lists and maps.',
    details: { retryable: false },
    cause,
  });
}

/** Fails a step or an item, or parks it until its next attempt. */
export function fail(core: Core, run: LiveRun, at: number, record: StepRecord, error: NexusError) {
  const shape = core.options.redactJson(
    error.toShape() as unknown as Json,
  ) as unknown as ErrorShape;
  record.error = shape;
  const step = run.stage.graph.steps[at]!;
  const delay = halting(run) ? undefined : retryDelay(step.retry, record.attempts, shape);
  if (delay === undefined) return end(core, run, at, record, 'failed', null);
  const now = core.now();
  run.retried.push({ record: { ...record }, endedAt: now });
  record.deadlineAt = null;
  park(run, record, { type: 'retry' }, now + delay);
  void core.book.append(
    run.record.id,
    record.step,
    record.index,
    record.attempts,
    'system',
    [`Attempt ${record.attempts} failed: ${shape.message} Trying again in ${delay} ms.`],
    now,
  );
  failpoint('engine.retry.parked');
}

/** Parks a step that waits for something, as if there had been no attempt; fails it where nothing is known to wait for. @param decide whether it was being decided about, and not begun */
export function block(
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  error: NexusError,
  decide: boolean,
): void {
  const key = halting(run) ? undefined : core.options.blockedBy?.(error);
  if (key === undefined) return fail(core, run, at, record, error);
  if (record.attempts > 0) {
    record.attempts -= 1;
    core.counters.attempts -= decide ? 0 : 1;
  }
  record.startedAt = null;
  record.deadlineAt = null;
  park(run, record, { type: 'blocked', key, since: core.now(), decide }, null);
}

/** Whether the present stage is being ended early. */
export function halting(run: LiveRun): boolean {
  return run.record.stop !== null && run.record.stop.phase === run.stage.phase;
}

/** Ends a step or an item for good and puts what comes after it on the agenda. */
export function end(
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  status: 'succeeded' | 'failed' | 'skipped' | 'cancelled',
  value: unknown,
): void {
  unpark(run, record);
  record.status = status;
  record.endedAt = core.now();
  record.deadlineAt = null;
  if (status === 'succeeded') {
    record.order = ++run.orders;
    record.error = null;
  }
  run.dirty.add(record);
  if (record.index === WHOLE) endStep(core, run, at, record, value);
  else endItem(core, run, at, record, value);
}

function endItem(core: Core, run: LiveRun, at: number, record: StepRecord, value: unknown): void {
  const items = run.stage.items.get(at)!;
  const step = run.stage.graph.steps[at]!;
  items.active -= 1;
  if (record.status === 'failed' && step.onError !== 'continue') items.failed ??= record;
  if (record.status === 'succeeded') {
    remember(run, record);
    values(items)[record.index] = value as Json;
  }
  core.counters.steps += 1;
  run.agenda.push(at);
}

const valuesOf = new WeakMap<Items, Json[]>();

/** The outputs of a foreach step's items so far, in order; null where an item has none. */
export function values(items: Items): Json[] {
  let list = valuesOf.get(items);
  if (!list) valuesOf.set(items, (list = items.list.map(() => null)));
  return list;
}

// Only what can be undone needs to be remembered in order.
function remember(run: LiveRun, record: StepRecord): void {
  if (run.stage.phase === 'steps') run.successes.push(record);
}

function endStep(core: Core, run: LiveRun, at: number, record: StepRecord, value: unknown): void {
  const { stage } = run;
  const step = stage.graph.steps[at]!;
  const failed = record.status === 'failed';
  stage.codes[at] = endCode(stage.graph, stage.codes, at, failed && failsForGood(step));
  stage.left -= 1;
  if (stage.phase === 'steps') {
    run.record.done += 1;
    if (record.status === 'succeeded' && !stage.items.has(at)) remember(run, record);
    if (failed && failsForGood(step) && run.record.error === null) {
      run.record.error = record.error;
      run.record.atStep = step.id;
    }
  }
  if (record.status !== 'skipped') core.counters.steps += 1;
  if (stage.phase !== 'rollback') expose(core, run, step.id, record, value);
  if (failed && typeof step.onError === 'object') jump(core, run, at, step.onError.goto);
  for (const next of stage.graph.dependents[at]!) run.agenda.push(next);
}

function jump(core: Core, run: LiveRun, at: number, to: string): void {
  const { graph, codes } = run.stage;
  const target = graph.position.get(to);
  if (target === undefined) return;
  for (const over of jumpedOver(graph, codes, at, target)) {
    if (codes[over] === Code.pending) skip(core, run, over);
  }
  run.agenda.push(target);
}

/** Ends a step that has not begun. */
export function skip(
  core: Core,
  run: LiveRun,
  at: number,
  status: 'skipped' | 'cancelled' = 'skipped',
): void {
  const record = recordOf(run, at);
  if (!stepEnded(record.status)) end(core, run, at, record, status, null);
}

/** The step's own record, made on first use. */
export function recordOf(run: LiveRun, at: number): StepRecord {
  return (run.stage.records[at] ??= newRecord(run.stage.graph.steps[at]!.id, WHOLE));
}

export function newRecord(step: string, index: number): StepRecord {
  return {
    step,
    index,
    status: 'pending',
    attempts: 0,
    order: 0,
    startedAt: null,
    endedAt: null,
    dueAt: null,
    deadlineAt: null,
    inputs: null,
    outputs: null,
    outputsFile: null,
    error: null,
    wait: null,
    pinned: false,
  };
}
