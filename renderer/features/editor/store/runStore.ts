import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunDetail, RunEvent, RunStep } from '#contract/runs.ts';
import { stateAt } from '#renderer/features/runview/replay.ts';

/** A run as the canvas shows it: by step, so that one step's change wakes one node. */
export interface RunState {
  run: RunDetail | undefined;
  steps: Readonly<Record<string, RunStep>>;
  /** ms since the epoch at which a past run is looked at; undefined: as it is now. */
  at: number | undefined;
}

export type RunStore = StoreApi<RunState>;

export function runStore(run?: RunDetail): RunStore {
  return createStore<RunState>(() => ({ run, steps: run ? byId(run.steps) : {}, at: undefined }));
}

function byId(steps: readonly RunStep[]): Record<string, RunStep> {
  return Object.fromEntries(steps.map((step) => [step.id, step]));
}

function merge(run: RunDetail, event: RunEvent): RunDetail {
  if (event.type === 'run') return event.run;
  if (event.type === 'step') {
    const known = run.steps.some((step) => step.id === event.step.id);
    const steps = known
      ? run.steps.map((step) => (step.id === event.step.id ? event.step : step))
      : [...run.steps, event.step];
    const done = steps.filter((step) => step.ended_at !== undefined).length;
    return { ...run, steps, steps_done: Math.max(run.steps_done, done) };
  }
  if (event.type === 'status') {
    const ended = ['succeeded', 'failed', 'cancelled'].includes(event.status);
    return {
      ...run,
      status: event.status,
      ...(event.error === undefined ? {} : { error: event.error }),
      ...(event.outputs === undefined ? {} : { outputs: event.outputs }),
      ...(event.status === 'running' && !run.started_at ? { started_at: event.at } : {}),
      ...(ended ? { ended_at: event.at } : {}),
    };
  }
  return run;
}

/** Takes events of the stream in. Steps that did not change keep their identity. */
export function applyEvents(store: RunStore, events: readonly RunEvent[]): void {
  store.setState((state) => {
    let run = state.run;
    for (const event of events) {
      if (event.type === 'run') run = event.run;
      else if (run) run = merge(run, event);
    }
    if (!run) return state;
    return { run, ...(state.at === undefined ? { steps: keepSame(state.steps, run.steps) } : {}) };
  });
}

function keepSame(old: RunState['steps'], steps: readonly RunStep[]): RunState['steps'] {
  const next: Record<string, RunStep> = {};
  for (const step of steps) {
    const before = old[step.id];
    next[step.id] =
      before !== undefined && JSON.stringify(before) === JSON.stringify(step) ? before : step;
  }
  return next;
}

/** Shows the run as it was at `at` (ms since the epoch), or as it is now. */
export function travel(store: RunStore, at: number | undefined): void {
  store.setState((state) => {
    if (!state.run) return state;
    const steps = at === undefined ? state.run.steps : stateAt(state.run, at);
    return { at, steps: keepSame(state.steps, steps) };
  });
}
