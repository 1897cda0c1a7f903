import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scheduleTrigger } from '#contract/workflow.ts';
import { ManualClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { silentLogger } from '#main/base/log.ts';
import { createScheduler, nextFirings, schedulerMigrations } from './index.ts';

/** What may happen to a platform in the course of its life. */
type Event =
  | { type: 'pass'; ms: number }
  | { type: 'sleep'; ms: number }
  | { type: 'restart'; awayMs: number }
  | { type: 'crash'; awayMs: number }
  | { type: 'trouble' }
  | { type: 'sync' };

const MINUTE = 60_000;
const events: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('pass' as const),
        ms: fc.integer({ min: 1, max: 20 * MINUTE }),
      }),
    },
    fc.record({
      type: fc.constant('sleep' as const),
      ms: fc.integer({ min: 2 * MINUTE, max: 180 * MINUTE }),
    }),
    fc.record({
      type: fc.constant('restart' as const),
      awayMs: fc.integer({ min: 0, max: 90 * MINUTE }),
    }),
    fc.record({
      type: fc.constant('crash' as const),
      awayMs: fc.integer({ min: 0, max: 90 * MINUTE }),
    }),
    fc.record({ type: fc.constant('trouble' as const) }),
    fc.record({ type: fc.constant('sync' as const) }),
  ),
  { maxLength: 15 },
);

const START = Date.UTC(2026, 9, 24, 20);

/**
 * Lets a platform with one schedule (everything missed is made up for) live through `happenings`.
 * A crash is a scheduler that is simply never asked again, in the middle of whatever it did.
 * @returns the due times for which a run exists, and the time at the end.
 */
async function live(rule: object, happenings: Event[]): Promise<{ runs: number[]; now: number }> {
  const db = openDatabase(':memory:');
  migrate(db, [schedulerMigrations]);
  const clock = new ManualClock(START);
  const keys = new Map<string, number>();
  let trouble = 0;
  let generation = 0;
  const triggers = [scheduleTrigger.parse({ ...rule, missed: 'all', max_missed: 1000 })];
  const create = () => {
    generation += 1;
    const mine = generation;
    const scheduler = createScheduler({
      db,
      clock,
      log: silentLogger,
      async start(_workflow, _inputs, trigger, key) {
        // A process that has crashed does nothing any more.
        if (mine !== generation) return new Promise(() => {});
        if (trouble > 0) {
          trouble -= 1;
          throw new NexusError({ code: 'database.full', message: 'Full.', kind: 'operational' });
        }
        keys.set(key, Date.parse((trigger.payload as { due_at: string }).due_at));
        return { run: key, skipped: false };
      },
    });
    scheduler.sync('w', triggers);
    scheduler.open();
    return scheduler;
  };
  let scheduler = create();
  const pass = async (ms: number) => {
    for (let gone = 0; gone < ms; gone += 15_000) {
      clock.advance(Math.min(15_000, ms - gone));
      await scheduler.idle();
    }
  };
  for (const event of happenings) {
    if (event.type === 'pass') await pass(event.ms);
    else if (event.type === 'sleep') clock.advance(event.ms);
    else if (event.type === 'trouble') trouble = 2;
    else if (event.type === 'sync') scheduler.sync('w', triggers);
    else {
      if (event.type === 'restart') await scheduler.close();
      else generation += 1;
      clock.advance(event.awayMs);
      scheduler = create();
      await scheduler.idle();
    }
  }
  // The trouble is over, and this is long enough for every lease to run out.
  trouble = 0;
  await pass(5 * MINUTE);
  await scheduler.close();
  db.close();
  return { runs: [...keys.values()].toSorted((a, b) => a - b), now: clock.now() };
}

test('whatever happens, each occurrence becomes one run: none lost, none twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(
        { every: '7m', timezone: 'UTC' },
        { cron: '*/5 * * * *', timezone: 'Europe/Berlin' },
        // In the night in which the clocks go back.
        { cron: '0,30 2 * * *', timezone: 'Europe/Berlin' },
        { cron: '*/10 * * * *', timezone: 'UTC', jitter: '4m' },
      ),
      events,
      async (rule, happenings) => {
        const { runs, now } = await live(rule, happenings);
        const { jitter, ...spec } = { jitter: undefined, ...rule };
        const all = nextFirings({ ...spec, from: START, count: 2000 }).instants;
        // With jitter the last occurrence may be still to come.
        const sure = all.filter((at) => at <= now - (jitter ? 4 * MINUTE : 0));
        expect(runs.slice(0, sure.length)).toEqual(sure);
        expect(runs.length).toBeLessThanOrEqual(all.filter((at) => at <= now).length);
        expect(new Set(runs).size).toBe(runs.length);
      },
    ),
    { numRuns: 100 },
  );
});
