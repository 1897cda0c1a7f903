import type { Schedule } from '#contract/schedules.ts';

/** The running schedules that fire next, soonest first, each once: a frequent one hides no other. */
export function upcoming(
  schedules: readonly Schedule[],
  count: number,
): { schedule: Schedule; at: string }[] {
  return schedules
    .filter((schedule) => !schedule.paused)
    .flatMap((schedule) => schedule.next.slice(0, 1).map((at) => ({ schedule, at })))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .slice(0, count);
}
