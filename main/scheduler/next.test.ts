import { describe, expect, test } from 'vitest';
import { parseCron } from './cron.ts';
import { nextFiring } from './next.ts';
import { clockReader } from './oracle.testing.ts';
import { isoInZone, zoneOf } from './zone.ts';
import { firings, seconds } from './next.testing.ts';

/** The same, as text in the zone, `from` and `to` as ISO. */
function times(expression: string, zone: string, from: string, to: string): string[] {
  return firings(expression, zone, seconds(from), seconds(to)).map((at) =>
    isoInZone(at * 1000, zoneOf(zone)),
  );
}

describe('a fixed time in a spring gap fires once, at the first instant after the gap', () => {
  test.each([
    // zone, expression, day, the one firing on it
    ['Europe/Berlin', '30 2 * * *', '2026-03-29', '2026-03-29T03:00:00+02:00'],
    ['Europe/Berlin', '0 2 * * *', '2026-03-29', '2026-03-29T03:00:00+02:00'],
    ['Europe/Berlin', '0,15,30 2 * * *', '2026-03-29', '2026-03-29T03:00:00+02:00'],
    ['Europe/Berlin', '30 2 * * SUN', '2026-03-29', '2026-03-29T03:00:00+02:00'],
    ['Europe/Berlin', '5-20/5 30 2 29 3 *', '2026-03-29', '2026-03-29T03:00:00+02:00'],
    ['America/New_York', '30 2 * * *', '2026-03-08', '2026-03-08T03:00:00-04:00'],
    ['Australia/Lord_Howe', '15 2 * * *', '2026-10-04', '2026-10-04T02:30:00+11:00'],
    ['Africa/Cairo', '30 0 * * *', '2026-04-24', '2026-04-24T01:00:00+03:00'],
    ['Asia/Beirut', '0 0 * * *', '2026-03-29', '2026-03-29T01:00:00+03:00'],
    ['America/Sao_Paulo', '0 0 * * *', '2018-11-04', '2018-11-04T01:00:00-02:00'],
    ['Atlantic/Azores', '0 0 * * *', '2026-03-29', '2026-03-29T01:00:00+00:00'],
    ['America/Santiago', '30 0 * * *', '2026-09-06', '2026-09-06T01:00:00-03:00'],
  ])('%s %s', (zone, expression, day, only) => {
    const read = clockReader(zone);
    const around = firings(
      expression,
      zone,
      seconds(`${day}T00:00Z`) - 86_400,
      seconds(`${day}T00:00Z`) + 2 * 86_400,
    );
    const onDay = around.filter((at) => read(at).text.startsWith(day));
    expect(onDay.map((at) => isoInZone(at * 1000, zoneOf(zone)))).toEqual([only]);
  });

  test('a day that a zone skipped altogether fires once when the next begins', () => {
    expect(times('0 9 * * *', 'Pacific/Apia', '2011-12-29T00:00Z', '2011-12-31T12:00Z')).toEqual([
      '2011-12-29T09:00:00-10:00',
      '2011-12-31T00:00:00+14:00',
      '2011-12-31T09:00:00+14:00',
    ]);
  });

  test('a moved time and a regular one at the same instant are one firing', () => {
    expect(times('0 2,3 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-29T12:00Z')).toEqual(
      ['2026-03-29T03:00:00+02:00'],
    );
  });

  test('from the very second before the gap the moved firing is still found', () => {
    // Catches a check for the gap that only runs when the search walks across it.
    const gap = seconds('2026-03-29T01:00:00Z');
    expect(nextFiring(parseCron('30 2 * * *'), zoneOf('Europe/Berlin'), gap - 1)).toBe(gap);
    expect(nextFiring(parseCron('30 2 * * *'), zoneOf('Europe/Berlin'), gap)).toBe(
      seconds('2026-03-30T00:30:00Z'),
    );
  });
});

describe('an interval follows the clock', () => {
  test('it has nothing to fire inside a gap', () => {
    expect(times('30 * * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T02:00Z')).toEqual([
      '2026-03-29T01:30:00+01:00',
      '2026-03-29T03:30:00+02:00',
    ]);
    // Vixie cron calls a pattern an interval when its minute or hour begins with a star.
    expect(
      times('*/30 2 * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T12:00Z'),
    ).toEqual([]);
  });

  test('it fires in both passes of an overlap, in the order of time', () => {
    expect(
      times('*/30 * * * *', 'Europe/Berlin', '2026-10-24T23:59Z', '2026-10-25T02:01Z'),
    ).toEqual([
      '2026-10-25T02:00:00+02:00',
      '2026-10-25T02:30:00+02:00',
      '2026-10-25T02:00:00+01:00',
      '2026-10-25T02:30:00+01:00',
      '2026-10-25T03:00:00+01:00',
    ]);
  });
});

describe('a fixed time in an overlap fires once, in the first pass', () => {
  test.each([
    ['Europe/Berlin', '30 2 * * *', '2026-10-25', '2026-10-25T02:30:00+02:00'],
    ['America/New_York', '30 1 * * *', '2026-11-01', '2026-11-01T01:30:00-04:00'],
    ['Australia/Lord_Howe', '45 1 * * *', '2026-04-05', '2026-04-05T01:45:00+11:00'],
    ['America/St_Johns', '30 23 * * *', '2010-11-06', '2010-11-06T23:30:00-02:30'],
    ['America/Havana', '30 0 * * *', '2026-11-01', '2026-11-01T00:30:00-04:00'],
    ['Africa/Cairo', '30 23 * * *', '2026-10-29', '2026-10-29T23:30:00+03:00'],
  ])('%s %s', (zone, expression, day, only) => {
    const read = clockReader(zone);
    const at = seconds(`${day}T00:00Z`);
    const onDay = firings(expression, zone, at - 86_400, at + 2 * 86_400).filter((instant) =>
      read(instant).text.startsWith(day),
    );
    expect(onDay.map((instant) => isoInZone(instant * 1000, zoneOf(zone)))).toEqual([only]);
  });

  test('an interval that is bound to a day fires again when the clocks go back into that day', () => {
    // St John's went from 00:01 on Sunday back to 23:01 on Saturday: found by the slow search below.
    const inSecondPass = seconds('2010-11-07T02:31Z');
    expect(nextFiring(parseCron('*/10 * * * SAT'), zoneOf('America/St_Johns'), inSecondPass)).toBe(
      seconds('2010-11-07T02:40Z'),
    );
    expect(
      times('*/20 * * * SAT', 'America/St_Johns', '2010-11-07T02:00Z', '2010-11-07T12:00Z'),
    ).toEqual([
      '2010-11-06T23:40:00-02:30',
      '2010-11-06T23:20:00-03:30',
      '2010-11-06T23:40:00-03:30',
    ]);
  });

  test('asked in the second pass, the next firing is on the next day', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-25T01:10Z', '2026-10-27T00:00Z')).toEqual([
      '2026-10-26T02:30:00+01:00',
    ]);
  });
});

describe('days', () => {
  const from = '2026-01-01T00:00Z';
  const dates = (expression: string, count: number, start = from) => {
    const result: string[] = [];
    for (let at = seconds(start) - 1; result.length < count; ) {
      at = nextFiring(parseCron(expression), zoneOf('UTC'), at)!;
      result.push(new Date(at * 1000).toISOString().slice(0, 10));
    }
    return result;
  };

  test.each([
    ['0 0 L * *', ['2026-01-31', '2026-02-28', '2026-03-31']],
    ['0 0 L-3 * *', ['2026-01-28', '2026-02-25', '2026-03-28']],
    ['0 0 LW * *', ['2026-01-30', '2026-02-27', '2026-03-31']],
    ['0 0 15W * *', ['2026-01-15', '2026-02-16', '2026-03-16']],
    ['0 0 1W * *', ['2026-01-01', '2026-02-02', '2026-03-02']],
    ['0 0 31W * *', ['2026-01-30', '2026-03-31', '2026-05-29']],
    ['0 0 * * FRIL', ['2026-01-30', '2026-02-27', '2026-03-27']],
    ['0 0 * * 5L', ['2026-01-30', '2026-02-27', '2026-03-27']],
    ['0 0 * * mon#2', ['2026-01-12', '2026-02-09', '2026-03-09']],
    ['0 0 * * MON#5', ['2026-03-30', '2026-06-29', '2026-08-31']],
    ['0 0 * * 0', ['2026-01-04', '2026-01-11', '2026-01-18']],
    ['0 0 * * 7', ['2026-01-04', '2026-01-11', '2026-01-18']],
    ['0 0 * * FRI-MON', ['2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05', '2026-01-09']],
    ['0 0 * * 5-7', ['2026-01-02', '2026-01-03', '2026-01-04', '2026-01-09']],
    ['0 0 31 * *', ['2026-01-31', '2026-03-31', '2026-05-31']],
    ['0 0 29 2 *', ['2028-02-29', '2032-02-29']],
    ['0 0 ? * ?', ['2026-01-01', '2026-01-02']],
    ['0 0 1 NOV-FEB *', ['2026-01-01', '2026-02-01', '2026-11-01', '2026-12-01', '2027-01-01']],
    ['@yearly', ['2026-01-01', '2027-01-01']],
    ['@weekly', ['2026-01-04', '2026-01-11']],
  ])('%s', (expression, expected) => {
    expect(dates(expression, expected.length)).toEqual(expected);
  });

  test('29 February is found across the eight years without one', () => {
    expect(dates('0 0 29 2 *', 1, '2096-03-01T00:00Z')).toEqual(['2104-02-29']);
  });

  test('day of month and day of week, both restricted, mean either', () => {
    expect(dates('0 0 13 * FRI', 4)).toEqual([
      '2026-01-02',
      '2026-01-09',
      '2026-01-13',
      '2026-01-16',
    ]);
  });

  test('a day field that begins with a star restricts the other instead of widening it', () => {
    // Vixie cron's star flag: */2 is a star.
    expect(dates('0 0 */2 * MON', 3)).toEqual(['2026-01-05', '2026-01-19', '2026-02-09']);
    expect(dates('0 0 1,15 * */2', 3)).toEqual(['2026-01-01', '2026-01-15', '2026-02-01']);
  });

  test('what no year has is never, in bounded time', () => {
    for (const expression of ['0 0 31 2 *', '0 0 30 2 *', '0 0 31 4,6,9,11 *', '0 0 31W 2 *']) {
      expect(nextFiring(parseCron(expression), zoneOf('Europe/Berlin'), 0)).toBeUndefined();
    }
  });
});
