import { NexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import { begin } from './begin.ts';
import type { Core } from './core.ts';
import { DUE_AT_ONCE } from './journal.ts';
import type { LiveRun } from './live-run.ts';
import { due, timedOut } from './outcome.ts';
import type { Stop } from './records.ts';

/** Goes on with everything of a run whose time has come: retries, waits, timeouts. */
export function wake(core: Core, run: LiveRun): void {
  const now = core.now();
  const { record, stage } = run;
  if (record.deadlineAt !== null && record.deadlineAt <= now && record.phase === 'steps')
    if (!record.stop) stopRun(core, run, { type: 'timeout', phase: 'steps' });
  for (const step of Array.from(run.parked)) {
    const over = step.deadlineAt !== null && step.deadlineAt <= now;
    if (!over && (step.dueAt === null || step.dueAt > now)) continue;
    const at = stage.graph.position.get(step.step)!;
    const child = over && step.wait?.type === 'child' ? step.wait.run : undefined;
    if (due(core, run, at, step)) begin(core, run, at, step);
    if (child) core.stop(child, { reason: 'the step that called it took too long' });
  }
  for (const [step, execution] of run.executing) {
    if (step.deadlineAt === null || step.deadlineAt > now) continue;
    step.deadlineAt = null;
    execution.controller.abort(timedOut(step.step));
  }
  core.advance(run);
}

/** Wakes the runs of this process whose time has come by `now`. @returns whether there may be more of them */
export function wakeDue(core: Core, now: number): boolean {
  const ids = core.journal.due(core.lease.id, now);
  for (const id of ids) {
    try {
      const run = core.load(id);
      if (run) wake(core, run);
    } catch (error) {
      // One run that cannot go on must not keep the others from waking.
      core.log.error('A run could not be woken.', { run: id, error });
    }
  }
  return ids.length >= DUE_AT_ONCE;
}

/** Begins to end a run early: what executes is told to stop, what waits ends with the next decision. */
export function stopRun(core: Core, run: LiveRun, stop: Stop): void {
  const { record } = run;
  record.stop = { ...stop, phase: record.phase };
  failpoint('engine.cancel.requested');
  const reason = new NexusError({
    code: stop.type === 'timeout' ? 'run.timeout' : 'run.cancelled',
    message:
      stop.type === 'timeout'
        ? 'The run took longer than its workflow’s timeout.'
        : 'The run was cancelled.',
    kind: 'operational',
    details: { retryable: false },
  });
  for (const execution of run.executing.values()) execution.controller.abort(reason);
  for (const step of run.parked)
    if (step.wait?.type === 'child') core.stop(step.wait.run, { by: stop.by, reason: stop.reason });
}
