import type { Sample, Series } from '#contract/monitor.ts';

/** What the platform answers of history; see `monitor.series`. */
export interface HistoryAnswer {
  step_seconds: number;
  times: number[];
  series: Pick<Series, 'metric' | 'min' | 'avg' | 'max'>[];
}

export interface Line {
  min: (number | null)[];
  avg: (number | null)[];
  max: (number | null)[];
}

/** A span of history that goes on as samples come in. A value: each change gives a new one. */
export interface LiveWindow {
  /** Length of a step in seconds. */
  step: number;
  /** Length of the span in seconds. */
  span: number;
  times: readonly number[];
  lines: Readonly<Record<string, Line>>;
  /** How many samples the last step holds of each metric, where they came in live. */
  counts: Readonly<Record<string, number>>;
}

/** The window that begins with what history knows. */
export function windowOf(answer: HistoryAnswer, span: number): LiveWindow {
  return {
    step: answer.step_seconds,
    span,
    times: answer.times,
    lines: Object.fromEntries(
      answer.series.map(({ metric, min, avg, max }) => [metric, { min, avg, max }]),
    ),
    counts: {},
  };
}

/**
 * Adds a sample: to the last step where it lies in it, else as a new one, after a step without values
 * where so much time went by that samples are missing. What the span has left behind goes.
 *
 * @param interval seconds between two samples of the host
 */
export function addSample(window: LiveWindow, sample: Sample, interval: number): LiveWindow {
  const second = Date.parse(sample.at) / 1000;
  const start = Math.floor(second / window.step) * window.step;
  const last = window.times.at(-1);
  // It was in the history already, or the clock was set back.
  if (last !== undefined && start < last) return window;
  if (last === start && window.step <= 1) return window;
  const sameStep = last === start;
  const gap = last !== undefined && start - last > 2.5 * Math.max(interval, window.step);
  const appended = sameStep ? [] : gap ? [last + window.step, start] : [start];
  const times = [...window.times, ...appended];
  const keep = times.findIndex((time) => time >= second - window.span);
  const counts: Record<string, number> = {};
  const lines = Object.entries(window.lines).map(([metric, line]): [string, Line] => {
    const value = sample.values[metric] ?? null;
    const count = sameStep ? (window.counts[metric] ?? 1) : 0;
    counts[metric] = count + (value === null ? 0 : 1);
    const next = (key: keyof Line, merge: (before: number, value: number) => number) => {
      const values = line[key];
      const before = values.at(-1) ?? null;
      const merged =
        !sameStep || before === null ? value : value === null ? before : merge(before, value);
      const head = sameStep ? values.slice(0, -1) : gap ? [...values, null] : values;
      return [...head, merged].slice(Math.max(0, keep));
    };
    return [
      metric,
      {
        min: next('min', Math.min),
        max: next('max', Math.max),
        avg: next('avg', (before, one) => before + (one - before) / (count + 1)),
      },
    ];
  });
  return {
    ...window,
    times: times.slice(Math.max(0, keep)),
    lines: Object.fromEntries(lines),
    counts,
  };
}
