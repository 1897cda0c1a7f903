import type { RunDetail, RunStep } from '#contract/runs.ts';

// What was kept from another run has the times at which that one executed it.
const executed = (run: RunDetail) => run.steps.filter((step) => !step.pinned);

/** From the start of a run to its end (or `now`), in ms since the epoch. */
export function runSpan(run: RunDetail, now: number): [number, number] {
  const times = executed(run).flatMap((step) => [step.started_at, step.ended_at]);
  const known = [run.started_at ?? run.created_at, run.ended_at, ...times].flatMap((time) =>
    time === undefined ? [] : [Date.parse(time)],
  );
  const start = Math.min(...known);
  return [start, run.ended_at ? Math.max(...known) : Math.max(now, ...known)];
}

/** The instants at which something changed, in order: where replay stops when it is stepped. */
export function moments(run: RunDetail): number[] {
  const all = executed(run).flatMap((step) => [step.started_at, step.ended_at]);
  const times = all.flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
  return [...new Set(times)].sort((a, b) => a - b);
}

/** The steps of a run as they were at `at`: what came later is not known yet. */
export function stateAt(run: RunDetail, at: number): RunStep[] {
  return run.steps.map((step) => {
    if (step.pinned) return step;
    const start = step.started_at === undefined ? undefined : Date.parse(step.started_at);
    const end = step.ended_at === undefined ? undefined : Date.parse(step.ended_at);
    if (end !== undefined && at >= end) return step;
    if (start !== undefined && at >= start) {
      const {
        outputs: _o,
        error: _e,
        ended_at: _end,
        outputs_file: _f,
        items: _i,
        ...begun
      } = step;
      const status = end === undefined ? step.status : 'running';
      return { ...begun, status };
    }
    if (start === undefined && step.status === 'skipped' && at >= skippedAt(run)) return step;
    return {
      id: step.id,
      uses: step.uses,
      status: 'pending',
      attempts: 0,
      ...(step.name ? { name: step.name } : {}),
    };
  });
}

/** A step that never started has no time of its own: it counts as skipped when the run ended. */
function skippedAt(run: RunDetail): number {
  return run.ended_at === undefined ? 0 : Date.parse(run.ended_at);
}
