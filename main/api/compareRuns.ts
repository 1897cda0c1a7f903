import type { Json } from '#contract/common.ts';
import type { RunDetail, RunStep } from '#contract/runs.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Out } from './handlerTypes.ts';

type Comparison = Out<'runs', 'compare'>;
type Difference = Comparison['differences'][number];

/** Durations differ a little from run to run; a difference is shown above a factor and a floor. */
const DURATION_FACTOR = 1.5;
const DURATION_FLOOR_MS = 250;

/** What is different between two runs, step by step, in the order of the first run's steps. */
export function compareRuns(a: RunDetail, b: RunDetail): Comparison {
  const inB = new Map(b.steps.map((step) => [step.id, step]));
  const inA = new Set(a.steps.map((step) => step.id));
  const differences = a.steps.flatMap((step): Difference[] => {
    const other = inB.get(step.id);
    return other ? compareSteps(step, other) : [{ step: step.id, what: 'missing', a: step.status }];
  });
  for (const step of b.steps)
    if (!inA.has(step.id)) differences.push({ step: step.id, what: 'missing', b: step.status });
  return { a, b, same_definition: a.definition_hash === b.definition_hash, differences };
}

function compareSteps(a: RunStep, b: RunStep): Difference[] {
  const found: Difference[] = [];
  const compare = (what: Difference['what'], left: Json | undefined, right: Json | undefined) => {
    if (!isDeepStrictEqual(left, right)) found.push({ step: a.id, what, a: left, b: right });
  };
  compare('status', a.status, b.status);
  compare('inputs', a.inputs, b.inputs);
  compare('outputs', a.outputs, b.outputs);
  const [left, right] = [durationOf(a), durationOf(b)];
  if (left !== undefined && right !== undefined) {
    const [short, long] = [Math.min(left, right), Math.max(left, right)];
    if (long - short > DURATION_FLOOR_MS && long > short * DURATION_FACTOR)
      compare('duration', left, right);
  }
  return found;
}

function durationOf(step: RunStep): number | undefined {
  if (!step.started_at || !step.ended_at) return undefined;
  return Date.parse(step.ended_at) - Date.parse(step.started_at);
}
