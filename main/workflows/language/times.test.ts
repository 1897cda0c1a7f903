import { execFileSync } from 'node:child_process';
import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import { compileExpression } from './expression.ts';
import { scopeOf } from './testing/scope.ts';

const give = (text: string): Json => compileExpression(text, new Set()).evaluate(scopeOf({}));
const failure = (text: string): NexusError => {
  try {
    throw new Error(`gave ${JSON.stringify(give(text))}`);
  } catch (error) {
    if (error instanceof NexusError) return error;
    throw error;
  }
};

/** Hours around clock changes, leap days, new years and whatever else goes wrong with times. */
const moments = [
  '2026-03-29T00:59:59Z',
  '2026-03-29T01:00:00Z',
  '2026-10-25T00:30:00Z',
  '2026-10-25T01:30:00Z',
  '2026-03-08T07:30:00Z',
  '2026-07-01T22:30:00Z',
  '2024-02-29T23:59:59.999Z',
  '2025-12-31T23:30:00Z',
  '2026-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  '2011-12-30T10:00:00Z',
];
const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', '+05:45', '-03:30'];
const parts = [
  'getFullYear',
  'getMonth',
  'getDate',
  'getDayOfMonth',
  'getDayOfWeek',
  'getDayOfYear',
  'getHours',
  'getMinutes',
  'getSeconds',
  'getMilliseconds',
];
const questions = moments.flatMap((moment) =>
  zones.flatMap((zone) => parts.map((part) => `timestamp("${moment}").${part}("${zone}")`)),
);

describe('the parts of a point in time', () => {
  test.each(['Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'Asia/Kathmandu'])(
    'are the same on a machine in %s as anywhere else',
    (zone) => {
      // Bug caught: a workflow that decides by the hour, and decides otherwise on a server with summer time.
      const script = `
        import { compileExpression } from '#main/workflows/language/expression.ts';
        import { scopeOf } from '#main/workflows/language/testing/scope.ts';
        const texts = JSON.parse(process.argv[1]);
        const scope = scopeOf({});
        console.log(JSON.stringify(texts.map((t) => compileExpression(t, new Set()).evaluate(scope))));
      `;
      const answer = execFileSync(
        process.execPath,
        ['--input-type=module-typescript', '-e', script, JSON.stringify(questions)],
        { encoding: 'utf8', env: { ...process.env, TZ: zone } },
      );
      expect(JSON.parse(answer)).toEqual(questions.map(give));
    },
  );

  test('are those that the machine writes for the same zone', () => {
    const anyMoment = fc.date({
      min: new Date('1971-01-01T00:00:00Z'),
      max: new Date('2099-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Africa/Casablanca',
    );
    fc.assert(
      fc.property(anyMoment, zone, (at, name) => {
        // The Swedish way to write a date is ISO's.
        const shown = at.toLocaleString('sv-SE', { timeZone: name });
        const [year, month, day, hour, minute, second] = shown.match(/\d+/g)!.map(Number);
        const got = parts.map((part) =>
          give(`timestamp("${at.toISOString()}").${part}("${name}")`),
        );
        const date = Date.UTC(year!, month! - 1, day);
        expect(got).toEqual([
          year,
          month! - 1,
          day,
          day! - 1,
          new Date(date).getUTCDay(),
          (date - Date.UTC(year!, 0, 1)) / 86_400_000,
          hour,
          minute,
          second,
          at.getUTCMilliseconds(),
        ]);
      }),
      { numRuns: 1000 },
    );
  });

  test('are those of UTC where no zone is said', () => {
    for (const moment of moments)
      for (const part of parts)
        expect(give(`timestamp("${moment}").${part}()`)).toBe(
          give(`timestamp("${moment}").${part}("UTC")`),
        );
  });

  test.each([
    ['timestamp("0001-01-01T00:00:00Z").getFullYear("America/New_York")', 0],
    ['timestamp("0050-06-01T00:00:00Z").getFullYear()', 50],
    ['timestamp("0050-02-01T00:00:00Z").getDayOfYear()', 31],
    ['timestamp("9999-12-31T23:59:59.999Z").getMilliseconds()', 999],
    ['timestamp("2026-06-01T00:30:00+02:00").getDate()', 31],
    ['timestamp("2026-06-01T00:30:00+02:00").getDate("+02:00")', 1],
    ['int(timestamp("1970-01-02T00:00:00Z"))', 86400],
    ['int(timestamp("1969-12-31T23:59:59.5Z"))', -1],
    ['timestamp(86400) == timestamp("1970-01-02T00:00:00Z")', true],
    ['timestamp(timestamp("1970-01-02T00:00:00Z")) == timestamp(86400)', true],
    ['duration("1.5s").getMilliseconds()', 500],
    ['duration("-1.5s").getMilliseconds()', -500],
    ['duration("90m").getHours()', 1],
    ['duration("90m").getMinutes()', 90],
    ['string(timestamp(0))', '1970-01-01T00:00:00.000Z'],
    ['timestamp(run.started_at).getHours("Europe/Berlin")', 3],
    ['timestamp("2026-01-01T00:00:00.123456789Z").getMilliseconds()', 123],
  ])('%s is %j', (text, expected) => {
    expect(give(text)).toBe(expected);
  });

  test.each([
    'timestamp("2026-02-30T00:00:00Z")',
    'timestamp("2026-13-01T00:00:00Z")',
    'timestamp("2026-01-01T24:00:00Z")',
    // Without an offset it would be a time of whichever machine looks at it.
    'timestamp("2026-01-01T00:00:00.000")',
    'timestamp("Sat, 21 Nov 2026 10:00:00")',
    'timestamp("2026-01-01")',
    'timestamp("")',
    'timestamp(99999999999999)',
    'timestamp("2026-01-01T00:00:00Z").getHours("Mars/Base")',
    'timestamp("2026-01-01T00:00:00Z").getHours("")',
  ])('%s is an error that says so', (text) => {
    const error = failure(text);
    expect(error.code).toBe('expression.failed');
    expect(error.message).toMatch(/point in time|years 1 to 9999|time zone/);
  });

  test('no text is taken for another time than the one it says', () => {
    const digits = (n: number) =>
      fc.integer({ min: 0, max: 10 ** n - 1 }).map((v) => String(v).padStart(n, '0'));
    const text = fc
      .tuple(
        digits(4),
        digits(2),
        digits(2),
        fc.constantFrom('T', 't', ' '),
        digits(2),
        digits(2),
        digits(2),
        fc.constantFrom('Z', 'z', '', '+01:00', '-23:59', '+99:00'),
      )
      .map(([y, mo, d, t, h, mi, s, z]) => `${y}-${mo}-${d}${t}${h}:${mi}:${s}${z}`);
    fc.assert(
      fc.property(text, (written) => {
        let read: string;
        try {
          read = give(`string(timestamp("${written}"))`) as string;
        } catch {
          return;
        }
        const theirs = plan(celEnv(), parse(`int(timestamp("${written.toUpperCase()}"))`))({});
        expect(isCelError(theirs), written).toBe(false);
        expect(Date.parse(read)).toBe(Number(theirs) * 1000);
      }),
      { numRuns: 3000 },
    );
  });
});
