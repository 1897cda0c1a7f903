import type { RunDetail, RunStep, StepStatus } from '#contract/runs.ts';
import { runSpan } from './replay.ts';

/** One bar of the timeline, in shares (0 to 1) of the whole. */
export interface Bar {
  step: string;
  label: string;
  /** Item of a foreach step. */
  index: number | undefined;
  status: StepStatus;
  from: number;
  to: number;
  /** ms. */
  duration: number | undefined;
}

function bar(
  step: Pick<RunStep, 'status' | 'started_at' | 'ended_at' | 'pinned'>,
  name: { step: string; label: string; index?: number },
  span: readonly [number, number],
): Bar {
  const [start, end] = span;
  const whole = Math.max(end - start, 1);
  // What was kept from another run took none of this one's time.
  const from =
    step.started_at === undefined || step.pinned ? undefined : Date.parse(step.started_at);
  const to = step.ended_at === undefined ? end : Date.parse(step.ended_at);
  const share = (at: number) => Math.min(1, Math.max(0, (at - start) / whole));
  return {
    step: name.step,
    label: name.label,
    index: name.index,
    status: step.status,
    from: from === undefined ? 0 : share(from),
    to: from === undefined ? 0 : share(to),
    duration: from === undefined ? undefined : to - from,
  };
}

/** The bars of a run in the order of the steps; items of a foreach step below it. `now` in ms since the epoch. */
export function timelineBars(run: RunDetail, now: number): Bar[] {
  const span = runSpan(run, now);
  return run.steps.flatMap((step) => [
    bar(step, { step: step.id, label: step.name ?? step.id }, span),
    ...(step.items ?? []).map((item) =>
      bar(item, { step: step.id, label: `[${item.index}]`, index: item.index }, span),
    ),
  ]);
}

const sizes = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400,
];

/** Round instants (ms from the start) for the axis: at most `most` of them. */
export function ticks(duration: number, most = 6): number[] {
  if (duration <= 0) return [0];
  let size = duration < 4_000 ? niceMs(duration / most) : 0;
  if (size === 0) {
    const seconds = duration / 1000 / most;
    size = (sizes.find((each) => each >= seconds) ?? 86_400 * Math.ceil(seconds / 86_400)) * 1000;
  }
  const result: number[] = [];
  for (let at = 0; at <= duration; at += size) result.push(at);
  return result;
}

function niceMs(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  return power * ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10);
}
