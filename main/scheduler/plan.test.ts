import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jittered, planFiring } from './plan.ts';
import type { Due } from './plan.ts';
import { timetableOf } from './timetable.ts';
import type { Timetable } from './timetable.ts';

const MINUTE = 60_000;
const minutely = timetableOf({ cron: '* * * * *', timezone: 'UTC' }, 0);
const due = (changes: Partial<Due> = {}): Due => ({
  id: 'sch_1',
  base: 10 * MINUTE,
  jitterMs: 0,
  missed: 'last',
  maxMissed: 100,
  ...changes,
});

/** The plan after an outage that began before the first occurrence and lasted until `now`. */
const missedUntil = (timetable: Timetable, row: Due, now: number) =>
  planFiring(timetable, row, now + 1, now);

describe('missed firings', () => {
  test('what is on time fires, whatever the policy', () => {
    for (const missed of ['none', 'last', 'all'] as const) {
      expect(planFiring(minutely, due({ missed }), 10 * MINUTE, 11 * MINUTE)).toEqual({
        fire: [10 * MINUTE],
        next: 11 * MINUTE,
      });
    }
  });

  test('none fires nothing of the past and goes on with the present', () => {
    const plan = missedUntil(minutely, due({ missed: 'none' }), 20 * MINUTE);
    expect(plan).toMatchObject({ fire: [], next: 21 * MINUTE, missed: { due: 10 * MINUTE } });
  });

  test('last fires the last one; a single missed one leaves no gap to tell of', () => {
    expect(missedUntil(minutely, due(), 20 * MINUTE)).toMatchObject({
      fire: [20 * MINUTE],
      next: 21 * MINUTE,
      missed: { due: 10 * MINUTE },
    });
    expect(missedUntil(minutely, due(), 10 * MINUTE)).toEqual({
      fire: [10 * MINUTE],
      next: 11 * MINUTE,
    });
  });

  test('all fires each in order, bounded to the newest', () => {
    const all = missedUntil(minutely, due({ missed: 'all' }), 13 * MINUTE - 1);
    expect(all).toEqual({ fire: [10, 11, 12].map((m) => m * MINUTE), next: 13 * MINUTE });
    const bounded = missedUntil(minutely, due({ missed: 'all', maxMissed: 2 }), 13 * MINUTE - 1);
    expect(bounded).toMatchObject({ fire: [11, 12].map((m) => m * MINUTE), next: 13 * MINUTE });
    expect(bounded.missed?.reason).toContain('max_missed');
  });

  test('a year of missed seconds is planned by looking at a few of them', () => {
    // Catches a walk over 31 million occurrences, by counting the steps.
    const real = timetableOf({ cron: '* * * * * *', timezone: 'UTC' }, 0);
    let steps = 0;
    const counted = {
      ...real,
      next: (after: number) => {
        steps += 1;
        return real.next(after);
      },
    };
    const end = 365 * 86_400_000;
    const plan = missedUntil(counted, due({ missed: 'all', maxMissed: 100 }), end - 1);
    expect(plan.fire).toHaveLength(100);
    expect(plan.fire.at(-1)).toBe(end - 1000);
    expect(steps).toBeLessThan(1000);
  });

  test('a one-off time that was missed fires late with last, and not at all with none', () => {
    const once = timetableOf({ at: '1970-01-01T00:10:00Z', timezone: 'UTC' }, 0);
    expect(missedUntil(once, due(), 60 * MINUTE)).toEqual({ fire: [10 * MINUTE], next: undefined });
    expect(missedUntil(once, due({ missed: 'none' }), 60 * MINUTE)).toMatchObject({
      fire: [],
      next: undefined,
    });
  });

  test('for any rule, policy and outage: the plan is what a walk over all occurrences says', () => {
    const rules = [
      { cron: '* * * * *' },
      { cron: '*/7 3 * * *' },
      { cron: '30 2 * * SUN' },
      { cron: '0 0 29 2 *' },
      { every: '45m' },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...rules),
        fc.constantFrom('none', 'last', 'all'),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 20 * 86_400_000 }),
        fc.constantFrom(0, 1000, 3_600_000),
        (rule, missed, maxMissed, outage, jitterMs) => {
          const timetable = timetableOf({ ...rule, timezone: 'Europe/Berlin' }, 0);
          const base = timetable.next(Date.UTC(2026, 2, 20))!;
          const row = due({ base, missed: missed as Due['missed'], maxMissed, jitterMs });
          const until = base + outage;
          const late: number[] = [];
          let next: number | undefined = base;
          while (next !== undefined && jittered(timetable, row.id, next, jitterMs) <= until) {
            late.push(next);
            next = timetable.next(next);
          }
          const plan = missedUntil(timetable, row, until);
          const wanted = { none: 0, last: 1, all: maxMissed }[row.missed];
          const expected =
            late.length === 0
              ? // Not due yet, by its jitter: it would be on time.
                { fire: [base], next: timetable.next(base) }
              : { fire: wanted === 0 ? [] : late.slice(-wanted), next };
          expect({ fire: plan.fire, next: plan.next }).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('jitter', () => {
  test('is the same for the same occurrence, and differs between schedules', () => {
    const hourly = timetableOf({ cron: '@hourly', timezone: 'UTC' }, 0);
    const at = (id: string) => jittered(hourly, id, 3_600_000, 600_000);
    expect(at('sch_a')).toBe(at('sch_a'));
    expect(new Set(['sch_a', 'sch_b', 'sch_c', 'sch_d'].map(at)).size).toBe(4);
  });

  test('stays within its bounds and never reaches past the next occurrence', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 0, max: 1e7 }),
        (n, jitter) => {
          const base = n * MINUTE;
          const at = jittered(minutely, `sch_${n}`, base, jitter);
          expect(at).toBeGreaterThanOrEqual(base);
          expect(at).toBeLessThanOrEqual(base + Math.min(jitter, MINUTE - 1));
        },
      ),
    );
  });
});
