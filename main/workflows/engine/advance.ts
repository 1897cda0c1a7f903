import type { Json } from '#contract/common.ts';
import type { ErrorShape } from '#contract/errors.ts';
import { NexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import { begin, overBudget, visit } from './begin.ts';
import { blockedBy } from './blocked.ts';
import { childEnded } from './children.ts';
import type { Core } from './core.ts';
import { aim, evaluationError } from './evaluate.ts';
import { type LiveRun, newStage } from './live-run.ts';
import { SPILL_AT, preview } from './outputs.ts';
import { stepEnded } from './records.ts';
import { rollbackSteps } from './rollback.ts';
import { end, halting, skip } from './steps.ts';
import { summaryOf } from './view.ts';

/**
 * Decides and begins whatever can be, until something has to be waited for or committed, and has
 * what changed written with the next commit. The order of effects is: decide, commit, act.
 */
export function advance(core: Core, run: LiveRun): void {
  if (run.advancing || run.ended || run.discarded || core.halted) return;
  run.advancing = true;
  run.spent = 0;
  run.over = false;
  run.since = performance.now();
  try {
    do drain(core, run);
    while (!run.over && run.stage.left === 0 && run.busy === 0 && nextStage(core, run));
  } finally {
    run.advancing = false;
  }
  settle(run);
  core.batch.add(run);
  if (run.ended) childEnded(core, run.record, run.finalOutputs);
}

function drain(core: Core, run: LiveRun): void {
  if (halting(run)) halt(core, run);
  let at = 0;
  while (at < run.agenda.length) {
    if (overBudget(run)) break;
    visit(core, run, run.agenda[at++]!);
  }
  run.agenda.splice(0, at);
}

// Ends what has not begun or is parked; what executes has been told to stop, and is waited for.
function halt(core: Core, run: LiveRun): void {
  for (const waiting of core.slots.leave(run)) {
    run.busy -= 1;
    end(core, run, waiting.at, waiting.record, 'cancelled', null);
  }
  for (const { at, record } of run.launches.splice(0)) {
    run.busy -= 1;
    core.slots.release();
    end(core, run, at, record, 'cancelled', null);
  }
  for (const record of [...run.parked, ...run.interrupted]) {
    // A sub-workflow is cancelled itself, and its end ends the step.
    if (record.wait?.type === 'child') continue;
    end(core, run, run.stage.graph.position.get(record.step)!, record, 'cancelled', null);
  }
  run.stage.graph.steps.forEach((_, at) => {
    if (run.stage.codes[at] === 0) skip(core, run, at, 'cancelled');
  });
  for (const at of run.stage.items.keys()) run.agenda.push(at);
}

/** Goes from the steps to the rollbacks to the failure steps to the end. @returns whether there is a next stage. */
function nextStage(core: Core, run: LiveRun): boolean {
  const { record } = run;
  if (record.phase === 'steps') {
    if (!record.stop && !record.error) computeOutputs(core, run);
    if (run.held !== undefined && !record.stop) return false;
    if (record.stop?.type === 'timeout' && !record.error) record.error = runTimedOut(run);
    const undo = record.stop || record.error ? rollbackSteps(run) : [];
    if (undo.length > 0) {
      failpoint('engine.rollback.begin');
      return enter(run, 'rollback', undo);
    }
  }
  const cancelled = record.stop?.type === 'cancel';
  if (record.phase !== 'on_failure' && record.error && !cancelled) {
    if (run.compiled.onFailure.length > 0) {
      failpoint('engine.on_failure.begin');
      return enter(run, 'on_failure', run.compiled.onFailure);
    }
  }
  endRun(core, run, cancelled ? 'cancelled' : record.error ? 'failed' : 'succeeded');
  return false;
}

function enter(
  run: LiveRun,
  phase: 'rollback' | 'on_failure',
  steps: LiveRun['compiled']['steps'],
) {
  run.record.phase = phase;
  run.stage = newStage(phase, steps);
  run.agenda.push(...run.stage.graph.roots);
  return true;
}

function computeOutputs(core: Core, run: LiveRun): void {
  run.held = undefined;
  try {
    run.finalOutputs = core.options.redactJson(
      run.compiled.outputs.evaluate(aim(run, 0, undefined)),
    );
    const text = JSON.stringify(run.finalOutputs);
    // The steps keep their large outputs in files; of the run's a preview is enough to look at.
    run.record.outputs = text.length > SPILL_AT ? JSON.stringify(preview(run.finalOutputs)) : text;
  } catch (thrown) {
    const error = evaluationError(thrown);
    run.held = blockedBy(core, error);
    if (run.held !== undefined) return;
    run.record.error = core.options.redactJson(
      error.toShape() as unknown as Json,
    ) as unknown as ErrorShape;
  }
}

/** Ends the run, and creates what is to follow it in the same commit. */
export function endRun(
  core: Core,
  run: LiveRun,
  status: 'succeeded' | 'failed' | 'cancelled',
): void {
  const { record } = run;
  record.status = status;
  record.endedAt = core.now();
  record.wakeAt = null;
  if (status !== 'failed') record.atStep = null;
  if (status === 'cancelled' && !record.error) record.error = cancelledBy(run);
  run.ended = true;
  core.counters.runs += 1;
  failpoint('engine.run.ended');
  if (core.options.followers) {
    for (const request of core.options.followers(summaryOf(record), run.finalOutputs))
      core.startFollower(request, run);
  }
}

// What the record says of the run as a whole: its status, when it has to be looked at, where it stands.
function settle(run: LiveRun): void {
  const { record } = run;
  if (run.ended) return;
  if (record.status === 'queued') return;
  const working =
    run.busy > 0 ||
    run.agenda.length > 0 ||
    (run.parked.size === 0 && run.interrupted.size === 0 && run.held === undefined);
  record.status = working ? 'running' : run.interrupted.size > 0 ? 'interrupted' : 'waiting';
  let wake: number | null = record.phase === 'steps' && !record.stop ? record.deadlineAt : null;
  const sooner = (at: number | null) => {
    if (at !== null && (wake === null || at < wake)) wake = at;
  };
  for (const step of run.parked) {
    sooner(step.dueAt);
    sooner(step.deadlineAt);
  }
  for (const step of run.executing.keys()) sooner(step.deadlineAt);
  for (const launch of run.launches) sooner(launch.record.deadlineAt);
  record.wakeAt = wake;
  if (record.error === null) {
    const at = working
      ? null
      : (run.interrupted.values().next().value ?? run.parked.values().next().value);
    record.atStep = at?.step ?? null;
  }
}

function runTimedOut(run: LiveRun): ErrorShape {
  return new NexusError({
    code: 'run.timeout',
    message: `The run took longer than its workflow’s timeout.`,
    hint: `Raise the timeout of ${run.record.workflow}, or see which step took so long.`,
    kind: 'operational',
  }).toShape();
}

function cancelledBy(run: LiveRun): ErrorShape {
  const stop = run.record.stop;
  const who = stop?.by ? ` by ${stop.by}` : '';
  return new NexusError({
    code: 'run.cancelled',
    message: stop?.reason
      ? `The run was cancelled${who}: ${stop.reason}`
      : `The run was cancelled${who}.`,
  }).toShape();
}

/** Begins the next attempt of a step that was parked for it or interrupted. */
export function beginAgain(core: Core, run: LiveRun, step: string, index: number): void {
  const found = run.find(step, index);
  if (found && !stepEnded(found.record.status)) begin(core, run, found.at, found.record);
}
