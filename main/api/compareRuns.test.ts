import { describe, expect, it } from 'vitest';
import type { RunDetail, RunStep } from '#contract/runs.ts';
import { compareRuns } from './compareRuns.ts';

const instant = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
const step = (id: string, more: Partial<RunStep> = {}): RunStep =>
  ({ id, uses: 'shell', status: 'succeeded', attempts: 1, ...more }) as RunStep;
const run = (steps: RunStep[], hash = 'h'): RunDetail =>
  ({ id: 'run', steps, definition_hash: hash }) as RunDetail;
const differences = (a: RunStep[], b: RunStep[]) => compareRuns(run(a), run(b)).differences;
const took = (ms: number) => step('a', { started_at: instant(0), ended_at: instant(ms) });

describe('compareRuns', () => {
  it('finds nothing between a run and itself', () => {
    const steps = [step('z', { outputs: { deep: [1, { x: null }] } }), took(5000)];
    const same = compareRuns(run(steps), run(structuredClone(steps)));
    expect(same).toMatchObject({ same_definition: true, differences: [] });
    expect(compareRuns(run([], 'x'), run([], 'y')).same_definition).toBe(false);
  });

  it('tells status, inputs and outputs apart, whatever order their keys have', () => {
    const a = step('a', { inputs: { x: 1, y: 2 }, outputs: { n: 1 }, status: 'succeeded' });
    const b = step('a', { inputs: { y: 2, x: 1 }, outputs: { n: 2 }, status: 'failed' });
    expect(differences([a], [b])).toEqual([
      { step: 'a', what: 'status', a: 'succeeded', b: 'failed' },
      { step: 'a', what: 'outputs', a: { n: 1 }, b: { n: 2 } },
    ]);
  });

  it('names steps that only one has, those of the first run first', () => {
    expect(differences([step('only-a')], [step('only-b')])).toEqual([
      { step: 'only-a', what: 'missing', a: 'succeeded' },
      { step: 'only-b', what: 'missing', b: 'succeeded' },
    ]);
  });

  it.each([
    [1000, 1400, 0],
    [1000, 2000, 1],
    [2000, 1000, 1],
    // Twice as long, and still nothing that anybody would notice.
    [100, 300, 0],
    [0, 251, 1],
  ])('%i ms against %i ms are %i differences', (a, b, count) => {
    expect(differences([took(a)], [took(b)])).toHaveLength(count);
  });

  it('compares no time with a step that has not ended', () => {
    expect(differences([took(9000)], [step('a', { started_at: instant(0) })])).toEqual([]);
  });
});
