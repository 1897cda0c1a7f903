import { describe, expect, test } from 'vitest';
import { parseCron } from './cron.ts';
import { checkCron, nextFirings, timetableOf } from './timetable.ts';
import { cronWords } from './words.ts';

const code = (name: string) => expect.objectContaining({ code: `schedule.${name}` });

describe('previews', () => {
  test('from is exclusive, and times carry the zone’s offset', () => {
    const preview = nextFirings({
      cron: '0 9 * * *',
      timezone: 'Europe/Berlin',
      from: '2026-03-28T09:00:00+01:00',
      count: 2,
    });
    expect(preview.next).toEqual(['2026-03-29T09:00:00+02:00', '2026-03-30T09:00:00+02:00']);
    expect(preview.instants.map((at) => new Date(at).toISOString())).toEqual([
      '2026-03-29T07:00:00.000Z',
      '2026-03-30T07:00:00.000Z',
    ]);
    expect(preview.words).toBe('At 09:00 every day');
    expect(preview.timezone).toBe('Europe/Berlin');
  });

  test('from without an offset is read in the zone', () => {
    const { next } = nextFirings({
      cron: '0 9 * * *',
      timezone: 'Asia/Tokyo',
      from: '2026-01-01T09:00',
      count: 1,
    });
    expect(next).toEqual(['2026-01-02T09:00:00+09:00']);
  });

  test('a part of a second after a firing does not find it again, nor does one before lose it', () => {
    const from = Date.UTC(2026, 0, 1, 9);
    const at = (ms: number) =>
      nextFirings({ cron: '0 9 * * *', timezone: 'UTC', from: from + ms, count: 1 }).instants[0];
    expect(at(-1)).toBe(from);
    expect(at(0)).toBe(from + 86_400_000);
    expect(at(999)).toBe(from + 86_400_000);
  });

  test('an interval counts from the start, a one-off time comes once', () => {
    expect(
      nextFirings({ every: '90m', timezone: 'UTC', from: '2026-01-01T00:00Z', count: 2 }).next,
    ).toEqual(['2026-01-01T01:30:00+00:00', '2026-01-01T03:00:00+00:00']);
    const once = { at: '2026-12-24T18:00', timezone: 'Europe/Berlin', count: 5 };
    expect(nextFirings({ ...once, from: '2026-01-01' }).next).toEqual([
      '2026-12-24T18:00:00+01:00',
    ]);
    expect(nextFirings({ ...once, from: '2026-12-24T18:00' }).next).toEqual([]);
  });
});

describe('intervals keep their beat', () => {
  test.each([
    [0, 1000, 301_000],
    [0, 999, 301_000],
    [0, 301_000, 601_000],
    [0, 300_999, 301_000],
    // A clock set back to before the anchor does not fire at the anchor itself.
    [0, -900_000, 301_000],
  ])('anchored at %i+1 s, after %i', (_, after, next) => {
    expect(timetableOf({ every: '5m', timezone: 'UTC' }, 1000).next(after)).toBe(next);
  });
});

describe('refusals', () => {
  test.each([
    [{}, 'spec_invalid'],
    [{ cron: '* * * * *', every: '5m' }, 'spec_invalid'],
    [{ cron: '0 0 31 2 *' }, 'never'],
    [{ cron: 'x' }, 'cron_invalid'],
    [{ every: '10ms' }, 'every_invalid'],
    [{ every: 0 }, 'every_invalid'],
    [{ at: 'tomorrow' }, 'instant_invalid'],
    [{ at: '2026-02-30T10:00' }, 'instant_invalid'],
    [{ at: '2026-01-01T24:00' }, 'instant_invalid'],
    [{ cron: '@daily', timezone: 'Nowhere/At_all' }, 'timezone_invalid'],
  ])('%j', (spec, name) => {
    expect(() => timetableOf(spec, 0)).toThrow(code(name));
  });

  test('a bad starting point of a preview', () => {
    expect(() => nextFirings({ cron: '@daily', from: 'now-ish', count: 1 })).toThrow(
      code('instant_invalid'),
    );
  });

  test('checkCron says what is wrong, or nothing', () => {
    expect(checkCron('0 9 * * MON-FRI', 'Europe/Berlin')).toBeUndefined();
    expect(checkCron('0 25 * * *')).toContain('The hour field');
    expect(checkCron('0 0 30 2 *')).toContain('never fires');
    expect(checkCron('@daily', 'Mars/Olympus')).toContain('not a time zone');
  });
});

test('expressions read as they were written', () => {
  const expression = (spec: object) => timetableOf({ timezone: 'UTC', ...spec }, 0).expression;
  expect(expression({ cron: ' 0 9 * * MON-FRI ' })).toBe('0 9 * * MON-FRI');
  expect(expression({ every: '5m' })).toBe('every 5m');
  expect(expression({ every: 90 })).toBe('every 90s');
  expect(expression({ at: '2026-12-24T18:00' })).toBe('at 2026-12-24T18:00');
});

test.each([
  ['0 9 * * MON-FRI', 'At 09:00, Monday to Friday'],
  ['* * * * *', 'Every minute'],
  ['*/5 * * * *', 'Every 5 minutes'],
  ['@hourly', 'Every hour'],
  ['7,22 * * * *', 'Every hour at minutes 7 and 22'],
  ['@daily', 'At 00:00 every day'],
  ['30 9,17 * * *', 'At 09:30 and 17:30 every day'],
  ['0 */2 * * *', 'Every 2 hours'],
  ['15 */3 * * *', 'Every 3 hours at minute 15'],
  ['*/15 9-17 * * MON-FRI', 'Every 15 minutes from 09:00 to 17:59, Monday to Friday'],
  ['0 9-17 * * *', 'Every hour from 09:00 to 17:00'],
  ['* 2 * * *', 'Every minute from 02:00 to 02:59'],
  ['0 0 L * *', 'At 00:00, on the last day of the month'],
  ['0 0 LW * *', 'At 00:00, on the last weekday of the month'],
  ['0 0 L-3 * *', 'At 00:00, 3 days before the last day of the month'],
  ['0 0 15W * *', 'At 00:00, on the weekday nearest to day 15'],
  ['0 0 * * FRIL', 'At 00:00, on the last Friday of the month'],
  ['0 9 * * MON#2', 'At 09:00, on the second Monday of the month'],
  ['0 0 1 1 *', 'At 00:00, on day 1 of January'],
  ['0 0 1,15 * FRI', 'At 00:00, on days 1 and 15 of the month or on Friday'],
  ['0 0 1 JAN,FEB,MAR,JUN *', 'At 00:00, on day 1 of January to March and June'],
  ['0 8 * * SAT,SUN', 'At 08:00, on Saturday and Sunday'],
  ['0 8 * JUL *', 'At 08:00, every day in July'],
  ['*/10 * * * * *', 'Every 10 seconds'],
  ['5 * * * * *', 'At second 5 of every minute'],
  ['5 0 0 * * *', 'At 00:00:05 every day'],
])('%s in words: %s', (expression, words) => {
  expect(cronWords(parseCron(expression))).toBe(words);
});

describe('in German', () => {
  // Bug caught: a German window explains a schedule in English, or in words that mean another time.
  test.each([
    ['0 9 * * MON-FRI', 'Um 09:00, Montag bis Freitag'],
    ['* * * * *', 'Jede Minute'],
    ['*/5 * * * *', 'Alle 5 Minuten'],
    ['@hourly', 'Jede Stunde'],
    ['7,22 * * * *', 'Jede Stunde zu den Minuten 7 und 22'],
    ['@daily', 'Täglich um 00:00'],
    ['30 9,17 * * *', 'Täglich um 09:30 und 17:30'],
    ['15 */3 * * *', 'Alle 3 Stunden zur Minute 15'],
    ['*/15 9-17 * * MON-FRI', 'Alle 15 Minuten von 09:00 bis 17:59, Montag bis Freitag'],
    ['0 0 L * *', 'Um 00:00, am letzten Tag des Monats'],
    ['0 0 L FEB *', 'Um 00:00, am letzten Tag im Februar'],
    ['0 0 LW * *', 'Um 00:00, am letzten Werktag des Monats'],
    ['0 0 L-3 * *', 'Um 00:00, 3 Tage vor dem letzten Tag des Monats'],
    ['0 0 15W * *', 'Um 00:00, am Werktag, der dem 15. am nächsten liegt'],
    ['0 0 * * FRIL', 'Um 00:00, am letzten Freitag des Monats'],
    ['0 9 * * MON#2', 'Um 09:00, am zweiten Montag des Monats'],
    ['0 9 * * MON,FRI#1', 'Um 09:00, am Montag und am ersten Freitag des Monats'],
    ['0 0 1 1 *', 'Um 00:00, am 1. Januar'],
    ['0 0 1,15 * FRI', 'Um 00:00, am 1. und 15. des Monats oder am Freitag'],
    ['0 0 1 JAN,FEB,MAR,JUN *', 'Um 00:00, am 1. Januar bis März und Juni'],
    ['0 8 * * SAT,SUN', 'Um 08:00, am Samstag und Sonntag'],
    ['0 8 * JUL *', 'Um 08:00, täglich im Juli'],
    ['0 8 * JUN,JUL *', 'Um 08:00, täglich in den Monaten Juni und Juli'],
    ['*/10 * * * * *', 'Alle 10 Sekunden'],
    ['5 * * * * *', 'Zur Sekunde 5 jeder Minute'],
    ['*/10 0 9 * * *', 'Alle 10 Sekunden in der Minute 09:00'],
    ['5 0 0 * * *', 'Täglich um 00:00:05'],
    [
      '0 0 */2 * FRI',
      'Um 00:00, am 1., 3., 5., 7., 9., 11., 13., 15., 17., 19., 21., 23., 25., 27., 29. und 31. des Monats, wenn er zugleich am Freitag liegt',
    ],
  ])('%s: %s', (cron, words) => {
    expect(timetableOf({ cron, timezone: 'UTC' }, 0).wordsIn).toEqual({ de: words });
  });

  test.each([
    [{ every: '1d' }, 'Jeden Tag'],
    [{ every: '1h' }, 'Jede Stunde'],
    [{ every: '1h30m' }, 'Alle 1 Stunde 30 Minuten'],
    [{ every: '90s' }, 'Alle 1 Minute 30 Sekunden'],
    [{ at: '2026-12-24T18:00' }, 'Einmal, am 24.12.2026 um 18:00'],
  ])('%o: %s', (spec, words) => {
    expect(timetableOf({ timezone: 'UTC', ...spec }, 0).wordsIn['de']).toBe(words);
  });
});
