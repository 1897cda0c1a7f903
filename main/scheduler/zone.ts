import { NexusError } from '#main/base/errors.ts';

/** A stretch of time in which a zone keeps one offset. All times are whole seconds. */
export interface Segment {
  /** First second (UTC) of the stretch, or of the year when the offset is at least two days older. */
  start: number;
  /** First second (UTC) after it, or of the next year. */
  end: number;
  /** Local time minus UTC. */
  offset: number;
  /** The offset just before `start`; equal to `offset` where only the year begins. */
  before: number;
}

/** An IANA time zone as arithmetic: which offset holds when. */
export interface Zone {
  /** As the caller wrote it. */
  name: string;
  /** The stretch that holds at `utc` (seconds). */
  segmentAt(utc: number): Segment;
}

const DAY = 86_400;
// The closest two changes of offset in any zone since 1900 are seven days apart (Brazil, October
// 2000), so probing every five days misses none.
const PROBE = 5 * DAY;

const zones = new Map<string, Zone>();

/** The zone of this machine. */
export function machineZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/**
 * The zone of that name; zones are shared and remember the years they have looked at.
 * @throws NexusError `schedule.timezone_invalid`
 */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const zone = createZone(name);
  zones.set(name, zone);
  return zone;
}

function createZone(name: string): Zone {
  const offsetAt = offsetReader(name);
  const years = new Map<number, Segment[]>();
  const segmentsOf = (year: number): Segment[] => {
    let list = years.get(year);
    if (!list) years.set(year, (list = readYear(year, offsetAt)));
    return list;
  };
  return {
    name,
    segmentAt(utc) {
      const segments = segmentsOf(new Date(utc * 1000).getUTCFullYear());
      for (const segment of segments) if (utc < segment.end) return segment;
      throw new RangeError(`No segment holds ${utc}.`);
    },
  };
}

/** Reads the offset that ICU knows, seconds of historic local mean times included. */
function offsetReader(name: string): (utc: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    // Some runtimes take offsets such as +02:00 as zones; those have no name and no rules.
    if (/^[+-]/.test(name)) throw new RangeError('an offset, not a zone');
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch (cause) {
    throw new NexusError({
      code: 'schedule.timezone_invalid',
      message: `“${name}” is not a time zone.`,
      hint: 'Write an IANA name such as Europe/Berlin, America/New_York or UTC.',
      cause,
    });
  }
  return (utc) => {
    // "3/29/2026, GMT+02:00", "1/1/1890, GMT+00:53:28", "1/1/2026, GMT"
    const text = format.format(utc * 1000);
    const at = text.lastIndexOf('GMT') + 3;
    if (at === text.length) return 0;
    const size =
      Number(text.slice(at + 1, at + 3)) * 3600 +
      Number(text.slice(at + 4, at + 6)) * 60 +
      Number(text.slice(at + 7) || 0);
    return text[at] === '-' ? -size : size;
  };
}

function readYear(year: number, offsetAt: (utc: number) => number): Segment[] {
  const first = Date.UTC(year, 0, 1) / 1000;
  const end = Date.UTC(year + 1, 0, 1) / 1000;
  let offset = offsetAt(first);
  // A change in the old year's last days is still of interest: the time it repeats may reach into this one.
  let before = offsetAt(first - 2 * DAY);
  let start = before === offset ? first : firstWith(offset, first - 2 * DAY, first, offsetAt);
  const segments: Segment[] = [];
  for (let low = first; low < end; low += PROBE) {
    const high = Math.min(low + PROBE, end - 1);
    const after = offsetAt(high);
    if (after === offset) continue;
    const change = firstWith(after, low, high, offsetAt);
    segments.push({ start, end: change, offset, before });
    [start, before, offset] = [change, offset, after];
  }
  segments.push({ start, end, offset, before });
  return segments;
}

function firstWith(
  offset: number,
  low: number,
  high: number,
  offsetAt: (utc: number) => number,
): number {
  let [from, to] = [low, high];
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (offsetAt(middle) === offset) to = middle;
    else from = middle;
  }
  return to;
}

/**
 * The first second (UTC) at which the zone's clocks show `local` (seconds since the epoch as if
 * local were UTC). A time in an overlap means its first pass, a time in a gap the first instant
 * after the gap.
 */
export function utcOf(local: number, zone: Zone): number {
  // No offset is larger than 16 hours, so the search may begin there.
  let segment = zone.segmentAt(local - 16 * 3600);
  while (local >= segment.end + segment.offset) segment = zone.segmentAt(segment.end);
  return Math.max(local - segment.offset, segment.start);
}

/** ISO 8601 with the zone's offset at that moment: `2026-03-29T03:00:00+02:00`. @param utcMs epoch milliseconds. */
export function isoInZone(utcMs: number, zone: Zone): string {
  const exact = zone.segmentAt(Math.floor(utcMs / 1000)).offset;
  // ISO 8601 offsets have minutes only; the wall time shown is that of the rounded offset.
  const minutes = Math.trunc(exact / 60);
  const wall = new Date(utcMs + minutes * 60_000).toISOString();
  const size = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, '0');
  const time = wall.endsWith('.000Z') ? wall.slice(0, -5) : wall.slice(0, -1);
  return `${time}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
