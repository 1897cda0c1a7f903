import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantOf } from './instant.ts';
import { isoInZone, zoneOf } from './zone.ts';

const berlin = zoneOf('Europe/Berlin');
const iso = (text: string) => new Date(instantOf(text, berlin)).toISOString();

test.each([
  // With an offset the zone does not matter.
  ['2026-12-24T18:00:00Z', '2026-12-24T18:00:00.000Z'],
  ['2026-12-24T18:00+05:30', '2026-12-24T12:30:00.000Z'],
  ['2026-12-24T18:00-0330', '2026-12-24T21:30:00.000Z'],
  ['2026-12-24t18:00:00.123z', '2026-12-24T18:00:00.123Z'],
  // Without one it is read on the zone's clocks.
  ['2026-12-24T18:00', '2026-12-24T17:00:00.000Z'],
  ['2026-12-24 18:00:30', '2026-12-24T17:00:30.000Z'],
  ['2026-07-01', '2026-06-30T22:00:00.000Z'],
  ['  2026-07-01  ', '2026-06-30T22:00:00.000Z'],
  // In a gap: the first instant after it. In an overlap: the first pass.
  ['2026-03-29T02:30', '2026-03-29T01:00:00.000Z'],
  ['2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
  ['2028-02-29T00:00', '2028-02-28T23:00:00.000Z'],
])('%s', (text, expected) => {
  expect(iso(text)).toBe(expected);
});

describe('what is no point in time is refused with a hint', () => {
  test.each([
    ['', 'not in the form'],
    ['tomorrow', 'not in the form'],
    ['2026-1-1', 'not in the form'],
    ['20261224T180000', 'not in the form'],
    ['2026-12-24T18', 'not in the form'],
    ['2026-12-24T18:00 Europe/Berlin', 'not in the form'],
    ['2026-12-24Z', 'not in the form'],
    ['2026-02-29T00:00', 'no such date'],
    ['2026-13-01', 'no such date'],
    ['2026-00-10', 'no such date'],
    ['2026-12-24T24:00', 'no such time'],
    ['2026-12-24T18:60', 'no such time'],
    ['2026-12-24T18:00:60', 'no such time'],
    ['2026-12-24T18:00+19:00', 'offset is too large'],
    ['2026-12-24T18:00+01:75', 'offset is too large'],
  ])('%s', (text, why) => {
    expect(() => instantOf(text, berlin)).toThrow(
      expect.objectContaining({
        code: 'schedule.instant_invalid',
        message: expect.stringContaining(why),
        hint: expect.stringContaining('2026-12-24T18:00'),
      }),
    );
  });
});

test('what we print we read back, in any zone and year', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Australia/Lord_Howe'),
      fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2100, 0, 1) }),
      (name, at) => {
        expect(instantOf(isoInZone(at, zoneOf(name)), berlin)).toBe(at);
      },
    ),
  );
});
