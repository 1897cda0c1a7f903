import type { RunDetail, RunStep } from '#contract/runs.ts';
import { same } from '#renderer/features/editor/document/same.ts';

/** One step in two runs, and what is not the same. */
export interface StepPair {
  id: string;
  label: string;
  a: RunStep | undefined;
  b: RunStep | undefined;
  differs: ('status' | 'inputs' | 'outputs' | 'error' | 'missing')[];
}

/** ms that a step took; undefined while it has not ended. */
export function tookMs(step: RunStep | undefined): number | undefined {
  if (!step?.started_at || !step.ended_at) return undefined;
  return Date.parse(step.ended_at) - Date.parse(step.started_at);
}

/** The steps of two runs side by side, in the order of the first, then what only the second has. */
export function pairSteps(a: RunDetail, b: RunDetail): StepPair[] {
  const right = new Map(b.steps.map((step) => [step.id, step]));
  const known = new Set(a.steps.map((step) => step.id));
  const pairs: [RunStep | undefined, RunStep | undefined][] = [
    ...a.steps.map((step): [RunStep, RunStep | undefined] => [step, right.get(step.id)]),
    ...b.steps
      .filter((step) => !known.has(step.id))
      .map((step): [undefined, RunStep] => [undefined, step]),
  ];
  return pairs.map(([left, other]) => {
    const step = (left ?? other) as RunStep;
    const differs: StepPair['differs'] = [];
    if (!left || !other) differs.push('missing');
    else {
      if (left.status !== other.status) differs.push('status');
      if (!same(left.inputs ?? null, other.inputs ?? null)) differs.push('inputs');
      if (!same(left.outputs ?? null, other.outputs ?? null)) differs.push('outputs');
      if (left.error?.code !== other.error?.code || left.error?.message !== other.error?.message)
        differs.push('error');
    }
    return { id: step.id, label: step.name ?? step.id, a: left, b: other, differs };
  });
}
