import type { Duration } from '@marcbachmann/cel-js/evaluator';
import { isInstant } from './instant.ts';

/*
 * Points in time as CEL defines them, in place of the library's: that one reads texts as leniently as
 * `new Date` does, and goes through the clock of this machine for the parts of a time, so that an
 * expression gave something else where the machine's zone has summer time.
 */

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;
/** 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z, the range of a protobuf timestamp. */
const FIRST = -62_135_596_800_000;
const LAST = 253_402_300_799_999;

function inRange(at: number, what: string): Date {
  if (at >= FIRST && at <= LAST) return new Date(at);
  throw new Error(`${what} lies outside the years 1 to 9999.`);
}

function fromText(text: string): Date {
  if (!RFC3339.test(text) || !isInstant(text)) {
    throw new Error(
      `“${text.slice(0, 40)}” is no point in time; write it like 2026-12-24T18:00:00Z or with an offset such as +01:00.`,
    );
  }
  return inRange(Date.parse(text), text);
}

const fromSeconds = (seconds: bigint): Date => inRange(Number(seconds) * 1000, `${seconds}`);

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new Error(`There is no time zone ${zone.slice(0, 40)}.`, { cause });
  }
  if (formats.size > 200) formats.clear();
  formats.set(zone, format);
  return format;
}

/** A date whose UTC fields are what clocks in the zone (an IANA name or an offset) show. */
function wallClock(at: Date, zone: string | undefined): Date {
  if (zone === undefined || zone === 'UTC' || zone === 'Z') return at;
  const offset = /^([+-])(\d{2}):(\d{2})$/.exec(zone);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(at.getTime() + (offset[1] === '-' ? -minutes : minutes) * 60_000);
  }
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = value;
  const number = (name: string) => Number(parts[name]);
  const year = parts['era'] === 'BC' ? 1 - number('year') : number('year');
  // Date.UTC takes the years 0 to 99 for those of the twentieth century.
  const wall = new Date(0);
  wall.setUTCFullYear(year, number('month') - 1, number('day'));
  wall.setUTCHours(number('hour'), number('minute'), number('second'), at.getUTCMilliseconds());
  return wall;
}

function dayOfYear(wall: Date): number {
  const first = new Date(0);
  first.setUTCFullYear(wall.getUTCFullYear(), 0, 1);
  return Math.floor((wall.getTime() - first.getTime()) / 86_400_000);
}

const parts: Record<string, (wall: Date) => number> = {
  getFullYear: (wall) => wall.getUTCFullYear(),
  getMonth: (wall) => wall.getUTCMonth(),
  getDate: (wall) => wall.getUTCDate(),
  getDayOfMonth: (wall) => wall.getUTCDate() - 1,
  getDayOfWeek: (wall) => wall.getUTCDay(),
  getDayOfYear: dayOfYear,
  getHours: (wall) => wall.getUTCHours(),
  getMinutes: (wall) => wall.getUTCMinutes(),
  getSeconds: (wall) => wall.getUTCSeconds(),
  getMilliseconds: (wall) => wall.getUTCMilliseconds(),
};

const STAMP = 'google.protobuf.Timestamp';
const SPAN = 'google.protobuf.Duration';
const own = (name: string): string => `zoned${name[0]!.toUpperCase()}${name.slice(1)}`;

/** What the parser renames, to point it here. */
export const timeNames: [string, string][] = ['timestamp', ...Object.keys(parts)].map((name) => [
  name,
  own(name),
]);

/** Signatures and functions, for the library. */
export const timeFunctions: [string, (...args: never[]) => unknown][] = [
  [`${own('timestamp')}(string): ${STAMP}`, fromText],
  [`${own('timestamp')}(int): ${STAMP}`, fromSeconds],
  [`${own('timestamp')}(${STAMP}): ${STAMP}`, (at: Date) => at],
  [`int(${STAMP}): int`, (at: Date) => BigInt(Math.floor(at.getTime() / 1000))],
  ...Object.entries(parts).flatMap(([name, read]): [string, (...args: never[]) => unknown][] => [
    [`${STAMP}.${own(name)}(): int`, (at: Date) => BigInt(read(at))],
    [
      `${STAMP}.${own(name)}(string): int`,
      (at: Date, zone: string) => BigInt(read(wallClock(at, zone))),
    ],
  ]),
  [`${SPAN}.${own('getHours')}(): int`, (span: Duration) => span.getHours()],
  [`${SPAN}.${own('getMinutes')}(): int`, (span: Duration) => span.getMinutes()],
  [`${SPAN}.${own('getSeconds')}(): int`, (span: Duration) => span.getSeconds()],
  // What is left beside the whole seconds, as CEL defines it.
  [
    `${SPAN}.${own('getMilliseconds')}(): int`,
    (span: Duration) => BigInt(Math.trunc(span.nanos / 1e6)),
  ],
];
