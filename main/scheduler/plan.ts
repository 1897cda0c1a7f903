import { createHash } from 'node:crypto';
import type { Timetable } from './timetable.ts';

/** What a schedule's row says about firing; times in epoch milliseconds. */
export interface Due {
  id: string;
  /** The occurrence that is to fire next. */
  base: number;
  jitterMs: number;
  missed: 'none' | 'last' | 'all';
  maxMissed: number;
}

/** What to do about a schedule that has fallen due. */
export interface Plan {
  /** Occurrences to fire now, in order. */
  fire: number[];
  /** What was missed and is not made up for, for the history. */
  missed?: { due: number; reason: string };
  /** The occurrence after these; undefined when there is none. */
  next: number | undefined;
}

/**
 * When an occurrence falls due with its jitter: always the same moment for the same occurrence, and
 * never later than the next one.
 */
export function jittered(timetable: Timetable, id: string, base: number, jitterMs: number): number {
  if (jitterMs <= 0) return base;
  const room = Math.min(jitterMs, (timetable.next(base) ?? Number.POSITIVE_INFINITY) - base);
  const digest = createHash('sha256').update(`${id}:${base}`).digest();
  return base + Math.floor((digest.readUIntBE(0, 6) / 2 ** 48) * room);
}

/**
 * Decides what to fire of a schedule that is due.
 *
 * @param missedBefore an occurrence that fell due before this moment was missed: nothing ran, or the
 *   machine slept. It and all that followed until `now` are treated by the schedule's `missed`.
 */
export function planFiring(
  timetable: Timetable,
  due: Due,
  missedBefore: number,
  now: number,
): Plan {
  const dueAt = (base: number) => jittered(timetable, due.id, base, due.jitterMs);
  if (dueAt(due.base) >= missedBefore) return { fire: [due.base], next: timetable.next(due.base) };
  let next = timetable.next(Math.max(due.base, now - due.jitterMs - 1));
  while (next !== undefined && dueAt(next) <= now) next = timetable.next(next);
  const wanted = due.missed === 'none' ? 0 : due.missed === 'last' ? 1 : due.maxMissed;
  const fire = lastOccurrences(timetable, due.base, next ?? now + 1, wanted);
  if (fire[0] === due.base) return { fire, next };
  return { fire, next, missed: { due: due.base, reason: missedReason(due) } };
}

function missedReason({ missed, maxMissed }: Due): string {
  const what = 'Nexus was not running, or the machine slept';
  if (missed === 'none') return `${what}; the schedule does not make up for it (missed: none).`;
  if (missed === 'last') return `${what}; only the last missed firing is made up for.`;
  return `${what}; only the last ${maxMissed} missed firings are made up for (max_missed).`;
}

// The first look back covers this much; each further one twice as much.
const FIRST_LOOK_MS = 60_000;

/**
 * The last `count` occurrences in `[first, end)`, where `first` is an occurrence. Looks back from the
 * end in growing steps, so that a month of missed seconds costs no more than the few that count.
 */
function lastOccurrences(
  timetable: Timetable,
  first: number,
  end: number,
  count: number,
): number[] {
  if (count === 0) return [];
  for (let look = FIRST_LOOK_MS; ; look *= 2) {
    const from = Math.max(first - 1, end - look);
    const found: number[] = [];
    for (let at = timetable.next(from); at !== undefined && at < end; at = timetable.next(at)) {
      found.push(at);
    }
    if (found.length >= count || from < first) return found.slice(-count);
  }
}
