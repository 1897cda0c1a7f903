import type { CronPattern } from './cron.ts';
import { nextDay } from './month-days.ts';
import type { Zone } from './zone.ts';

const DAY = 86_400;
// No offset is larger than 16 hours, so a local day cannot begin earlier than this before its UTC namesake.
const LARGEST_OFFSET = 16 * 3600;

/**
 * The first firing after `after` (both whole seconds since the epoch, UTC), or undefined when the
 * pattern matches no day at all.
 *
 * The pattern is matched on the wall clock, one stretch of constant offset after the other. Where
 * the clocks change, Vixie cron's rules hold (cron(8), cron.c of version 4.1):
 * - a fixed time that the clocks jumped over fires once, at the first instant after the gap; an
 *   interval (`*` in minute or hour) has nothing to fire there;
 * - a fixed time that the clocks show twice fires in the first pass only; an interval in both.
 */
export function nextFiring(pattern: CronPattern, zone: Zone, after: number): number | undefined {
  let at = after + 1;
  for (;;) {
    const { start, end, offset, before } = zone.segmentAt(at);
    const shift = offset - before;
    if (at === start && shift > 0 && !pattern.interval) {
      const jumped = nextWall(pattern, at + before, at + offset);
      if (jumped !== undefined) return at;
    }
    let local = at + offset;
    // What the clocks have shown already is over for a fixed time.
    if (shift < 0 && !pattern.interval) local = Math.max(local, start + before);
    const limit = end + offset;
    const match = local < limit ? nextWall(pattern, local, limit) : undefined;
    if (match !== undefined) return match - offset;
    // Nothing until the change of offset: go on there, or with the next day that matches at all.
    // A change at midnight may lead back to the day before, so the search for that begins earlier.
    const day = nextDay(pattern, Math.floor(limit / DAY) - 2);
    if (day === undefined) return undefined;
    at = Math.max(end, day * DAY - LARGEST_OFFSET);
  }
}

/** The first matching wall time in `[from, limit)`, in seconds as if local were UTC. */
function nextWall(pattern: CronPattern, from: number, limit: number): number | undefined {
  let day = Math.floor(from / DAY);
  let second = from - day * DAY;
  for (;;) {
    const match = nextDay(pattern, day);
    if (match === undefined || match * DAY >= limit) return undefined;
    const time = nextTimeOfDay(pattern, match === day ? second : 0);
    if (time !== undefined) {
      const wall = match * DAY + time;
      return wall < limit ? wall : undefined;
    }
    day = match + 1;
    second = 0;
  }
}

/** The first matching second of the day at or after `from`; undefined when the day has none left. */
function nextTimeOfDay(pattern: CronPattern, from: number): number | undefined {
  const hour = Math.floor(from / 3600);
  const minute = Math.floor(from / 60) % 60;
  const second = from % 60;
  const { hours, minutes, seconds } = pattern;
  const first = minutes[0]! * 60 + seconds[0]!;
  for (const h of hours) {
    if (h < hour) continue;
    if (h > hour) return h * 3600 + first;
    for (const m of minutes) {
      if (m < minute) continue;
      if (m > minute) return h * 3600 + m * 60 + seconds[0]!;
      const s = seconds.find((value) => value >= second);
      if (s !== undefined) return h * 3600 + m * 60 + s;
    }
  }
  return undefined;
}
