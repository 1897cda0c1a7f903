import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import { begin } from './begin.ts';
import { takeIn } from './children.ts';
import type { Core } from './core.ts';
import { Code } from './decide.ts';
import { expose } from './evaluate.ts';
import { LiveRun, newStage, restoreStage, type Stage } from './live-run.ts';
import { outputsOf } from './outputs.ts';
import { stepEnded, WHOLE, type RunRecord, type StepRecord } from './records.ts';
import { rollbackSteps } from './rollback.ts';
import { end, fail, halting, values } from './steps.ts';
import type { CompiledWorkflow } from '../language/compiled.ts';

/**
 * A run as the journal has it, ready to go on. What was executing when the journal was last written
 * is in nobody's hands any more (a run that executes here is in memory): it is repeated, asked
 * about, skipped or failed by its effects. The caller advances it.
 */
export function restoreRun(
  core: Core,
  record: RunRecord,
  compiled: CompiledWorkflow,
  rows: StepRecord[],
): LiveRun {
  const run = new LiveRun(record, compiled);
  run.stored = true;
  core.create(record, compiled, { restored: run });
  restoreStage(run.main, rows);
  for (const row of rows) run.orders = Math.max(run.orders, row.order);
  restoreItems(core, run, run.main);
  restoreSuccesses(run);
  exposeEnded(core, run, run.main);
  if (record.phase === 'rollback') run.stage = newStage('rollback', rollbackSteps(run));
  if (record.phase === 'on_failure') run.stage = newStage('on_failure', compiled.onFailure);
  if (run.stage !== run.main) {
    restoreStage(run.stage, rows);
    restoreItems(core, run, run.stage);
    if (record.phase === 'on_failure') exposeEnded(core, run, run.stage);
  }
  run.agenda.length = 0;
  if (record.status === 'queued') return run;
  // It was given its place by a process that could not read its timeout, or died before.
  const { timeoutMs } = compiled;
  if (timeoutMs !== undefined && record.deadlineAt === null && record.phase === 'steps')
    record.deadlineAt = (record.startedAt ?? core.now()) + timeoutMs;
  takeUp(core, run);
  return run;
}

// Puts every record that is under way where it belongs, and the rest on the agenda.
function takeUp(core: Core, run: LiveRun): void {
  const { stage } = run;
  for (let at = 0; at < stage.codes.length; at += 1) {
    if (stage.codes[at] === Code.pending) run.agenda.push(at);
    if (stage.codes[at] !== Code.active) continue;
    const items = stage.items.get(at);
    if (!items) takeUpRecord(core, run, at, stage.records[at]!);
    else {
      for (const item of items.records) if (item) takeUpRecord(core, run, at, item);
      run.agenda.push(at);
    }
  }
}

function takeUpRecord(core: Core, run: LiveRun, at: number, record: StepRecord): void {
  if (record.status === 'waiting') {
    run.parked.add(record);
    if (record.wait?.type === 'child') lookAfterChild(core, run, at, record, record.wait.run);
  } else if (record.status === 'interrupted') run.interrupted.add(record);
  else if (record.status === 'running') inFlight(core, run, at, record);
  // An item that had only waited for a place; a whole step is decided about again.
  else if (record.status === 'pending' && record.index !== WHOLE) {
    if (halting(run)) end(core, run, at, record, 'cancelled', null);
    else begin(core, run, at, record);
  }
}

// Its end is committed together with the step's, unless it could not be read: then only now.
function lookAfterChild(core: Core, run: LiveRun, at: number, record: StepRecord, id: string) {
  const child = core.journal.readRun(id)?.record;
  if (!child || child.endedAt === null) return;
  const outputs = child.outputs === null ? null : (JSON.parse(child.outputs) as Json);
  takeIn(core, run, at, record, child, outputs);
}

function inFlight(core: Core, run: LiveRun, at: number, record: StepRecord): void {
  failpoint('engine.recover.step');
  const step = run.stage.graph.steps[at]!;
  const error = interrupted(step.id);
  if (halting(run)) {
    record.error = error.toShape();
    return end(core, run, at, record, 'cancelled', null);
  }
  run.retried.push({ record: { ...record, error: error.toShape() }, endedAt: core.now() });
  const action = step.effects === 'once' ? step.onInterrupted : 'retry';
  if (action === 'retry') begin(core, run, at, record);
  else if (action === 'skip') end(core, run, at, record, 'skipped', null);
  else if (action === 'fail') fail(core, run, at, record, error);
  else {
    record.status = 'interrupted';
    record.deadlineAt = null;
    record.error = error.toShape();
    run.interrupted.add(record);
    run.dirty.add(record);
  }
}

/** The error of a step of which nobody knows whether it had its effect. */
export function interrupted(step: string): NexusError {
  return new NexusError({
    code: 'step.interrupted',
    message: `Nexus stopped while “${step}” was running; whether it had its effect is not known.`,
    hint: 'See what it did, then choose to run it again, to skip it, or to fail the run.',
    kind: 'operational',
    details: { retryable: false },
  });
}

function restoreItems(core: Core, run: LiveRun, stage: Stage): void {
  for (const [at, items] of stage.items) {
    const own = stage.records[at];
    if (!own || own.inputs === null) continue;
    items.list = JSON.parse(own.inputs) as Json[];
    const list = values(items);
    const step = stage.graph.steps[at]!;
    items.records.forEach((record, index) => {
      if (!record) return;
      if (!stepEnded(record.status)) items.active += 1;
      else if (record.status === 'succeeded') list[index] = outputsOf(core, run, record);
      else if (record.status === 'failed' && step.onError !== 'continue') items.failed ??= record;
    });
  }
  // A list without an item yet has no rows but its own.
  stage.records.forEach((record, at) => {
    if (!record || !stage.graph.steps[at]!.foreach || stage.items.has(at)) return;
    if (record.inputs === null) return;
    const list = JSON.parse(record.inputs) as Json[];
    stage.items.set(at, { list, records: [], next: 0, active: 0, failed: undefined });
  });
}

function exposeEnded(core: Core, run: LiveRun, stage: Stage): void {
  stage.records.forEach((record, at) => {
    if (!record || !stepEnded(record.status)) return;
    const items = stage.items.get(at);
    const value = items
      ? values(items)
      : record.outputsFile !== null
        ? undefined
        : record.outputs === null
          ? null
          : (JSON.parse(record.outputs) as Json);
    expose(core, run, record.step, record, value);
  });
}

function restoreSuccesses(run: LiveRun): void {
  const { records, items } = run.main;
  records.forEach((record, at) => {
    const list = items.get(at);
    const parts = list ? list.records : [record];
    for (const part of parts) if (part?.status === 'succeeded') run.successes.push(part);
  });
  run.successes.sort((a, b) => a.order - b.order);
}
