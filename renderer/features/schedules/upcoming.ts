import type { Schedule } from '#contract/schedules.ts';

/** The next `count` firings over all running schedules, soonest first. */
export function upcoming(
  schedules: readonly Schedule[],
  count: number,
): { schedule: Schedule; at: string }[] {
  return schedules
    .filter((schedule) => !schedule.paused)
    .flatMap((schedule) => schedule.next.map((at) => ({ schedule, at })))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .slice(0, count);
}
