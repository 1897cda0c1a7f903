import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesPattern } from '#main/base/pattern.ts';
import { type Condition, isOver, onSilence, onValue, type Standing } from './machine.ts';
import { watchedMetrics } from './matching.ts';
import { plainValue } from './plainValue.ts';

const GRACE = 60_000;
const rule = (more: Partial<Condition> = {}): Condition => ({
  comparison: '>',
  threshold: 90,
  clear: undefined,
  forMs: 0,
  ...more,
});

/** Values every ten seconds through the machine; what it said of each. */
function play(condition: Condition, values: readonly (number | undefined)[]) {
  let standing: Standing | undefined;
  return values.map((value, i) => {
    const at = i * 10_000;
    if (value === undefined) {
      if (standing) standing = onSilence(standing, at, GRACE);
      return standing?.state ?? '-';
    }
    const step = onValue(condition, standing, { at, value }, GRACE);
    standing = step.standing;
    return step.event ? `${standing.state}!` : standing.state;
  });
}

describe('a rule', () => {
  test('without a duration fires with the first value that is over, once', () => {
    expect(play(rule(), [80, 91, 95, 80, 80])).toEqual(['ok', 'firing!', 'firing', 'ok!', 'ok']);
  });

  test('with a duration waits until it has held for that long', () => {
    expect(play(rule({ forMs: 20_000 }), [91, 92, 93, 94])).toEqual([
      'pending',
      'pending',
      'firing!',
      'firing',
    ]);
  });

  // Bug caught: a short peak every minute adds up to an alert.
  test('that breaks in between begins anew', () => {
    expect(play(rule({ forMs: 20_000 }), [91, 92, 50, 91, 92])).toEqual([
      'pending',
      'pending',
      'ok',
      'pending',
      'pending',
    ]);
  });

  // Bug caught: an alert that comes and goes every ten seconds.
  test('with hysteresis ends only when the value is really back', () => {
    expect(play(rule({ clear: 80 }), [91, 89, 91, 81, 80, 91])).toEqual([
      'firing!',
      'firing',
      'firing',
      'firing',
      'ok!',
      'firing!',
    ]);
  });

  test('downward works the same way', () => {
    const low = rule({ comparison: '<', threshold: 10, clear: 20 });
    expect(play(low, [15, 9, 15, 20, 15])).toEqual(['ok', 'firing!', 'firing', 'ok!', 'ok']);
  });

  test.each([
    ['>', 90, false],
    ['>', 90.1, true],
    ['>=', 90, true],
    ['<', 90, false],
    ['<', 89.9, true],
    ['<=', 90, true],
  ] as const)('%s 90 of %s is %s', (comparison, value, over) => {
    expect(isOver(rule({ comparison }), value)).toBe(over);
  });
});

describe('silence', () => {
  const none = (count: number) => Array.from<undefined>({ length: count });

  test('for a while is nothing, then there is no data', () => {
    const states = play(rule(), [80, ...none(8), 80]);
    expect(states.slice(0, 7)).toEqual(Array(7).fill('ok'));
    expect(states.slice(7)).toEqual(['no_data', 'no_data', 'ok']);
  });

  // Bug caught: half a minute before the silence and half a minute after it count as one.
  test('breaks what is pending', () => {
    expect(play(rule({ forMs: 60_000 }), [91, 91, ...none(8), 91, 91])).toEqual([
      'pending',
      'pending',
      ...Array(6).fill('pending'),
      'no_data',
      'no_data',
      'pending',
      'pending',
    ]);
  });

  test('a lost sample does not break it', () => {
    expect(play(rule({ forMs: 40_000 }), [91, undefined, 91, undefined, 91]).at(-1)).toBe(
      'firing!',
    );
  });

  // Bug caught: a host that drops out and comes back rings the bell a second time.
  test('leaves an open alert open: the same one goes on, or ends', () => {
    expect(play(rule(), [91, ...none(8), 92, 50])).toEqual([
      'firing!',
      ...Array(6).fill('firing'),
      'no_data',
      'no_data',
      'firing',
      'ok!',
    ]);
  });

  test('an open alert keeps its beginning', () => {
    const fired = onValue(rule(), undefined, { at: 5, value: 91 }, GRACE).standing;
    const silent = onSilence(fired, 500_000, GRACE);
    expect(silent).toMatchObject({ state: 'no_data', since: 5, open: true });
    expect(onValue(rule(), silent, { at: 600_000, value: 92 }, GRACE).standing.since).toBe(5);
  });
});

describe('any course of values', () => {
  const course = fc.array(fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }), {
    maxLength: 60,
  });
  const condition = fc
    .record({
      comparison: fc.constantFrom('>', '>=', '<', '<=' as const),
      threshold: fc.integer({ min: 20, max: 80 }),
      distance: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
      forMs: fc.constantFrom(0, 10_000, 30_000, 90_000),
    })
    .map(
      ({ comparison, threshold, distance, forMs }): Condition => ({
        comparison: comparison as Condition['comparison'],
        threshold,
        clear:
          distance === undefined
            ? undefined
            : threshold + (comparison.startsWith('>') ? -distance : distance),
        forMs,
      }),
    );

  test('fires and ends in turn, and fires only after holding for the whole duration', () => {
    fc.assert(
      fc.property(condition, course, (one, values) => {
        const states = play(one, values);
        let open = false;
        for (const [i, state] of states.entries()) {
          if (state === 'firing!') {
            expect(open).toBe(false);
            open = true;
            for (let back = i; back >= 0 && (i - back) * 10_000 <= one.forMs; back -= 1) {
              const value = values[back];
              if (value !== undefined) expect(isOver(one, value)).toBe(true);
            }
          }
          if (state === 'ok!') {
            expect(open).toBe(true);
            open = false;
          }
          if (state === 'ok' || state === 'pending') expect(open).toBe(false);
        }
      }),
    );
  });

  test('a value from the past changes nothing', () => {
    fc.assert(
      fc.property(condition, fc.integer({ min: 0, max: 100 }), (one, value) => {
        const now = onValue(one, undefined, { at: 1000, value: 50 }, GRACE).standing;
        expect(onValue(one, now, { at: 999, value }, GRACE)).toEqual({ standing: now });
      }),
    );
  });
});

describe('a clock that was put back', () => {
  const HOUR = 3_600_000;
  const from = (begin: number, values: readonly number[], before?: Standing, forMs = 20_000) => {
    let standing = before;
    const states = values.map((value, i) => {
      const step = onValue(rule({ forMs }), standing, { at: begin + i * 10_000, value }, GRACE);
      standing = step.standing;
      return step.event ? `${standing.state}!` : standing.state;
    });
    return { states, standing: standing! };
  };

  // Bug caught: the machine started with a clock that was an hour ahead; set right, no rule fires and
  // no alert ends for an hour.
  test('by an hour does not make rules wait for an hour', () => {
    const ahead = from(HOUR, [50, 50]);
    expect(from(0, [91, 91, 91], ahead.standing).states).toEqual(['pending', 'pending', 'firing!']);
    const open = from(HOUR, [91, 91, 91]);
    expect(open.states.at(-1)).toBe('firing!');
    expect(from(0, [91, 50], open.standing).states).toEqual(['firing', 'ok!']);
  });

  test('does not count what was before it as held for longer than it was', () => {
    const ahead = from(HOUR, [91, 91], undefined, 60_000);
    const after = from(0, [91, 91, 91, 91, 91, 91, 91], ahead.standing, 60_000);
    expect(after.states.indexOf('firing!')).toBe(6);
  });
});

describe('which metrics a rule watches', () => {
  const metrics = [
    'cpu.total',
    'cpu.core:0',
    'disk.used_percent:/',
    'disk.used_percent:/srv/a',
    'net.sent',
    'net.sent:eth0',
  ];

  test.each([
    ['cpu.total', ['cpu.total']],
    ['disk.used_percent', ['disk.used_percent:/', 'disk.used_percent:/srv/a']],
    ['disk.used_percent:/srv/*', ['disk.used_percent:/srv/a']],
    ['disk.used_percent:/', ['disk.used_percent:/']],
    ['cpu.core', ['cpu.core:0']],
    // Bug caught: a rule over all of the network rings for each interface too.
    ['net.sent', ['net.sent']],
    ['net.sent:*', ['net.sent:eth0']],
    ['net', []],
    ['load.1', []],
  ])('%s', (wanted, found) => {
    expect(watchedMetrics(wanted, metrics)).toEqual(found);
  });
});

describe('patterns', () => {
  test.each([
    ['*', '', true],
    ['web-*', 'web-1', true],
    ['web-*', 'web', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['a', 'a', true],
    ['a', 'ab', false],
    ['', 'a', false],
    ['a**b', 'ab', true],
  ])('%s and %s: %s', (pattern, text, matches) => {
    expect(matchesPattern(pattern, text)).toBe(matches);
  });

  test('say what a regular expression says', () => {
    const piece = fc.constantFrom('a', 'b', '*');
    const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 12 }).map((all) => all.join(''));
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }).map((all) => all.join('')),
        text,
        (pattern, given) => {
          const expected = new RegExp(`^${pattern.replace(/\*+/g, '.*')}$`).test(given);
          expect(matchesPattern(pattern, given)).toBe(expected);
        },
      ),
    );
  });

  // Bug caught: a pattern of stars that takes minutes; the test would not end.
  test('take no longer for a hostile pattern', () => {
    expect(matchesPattern('*a'.repeat(500), 'a'.repeat(3000))).toBe(true);
    expect(matchesPattern(`${'*a'.repeat(500)}b`, 'a'.repeat(3000))).toBe(false);
  });
});

describe('values in words', () => {
  test.each([
    [92.44, 'percent', '92.4 %'],
    [0, 'bytes', '0 B'],
    [1536, 'bytes', '1.5 KiB'],
    [1024 ** 3 * 2.5, 'bytes_per_second', '2.5 GiB/s'],
    [59, 'seconds', '59 s'],
    [3540, 'seconds', '59 min'],
    [3700, 'seconds', '1 h 1 min'],
    [273_600, 'seconds', '3 d 4 h'],
    [3, 'count', '3'],
    [1.23456, 'count', '1.23'],
  ] as const)('%s %s is %s', (value, unit, words) => {
    expect(plainValue(value, unit)).toBe(words);
  });
});
