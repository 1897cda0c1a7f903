import { NexusError } from '#main/base/errors.ts';
import { durationMs } from '#main/base/duration.ts';
import { parseCron } from './cron.ts';
import { instantOf } from './instant.ts';
import { nextDay } from './month-days.ts';
import { nextFiring } from './next.ts';
import type { Phrases } from './phrases.ts';
import { cronWords, everyWords, onceWords, otherLanguages } from './words.ts';
import { isoInZone, machineZone, zoneOf } from './zone.ts';
import type { Zone } from './zone.ts';

/** When something is to fire: exactly one of `cron`, `every` and `at`. */
export interface ScheduleSpec {
  cron?: string | undefined;
  every?: string | number | undefined;
  at?: string | undefined;
  /** IANA zone; default: the machine's. */
  timezone?: string | undefined;
}

/** A {@link ScheduleSpec}, understood. */
export interface Timetable {
  /** As people read it in lists: `0 9 * * MON-FRI`, `every 5m`, `at 2026-12-24T18:00`. */
  expression: string;
  /** In plain English. */
  words: string;
  /** The same in other languages, by language code. */
  wordsIn: Record<string, string>;
  zone: Zone;
  /** The first firing after `after`, both epoch milliseconds; undefined when none is left. */
  next(after: number): number | undefined;
}

const SHORTEST_MS = 1000;

/**
 * Reads a schedule.
 *
 * @param anchor epoch milliseconds from which `every` counts: firings are at anchor + n × every, so
 *   that they keep their beat across restarts and changes of the clocks.
 * @throws NexusError `schedule.cron_invalid`, `schedule.never`, `schedule.every_invalid`,
 *   `schedule.instant_invalid`, `schedule.timezone_invalid`, `schedule.spec_invalid`
 */
export function timetableOf(spec: ScheduleSpec, anchor: number): Timetable {
  const given = [spec.cron, spec.every, spec.at].filter((part) => part !== undefined).length;
  if (given !== 1) {
    throw new NexusError({
      code: 'schedule.spec_invalid',
      message: `A schedule needs exactly one of cron, every and at; this one has ${given === 0 ? 'none' : given}.`,
      hint: 'Write for example cron: "0 9 * * MON-FRI", or every: 5m, or at: 2026-12-24T18:00.',
    });
  }
  const zone = zoneOf(spec.timezone ?? machineZone());
  if (spec.cron !== undefined) return cronTimetable(spec.cron, zone);
  if (spec.every !== undefined) return intervalTimetable(spec.every, zone, anchor);
  return onceTimetable(spec.at!, zone);
}

function cronTimetable(source: string, zone: Zone): Timetable {
  const pattern = parseCron(source);
  if (nextDay(pattern, 0) === undefined) {
    throw new NexusError({
      code: 'schedule.never',
      message: `The cron expression “${source}” never fires: no year has such a day.`,
      hint: 'Look at the day of month and month fields; 31 February, for example, does not exist. L is the last day of any month.',
    });
  }
  return {
    expression: source.trim(),
    ...told((phrases) => cronWords(pattern, phrases)),
    zone,
    next(after) {
      const at = nextFiring(pattern, zone, Math.floor(after / 1000));
      return at === undefined ? undefined : at * 1000;
    },
  };
}

function intervalTimetable(every: string | number, zone: Zone, anchor: number): Timetable {
  const ms = durationMs(every);
  if (ms < SHORTEST_MS) {
    throw new NexusError({
      code: 'schedule.every_invalid',
      message: `A schedule cannot fire every ${every}; the shortest interval is one second.`,
      hint: 'Write a duration such as 30s, 5m or 1h30m.',
    });
  }
  return {
    expression: `every ${typeof every === 'number' ? `${every}s` : every}`,
    ...told((phrases) => everyWords(ms, phrases)),
    zone,
    next: (after) => anchor + Math.max(1, Math.floor((after - anchor) / ms) + 1) * ms,
  };
}

function onceTimetable(text: string, zone: Zone): Timetable {
  const at = instantOf(text, zone);
  return {
    expression: `at ${text}`,
    ...told((phrases) => onceWords(isoInZone(at, zone).slice(0, 16), phrases)),
    zone,
    next: (after) => (after < at ? at : undefined),
  };
}

function told(words: (phrases?: Phrases) => string): Pick<Timetable, 'words' | 'wordsIn'> {
  const others = Object.entries(otherLanguages).map(([code, one]) => [code, words(one)] as const);
  return { words: words(), wordsIn: Object.fromEntries(others) };
}

/** What is wrong with a cron expression in a zone, with the hint, or undefined when it is fine. */
export function checkCron(expression: string, timezone?: string): string | undefined {
  return checkSchedule({ cron: expression, timezone });
}

/** The next firings of a schedule that need not exist. */
export interface Preview {
  /** Epoch milliseconds. */
  instants: number[];
  /** The same in ISO 8601 with the zone's offset at each. */
  next: string[];
  words: string;
  wordsIn: Record<string, string>;
  timezone: string;
}

/**
 * The next `count` firings after `from` (exclusive; ISO text or epoch milliseconds). An interval is
 * counted from `from`. A one-off time in the past has none.
 *
 * @throws NexusError as {@link timetableOf}
 */
export function nextFirings(
  spec: ScheduleSpec & { from: string | number; count: number },
): Preview {
  const zone = zoneOf(spec.timezone ?? machineZone());
  let at = typeof spec.from === 'number' ? spec.from : instantOf(spec.from, zone);
  const timetable = timetableOf(spec, at);
  const instants: number[] = [];
  while (instants.length < spec.count) {
    const next = timetable.next(at);
    if (next === undefined) break;
    instants.push(next);
    at = next;
  }
  return {
    instants,
    next: instants.map((instant) => isoInZone(instant, zone)),
    words: timetable.words,
    wordsIn: timetable.wordsIn,
    timezone: zone.name,
  };
}

/** What is wrong with a schedule trigger (cron, every or at, zone), with the hint, or undefined. */
export function checkSchedule(spec: ScheduleSpec): string | undefined {
  try {
    timetableOf(spec, 0);
    return undefined;
  } catch (error) {
    if (!(error instanceof NexusError)) throw error;
    return error.hint ? `${error.message} ${error.hint}` : error.message;
  }
}
