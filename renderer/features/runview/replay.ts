import type { RunDetail, RunStep, StepStatus } from '#contract/runs.ts';

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
  const all = executed(run)
    .flatMap((step) => [step, ...(step.items ?? [])])
    .flatMap((each) => [each.started_at, each.ended_at]);
  const times = all.flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
  return [...new Set(times)].sort((a, b) => a - b);
}

type Item = NonNullable<RunStep['items']>[number];

const instantOf = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time));

/** The steps of a run as they were at `at`, with their items: what came later is not known yet. */
export function stateAt(run: RunDetail, at: number): RunStep[] {
  return run.steps.map((step) => {
    if (step.pinned) return step;
    const start = instantOf(step.started_at);
    const end = instantOf(step.ended_at);
    if (end !== undefined && at >= end) return step;
    if (start !== undefined && at >= start) {
      const { outputs: _o, error: _e, ended_at: _end, outputs_file: _f, items, ...begun } = step;
      const status = end === undefined ? step.status : 'running';
      if (items === undefined) return { ...begun, status };
      return { ...begun, status, items: items.map((item) => itemAt(item, at, end)) };
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

/** One item of a step that was running at `at`; what never started of it was decided when its step ended. */
function itemAt(item: Item, at: number, stepEnd: number | undefined): Item {
  const start = instantOf(item.started_at);
  const end = instantOf(item.ended_at);
  if (end !== undefined && at >= end) return item;
  if (start === undefined || at < start) {
    return stepEnd === undefined && start === undefined
      ? item
      : { index: item.index, status: 'pending', attempts: 0 };
  }
  const { outputs: _o, error: _e, ended_at: _end, ...begun } = item;
  return { ...begun, status: end === undefined ? item.status : 'running' };
}

/** How far a `foreach` step is: items that ended, of how many; undefined for other steps. */
export function itemProgress(
  step: Pick<RunStep, 'items' | 'inputs'>,
): { done: number; failed: number; total: number } | undefined {
  const { items, inputs } = step;
  if (items === undefined) return undefined;
  const ended = items.filter((item) => endedStatuses.includes(item.status));
  return {
    done: ended.length,
    failed: ended.filter((item) => item.status === 'failed').length,
    // Items that have not begun may be missing; the list that they come from is not.
    total: Math.max(items.length, Array.isArray(inputs) ? inputs.length : 0),
  };
}

const endedStatuses: readonly StepStatus[] = ['succeeded', 'failed', 'skipped', 'cancelled'];

/** A step that never started has no time of its own: it counts as skipped when the run ended. */
function skippedAt(run: RunDetail): number {
  return run.ended_at === undefined ? 0 : Date.parse(run.ended_at);
}
