import { Cron } from 'croner';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCron } from './cron.ts';
import { nextFiring } from './next.ts';
import { bruteForce } from './oracle.testing.ts';
import type { Shown } from './oracle.testing.ts';
import { zoneOf } from './zone.ts';
import { firings, seconds } from './next.testing.ts';

const ANY = { text: '*', has: (value: number) => value >= 0, star: true };

/** A random field as text, with the set of values it stands for. */
const field = (min: number, max: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(ANY) },
    {
      weight: 2,
      arbitrary: fc
        .integer({ min: 2, max: Math.max(2, Math.floor((max - min) / 2)) })
        .map((step) => ({
          text: `*/${step}`,
          has: (value: number) => (value - min) % step === 0,
          star: true,
        })),
    },
    {
      weight: 4,
      arbitrary: fc
        .uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 })
        .map((values) => ({
          text: values.join(','),
          has: (value: number) => values.includes(value),
          star: false,
        })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
        .map(([low, high]) => ({
          text: `${low}-${high}`,
          has: (value: number) =>
            low <= high ? value >= low && value <= high : value >= low || value <= high,
          star: false,
        })),
    },
  );

const pattern = fc
  .record({
    minute: field(0, 59),
    // Hours near the changes of clocks are of more interest than others.
    hour: fc.oneof(field(0, 23), field(0, 3)),
    day: field(1, 31),
    month: fc.constant(ANY),
    weekday: field(0, 6),
  })
  .map(({ minute, hour, day, month, weekday }) => ({
    text: [minute, hour, day, month, weekday].map((part) => part.text).join(' '),
    interval: minute.star || hour.star,
    matches: (at: Shown) =>
      minute.has(at.minute) &&
      hour.has(at.hour) &&
      month.has(at.month) &&
      (day.star || weekday.star
        ? day.has(at.day) && weekday.has(at.weekday)
        : day.has(at.day) || weekday.has(at.weekday)),
  }));

/** Windows of a few days, in the middle of each a change of offset. */
const CHANGES: [string, string][] = [
  ['Europe/Berlin', '2026-03-29T01:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00Z'],
  ['America/New_York', '2026-03-08T07:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Africa/Cairo', '2026-04-23T22:00Z'],
  ['Africa/Cairo', '2026-10-29T21:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00Z'],
  ['America/Sao_Paulo', '2018-02-18T02:00Z'],
  ['Asia/Beirut', '2026-03-28T22:00Z'],
  ['Asia/Beirut', '2026-10-24T21:00Z'],
  ['America/St_Johns', '2010-11-07T02:31Z'],
  ['America/St_Johns', '2011-03-13T03:31Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00Z'],
  ['Africa/Casablanca', '2026-03-22T02:00Z'],
  ['Antarctica/Troll', '2026-03-29T01:00Z'],
  ['Antarctica/Troll', '2026-10-25T01:00Z'],
  ['Asia/Pyongyang', '2018-05-04T15:00Z'],
  ['America/Caracas', '2007-12-09T07:00Z'],
  ['Asia/Kathmandu', '1985-12-31T18:30Z'],
  ['Europe/Dublin', '2026-10-25T01:00Z'],
  ['Asia/Kolkata', '2026-06-01T00:00Z'],
];

test('around every kind of change of clocks the firings are those that a minute-by-minute look finds', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CHANGES),
      pattern,
      ([zone, change], { text, interval, matches }) => {
        const from = seconds(change) - 36 * 3600;
        const to = seconds(change) + 36 * 3600;
        const found = firings(text, zone, from - 1, to);
        // What the clocks showed before the window is unknown to the slow search; it begins far
        // enough from the change for that not to matter.
        expect(found).toEqual(bruteForce(zone, from, to, interval, matches));
      },
    ),
    { numRuns: 1000 },
  );
});

test('firings only go forward, and the starting point is exclusive', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CHANGES),
      pattern,
      fc.integer({ min: -200_000, max: 200_000 }),
      ([zone, change], { text }, shift) => {
        const parsed = parseCron(text);
        const from = seconds(change) + shift;
        const first = nextFiring(parsed, zoneOf(zone), from);
        if (first === undefined) return;
        expect(first).toBeGreaterThan(from);
        // Asking from any moment before it gives the same answer.
        expect(nextFiring(parsed, zoneOf(zone), first - 1)).toBe(first);
        expect(nextFiring(parsed, zoneOf(zone), first)).toBeGreaterThan(first);
      },
    ),
    { numRuns: 500 },
  );
});

const cronerField = (min: number, max: number) =>
  fc.oneof(
    fc.constant('*'),
    fc
      .uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 })
      .map((v) => v.join(',')),
    fc
      .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
      .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
  );

test('where the clocks do not change, croner agrees', () => {
  expect.hasAssertions();
  const day = fc.oneof(
    cronerField(1, 31),
    fc.constantFrom('L', 'LW', '15W', '1W', '30W', 'L,15', '*'),
  );
  const weekday = fc.oneof(
    cronerField(0, 6),
    fc.constantFrom('FRI#L', '5L', 'MON#2', 'TUE#5', 'MON-FRI', 'SUN,WED', '7', '*'),
  );
  fc.assert(
    fc.property(
      fc.tuple(
        fc.oneof(fc.constant('0'), cronerField(0, 59)),
        cronerField(0, 59),
        cronerField(0, 23),
        day,
        fc.oneof(cronerField(1, 12), fc.constantFrom('JAN', 'FEB-APR', 'JUN,DEC')),
        weekday,
      ),
      fc.integer({ min: seconds('2024-01-01T00:00Z'), max: seconds('2032-01-01T00:00Z') }),
      (fields, from) => {
        const text = fields.join(' ');
        const theirs = new Cron(text, { timezone: 'UTC', paused: true })
          .nextRun(new Date(from * 1000))
          ?.getTime();
        const ours = (nextFiring(parseCron(text), zoneOf('UTC'), from) ?? 0) * 1000;
        // croner gives up after some years; then there is nothing to compare.
        expect(`${text}: ${ours}`).toBe(`${text}: ${theirs ?? ours}`);
      },
    ),
    { numRuns: 1500 },
  );
});
