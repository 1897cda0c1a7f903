import { NexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import { begin } from './begin.ts';
import type { Core } from './core.ts';
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
