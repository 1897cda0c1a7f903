import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { parseCron } from './cron.ts';

function refusal(expression: string): NexusError {
  try {
    parseCron(expression);
  } catch (error) {
    if (error instanceof NexusError) return error;
    throw error;
  }
  throw new Error(`${expression} was taken`);
}

function outcome(expression: string): string {
  try {
    const { seconds, minutes, hours } = parseCron(expression);
    return seconds.length * minutes.length * hours.length > 0 ? 'parsed' : 'empty';
  } catch (error) {
    return error instanceof NexusError && error.hint ? 'refused with a hint' : String(error);
  }
}

describe('what is wrong is told with the field it is in', () => {
  test.each([
    ['60 * * * *', 'minute', '60 is not between 0 and 59'],
    ['* 24 * * *', 'hour', '24 is not between 0 and 23'],
    ['* * 0 * *', 'day of month', '0 is not between 1 and 31'],
    ['* * 32 * *', 'day of month', '32 is not between'],
    ['* * * 13 *', 'month', '13 is not between'],
    ['* * * 0 *', 'month', '0 is not between'],
    ['* * * * 8', 'day of week', '8 is not between 0 and 7'],
    ['60 * * * * *', 'second', '60 is not between'],
    ['* * * FOO *', 'month', '“FOO” is not a value'],
    ['MON * * * *', 'minute', '“MON” is not a value'],
    ['* * * * MONDAY', 'day of week', '“MONDAY” is not a value'],
    ['*/0 * * * *', 'minute', '“0” in “*/0” is not a step'],
    ['*/90 * * * *', 'minute', 'larger than the field'],
    ['*/x * * * *', 'minute', 'is not a step'],
    ['1,,2 * * * *', 'minute', 'empty item'],
    ['1- * * * *', 'minute', 'is not a range'],
    ['-1 * * * *', 'minute', 'is not a range'],
    ['1-2-3 * * * *', 'minute', 'is not a range'],
    ['1/2/3 * * * *', 'minute', 'is not a value'],
    ['? * * * *', 'minute', '? is for the day fields'],
    ['1.5 * * * *', 'minute', 'is not a value'],
    ['* * 15X * *', 'day of month', 'is not a value'],
    ['* * W * *', 'day of month', 'is not a rule'],
    ['* * L-31 * *', 'day of month', 'before every month'],
    ['* * L3 * *', 'day of month', 'is not a rule'],
    ['* * * * L', 'day of week', 'is not a rule'],
    ['* * * * MON#6', 'day of week', 'is not a rule'],
    ['* * * * MON#', 'day of week', 'is not a rule'],
    ['* * * * MON-FRI#2', 'day of week', 'is not a rule'],
    ['* * * *', 'expression', '4 fields'],
    ['* * * * * * *', 'expression', '7 fields'],
    ['', 'expression', '0 fields'],
    ['hello', 'expression', '1 field;'],
    ['@reboot', 'nickname', 'not a cron nickname'],
    ['@every 5m', 'nickname', 'not a cron nickname'],
  ])('%s', (expression, field, why) => {
    const error = refusal(expression);
    expect(error.code).toBe('schedule.cron_invalid');
    expect(error.details).toEqual({ field });
    expect(error.message).toContain(why);
    expect(error.hint).toBeTruthy();
  });
});

describe('values', () => {
  test.each([
    ['0 9 * * MON-FRI', 'weekdays', [1, 2, 3, 4, 5]],
    ['0 9 * * mon-fri', 'weekdays', [1, 2, 3, 4, 5]],
    ['0 9 * * 7', 'weekdays', [0]],
    ['0 9 * * 7-2', 'weekdays', [0, 1, 2]],
    ['0 9 * * 5-7', 'weekdays', [0, 5, 6]],
    ['0 9 * * 0-7', 'weekdays', [0, 1, 2, 3, 4, 5, 6]],
    ['0 9 * * SAT-MON', 'weekdays', [0, 1, 6]],
    ['0 9 * * MON-FRI/2', 'weekdays', [1, 3, 5]],
    ['0 9 * JAN,mar *', 'months', [1, 3]],
    ['0 9 28-3 * *', 'days', [1, 2, 3, 28, 29, 30, 31]],
    ['0 22-2 * * *', 'hours', [0, 1, 2, 22, 23]],
    ['5/20 * * * *', 'minutes', [5, 25, 45]],
    ['10-30/10 * * * *', 'minutes', [10, 20, 30]],
    ['3,1,2,1 * * * *', 'minutes', [1, 2, 3]],
    ['*/20 * * * * *', 'seconds', [0, 20, 40]],
    ['  0   9  *  *  *  ', 'hours', [9]],
  ] as const)('%s', (expression, part, values) => {
    expect([...parseCron(expression)[part]].toSorted((a, b) => a - b)).toEqual(values);
  });

  test('only a star in the minute or hour makes an interval', () => {
    // Catches a fixed list being treated as an interval, which would fire twice in autumn.
    const intervals = ['* 2 * * *', '*/5 2 * * *', '0 * * * *', '@hourly', '0 0 */2 * * *'];
    const fixed = ['0,30 2 * * *', '0-30/5 2 * * *', '0 2-3 * * *', '@daily', '* 0 2 * * *'];
    expect(intervals.map((text) => parseCron(text).interval)).toEqual(intervals.map(() => true));
    expect(fixed.map((text) => parseCron(text).interval)).toEqual(fixed.map(() => false));
  });
});

test('no text whatsoever breaks the parser: it parses or is refused with a hint', () => {
  const piece = fc.constantFrom(...'*/-,#LW?17 @x\n'.split(''), '59', 'MON', 'JAN');
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 20 }).map((p) => p.join('')),
  );
  fc.assert(
    fc.property(text, (expression) => {
      expect(outcome(expression)).toMatch(/^(parsed|refused with a hint)$/);
    }),
    { numRuns: 2000 },
  );
});
