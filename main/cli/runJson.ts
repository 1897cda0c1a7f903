import type { RunDetail, RunStep } from '#contract/runs.ts';

/**
 * The stable JSON of a run, version 1: what `run show --json` and `workflow run --wait --json`
 * print. Keys may be added; none of these is renamed or dropped.
 */
export function runJson(run: RunDetail) {
  return {
    id: run.id,
    workflow: run.workflow,
    status: run.status,
    created_at: run.created_at,
    started_at: run.started_at ?? null,
    ended_at: run.ended_at ?? null,
    trigger: run.trigger.kind,
    parent: run.parent ?? null,
    definition_hash: run.definition_hash,
    inputs: run.inputs ?? {},
    steps: run.steps.map(stepJson),
    outputs: run.outputs ?? null,
    error: run.error ?? null,
  };
}

function stepJson(step: RunStep) {
  return {
    id: step.id,
    uses: step.uses,
    status: step.status,
    attempts: step.attempts,
    started_at: step.started_at ?? null,
    ended_at: step.ended_at ?? null,
    outputs: step.outputs ?? null,
    error: step.error ?? null,
    ...(step.outputs_file ? { outputs_file: step.outputs_file } : {}),
    ...(step.due_at ? { due_at: step.due_at } : {}),
    ...(step.items
      ? {
          items: step.items.map((item) => ({
            ...item,
            outputs: item.outputs ?? null,
            error: item.error ?? null,
          })),
        }
      : {}),
  };
}
