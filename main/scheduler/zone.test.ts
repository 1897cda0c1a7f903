import fc from 'fast-check';
import { expect, test } from 'vitest';
import { civilOf, dayNumber, monthLength, weekdayOf } from './calendar.ts';
import { clockReader } from './oracle.testing.ts';
import { isoInZone, utcOf, zoneOf } from './zone.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Africa/Monrovia',
  'America/Boa_Vista',
  'Africa/Casablanca',
];

test('the offset is the one that the zone’s clocks show, from 1850 to 2100', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.integer({ min: Date.UTC(1850, 0, 1) / 1000, max: Date.UTC(2100, 0, 1) / 1000 }),
      (name, at) => {
        const { start, end, offset } = zoneOf(name).segmentAt(at);
        expect(at).toBeGreaterThanOrEqual(start);
        expect(at).toBeLessThan(end);
        expect(offset).toBe(clockReader(name)(at).wall - at);
      },
    ),
    { numRuns: 500 },
  );
});

test('two changes within one week are both seen', () => {
  // Boa Vista had summer time for seven days in October 2000: a coarse search would miss it.
  const zone = zoneOf('America/Boa_Vista');
  const at = Date.UTC(2000, 9, 1) / 1000;
  const offsets: number[] = [];
  for (
    let segment = zone.segmentAt(at);
    offsets.length < 3;
    segment = zone.segmentAt(segment.end)
  ) {
    offsets.push(segment.offset / 3600);
  }
  expect(offsets).toEqual([-4, -3, -4]);
});

test('a change in the last hours of a year is remembered in the next', () => {
  // Kathmandu moved by a quarter of an hour at local midnight into 1986 (18:30 UTC the day before).
  const { before, offset } = zoneOf('Asia/Kathmandu').segmentAt(Date.UTC(1986, 0, 1) / 1000);
  expect([before, offset]).toEqual([5.5 * 3600, 5.75 * 3600]);
});

test('a local time in a gap is the instant after it, in an overlap its first pass', () => {
  const berlin = zoneOf('Europe/Berlin');
  const local = (text: string) => Date.parse(`${text}Z`) / 1000;
  const iso = (text: string) => isoInZone(utcOf(local(text), berlin) * 1000, berlin);
  expect(iso('2026-03-29T02:30:00')).toBe('2026-03-29T03:00:00+02:00');
  expect(iso('2026-10-25T02:30:00')).toBe('2026-10-25T02:30:00+02:00');
  expect(iso('2026-10-25T03:00:00')).toBe('2026-10-25T03:00:00+01:00');
  expect(iso('2026-06-01T12:00:00')).toBe('2026-06-01T12:00:00+02:00');
});

test('ISO text names the same instant in every zone and year', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.integer({ min: Date.UTC(1850, 0, 1), max: Date.UTC(2100, 0, 1) }),
      (name, at) => {
        expect(Date.parse(isoInZone(at, zoneOf(name)))).toBe(at);
      },
    ),
  );
});

test('names that are not zones are refused', () => {
  for (const name of ['Mars/Olympus', '', '+02:00', '-0500', 'Europe/Berlin; DROP']) {
    expect(() => zoneOf(name)).toThrow(
      expect.objectContaining({ code: 'schedule.timezone_invalid' }),
    );
  }
});

test('the calendar agrees with Date', () => {
  fc.assert(
    fc.property(fc.integer({ min: -700_000, max: 2_000_000 }), (day) => {
      const date = new Date(day * 86_400_000);
      const civil = civilOf(day);
      expect(civil).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
      });
      expect(dayNumber(civil.year, civil.month, civil.day)).toBe(day);
      expect(weekdayOf(day)).toBe(date.getUTCDay());
      expect(monthLength(civil.year, civil.month)).toBe(
        new Date(Date.UTC(2000, civil.month, 0)).getUTCDate() -
          (civil.month === 2 && new Date(Date.UTC(civil.year, 1, 29)).getUTCMonth() !== 1 ? 1 : 0),
      );
    }),
  );
});
