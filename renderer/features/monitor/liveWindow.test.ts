import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sample } from '#contract/monitor.ts';
import { addSample, type LiveWindow, windowOf } from './liveWindow.ts';

const T0 = 1_763_683_200;
const sample = (second: number, a?: number): Sample => ({
  host: 'local',
  at: new Date((T0 + second) * 1000).toISOString(),
  values: a === undefined ? {} : { a },
});
const known = (seconds: number[], values: (number | null)[], step = 1, span = 600): LiveWindow =>
  windowOf(
    {
      step_seconds: step,
      times: seconds.map((second) => T0 + second),
      series: [{ metric: 'a', min: values, avg: values, max: values }],
    },
    span,
  );
const times = (window: LiveWindow) => window.times.map((time) => time - T0);

describe('a sample that comes in', () => {
  test('is a new point', () => {
    const window = addSample(known([0, 10], [1, 2]), sample(20, 3), 10);
    expect(times(window)).toEqual([0, 10, 20]);
    expect(window.lines['a']?.avg).toEqual([1, 2, 3]);
  });

  test('goes into the step it lies in', () => {
    let window = known([0, 60], [1, 2], 60);
    window = addSample(window, sample(120, 10), 10);
    window = addSample(window, sample(130, 20), 10);
    window = addSample(window, sample(140, 60), 10);
    expect(times(window)).toEqual([0, 60, 120]);
    expect(window.lines['a']).toEqual({
      min: [1, 2, 10],
      avg: [1, 2, 30],
      max: [1, 2, 60],
    });
  });

  // Bug caught: after sleep, a straight line joins yesterday evening and this morning.
  test('after a silence comes behind a gap', () => {
    const window = addSample(known([0, 10], [1, 2]), sample(300, 3), 10);
    expect(times(window)).toEqual([0, 10, 11, 300]);
    expect(window.lines['a']?.avg).toEqual([1, 2, null, 3]);
  });

  test('without the metric is a gap for it', () => {
    const window = addSample(known([0, 10], [1, 2]), sample(20), 10);
    expect(window.lines['a']?.avg).toEqual([1, 2, null]);
  });

  // Bug caught: the newest sample is drawn twice, once from history and once from the stream.
  test('that history has already changes nothing', () => {
    const window = known([0, 10], [1, 2]);
    expect(addSample(window, sample(10, 2), 10)).toBe(window);
    expect(addSample(window, sample(4, 9), 10)).toBe(window);
  });

  test('pushes out what the span has left behind', () => {
    const window = addSample(known([0, 10, 20, 30], [1, 2, 3, 4], 1, 25), sample(40, 5), 10);
    expect(times(window)).toEqual([20, 30, 40]);
    expect(window.lines['a']?.avg).toEqual([3, 4, 5]);
  });

  test('is the first where nothing was known', () => {
    const window = addSample(known([], []), sample(5, 7), 10);
    expect(times(window)).toEqual([5]);
    expect(window.lines['a']?.avg).toEqual([7]);
  });

  test('whatever comes: times ascend, arrays stay parallel, low ≤ mean ≤ high', () => {
    const course = fc.array(
      fc.tuple(
        fc.integer({ min: -20, max: 200 }),
        fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(course, fc.constantFrom(1, 10, 60), (steps, step) => {
        let window = known([], [], step, 500);
        let second = 0;
        for (const [wait, value] of steps) {
          second = Math.max(0, second + wait);
          window = addSample(window, sample(second, value), 10);
          const { min, avg, max } = window.lines['a']!;
          expect([min.length, avg.length, max.length]).toEqual(Array(3).fill(window.times.length));
          window.times.forEach((time, i) => {
            if (i > 0) expect(time).toBeGreaterThan(window.times[i - 1]!);
            const [low, mean, high] = [min[i], avg[i], max[i]];
            if (low == null || mean == null || high == null) {
              expect([low, mean, high]).toEqual([null, null, null]);
              return;
            }
            expect(mean).toBeGreaterThanOrEqual(low - 1e-9);
            expect(mean).toBeLessThanOrEqual(high + 1e-9);
          });
        }
      }),
    );
  });
});
