import { describe, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import type { TriggerInfo } from '#contract/runs.ts';
import { schedule as scheduleSchema } from '#contract/schedules.ts';
import { scheduleTrigger } from '#contract/workflow.ts';
import { ManualClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import type { Database } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { silentLogger } from '#main/base/log.ts';
import { createScheduler, schedulerMigrations } from './index.ts';
import type { Scheduler } from './index.ts';

interface Start {
  workflow: string;
  inputs: Record<string, Json>;
  trigger: TriggerInfo;
  key: string;
}

interface World {
  db: Database;
  clock: ManualClock;
  scheduler: Scheduler;
  starts: Start[];
  /** What `start` does next; throws or answers. */
  answer: { of: (start: Start) => { run?: string; skipped: boolean } };
  /** Moves time on in steps, letting everything due be started. */
  pass: (ms: number, stepMs?: number) => Promise<void>;
  /** The same home, opened again (as after a restart). */
  reopen: () => Scheduler;
  /** Minutes past the start at which something fired. */
  due: () => string[];
}

const START = Date.UTC(2026, 2, 2, 12);

function world(): World {
  const db = openDatabase(':memory:');
  migrate(db, [schedulerMigrations]);
  const clock = new ManualClock(START);
  const starts: Start[] = [];
  const answer: World['answer'] = {
    of: (start) => ({ run: `run_${start.key}`, skipped: false }),
  };
  const create = () =>
    createScheduler({
      db,
      clock,
      log: silentLogger,
      exists: (workflow) => workflow !== 'nowhere',
      start: async (workflow, inputs, trigger, key) => {
        const start = { workflow, inputs, trigger, key };
        const result = answer.of(start);
        starts.push(start);
        return result;
      },
    });
  const self: World = {
    db,
    clock,
    scheduler: create(),
    starts,
    answer,
    async pass(ms, stepMs = ms) {
      for (let gone = 0; gone < ms; gone += stepMs) {
        clock.advance(stepMs);
        await self.scheduler.idle();
      }
    },
    reopen() {
      self.scheduler = create();
      return self.scheduler;
    },
    due: () =>
      starts.map(({ trigger }) => (trigger.payload as { due_at: string }).due_at.slice(11, 19)),
  };
  return self;
}

const trigger = (text: object) => scheduleTrigger.parse({ timezone: 'UTC', ...text });
const iso = (ms: number) => new Date(START + ms).toISOString();

describe('firing', () => {
  test('fires at each occurrence, with the due time, the inputs and a key of its own', async () => {
    const { scheduler, pass, starts, due } = world();
    scheduler.sync('backup', [trigger({ cron: '*/10 * * * *', inputs: { depth: 2 } })]);
    scheduler.open();
    await pass(35 * 60_000, 60_000);
    expect(due()).toEqual(['12:10:00', '12:20:00', '12:30:00']);
    const { id } = scheduler.list()[0]!;
    expect(starts[0]).toEqual({
      workflow: 'backup',
      inputs: { depth: 2 },
      trigger: {
        kind: 'schedule',
        source: id,
        payload: { schedule: id, due_at: iso(600_000) },
      },
      key: `schedule:${id}:${START + 600_000}`,
    });
  });

  test('nothing fires before open and after close', async () => {
    const { scheduler, pass, starts } = world();
    scheduler.sync('w', [trigger({ every: '1m' })]);
    await pass(5 * 60_000, 60_000);
    expect(starts).toEqual([]);
    scheduler.open();
    await scheduler.close();
    const before = starts.length;
    await pass(5 * 60_000, 60_000);
    expect(starts.length).toBe(before);
  });

  test('a schedule added while running is not waited for by half a minute', async () => {
    // Catches a timer that is not re-armed when something nearer appears.
    const { scheduler, pass, due } = world();
    scheduler.open();
    await pass(1000);
    scheduler.add({ workflow: 'w', at: iso(3000), timezone: 'UTC' });
    await pass(1000);
    expect(due()).toEqual([]);
    await pass(1000);
    expect(due()).toEqual(['12:00:03']);
  });

  test('an hour of a leaping clock is noticed within half a minute, and treated as missed', async () => {
    const w = world();
    w.scheduler.sync('w', [trigger({ every: '1m', missed: 'last' })]);
    w.scheduler.open();
    await w.scheduler.idle();
    // Sleep: the clock is an hour further, and no timer fired on the way.
    w.clock.advance(3_600_000);
    await w.scheduler.idle();
    await w.pass(30_000, 1000);
    expect(w.due()).toEqual(['13:00:00']);
  });

  test('ten thousand schedules due at once all start, each once', async () => {
    const w = world();
    const names = Array.from({ length: 10_000 }, (_, i) => `w${i}`);
    w.scheduler.syncAll(new Map(names.map((name) => [name, [trigger({ cron: '0 13 * * *' })]])));
    w.scheduler.open();
    await w.pass(3_600_000, 30_000);
    expect(w.starts).toHaveLength(10_000);
    expect(new Set(w.starts.map((start) => start.key)).size).toBe(10_000);
    expect(w.scheduler.list('w77')[0]!.last_run).toMatch(/^run_schedule:/);
  });

  test('ten thousand schedules have one timer between them', () => {
    const w = world();
    let pending = 0;
    const at = w.clock.at.bind(w.clock);
    w.clock.at = (when, fire) => {
      pending += 1;
      const cancel = at(when, () => {
        pending -= 1;
        fire();
      });
      return () => {
        pending -= 1;
        cancel();
      };
    };
    w.scheduler.syncAll(
      new Map(
        Array.from({ length: 10_000 }, (_, i) => [`w${i}`, [trigger({ cron: '0 13 * * *' })]]),
      ),
    );
    w.scheduler.open();
    return w.scheduler.idle().then(() => expect(pending).toBe(1));
  });

  test('jitter moves a firing within its bounds, and the history keeps the time it was due', async () => {
    const w = world();
    const { id } = w.scheduler.add({
      workflow: 'w',
      cron: '0 * * * *',
      timezone: 'UTC',
      jitter: '10m',
    });
    w.scheduler.open();
    await w.pass(3_600_000, 1000);
    expect(w.due()).toEqual([]);
    await w.pass(600_000, 1000);
    expect(w.due()).toEqual(['13:00:00']);
    const [firing] = w.scheduler.history(id, 10);
    expect(firing!.due_at).toBe(iso(3_600_000));
    expect(Date.parse(firing!.fired_at)).toBeGreaterThan(START + 3_600_000);
  });
});

describe('missed while nothing ran', () => {
  const outage = async (missed: string, maxMissed = 100) => {
    const w = world();
    w.scheduler.sync('w', [trigger({ every: '10m', missed, max_missed: maxMissed })]);
    const { id } = w.scheduler.list()[0]!;
    w.clock.advance(65 * 60_000);
    w.reopen().open();
    await w.scheduler.idle();
    const outcomes = w.scheduler
      .history(id, 50)
      .map((f) => `${f.due_at.slice(11, 16)} ${f.outcome}`);
    return { due: w.due().map((at) => at.slice(0, 5)), outcomes, w, id };
  };

  test('none starts nothing, and says so in the history', async () => {
    const { due, outcomes, w, id } = await outage('none');
    expect(due).toEqual([]);
    expect(outcomes).toEqual(['12:10 missed']);
    expect(w.scheduler.history(id, 1)[0]!.reason).toContain('not running');
  });

  test('last starts the last', async () => {
    const { due, outcomes } = await outage('last');
    expect(due).toEqual(['13:00']);
    expect(outcomes).toEqual(['13:00 started', '12:10 missed']);
  });

  test('all starts each, in order, and no more than max_missed', async () => {
    expect((await outage('all')).due).toEqual([
      '12:10',
      '12:20',
      '12:30',
      '12:40',
      '12:50',
      '13:00',
    ]);
    const bounded = await outage('all', 2);
    expect(bounded.due).toEqual(['12:50', '13:00']);
    expect(bounded.outcomes).toEqual(['13:00 started', '12:50 started', '12:10 missed']);
  });

  test('afterwards the beat goes on as before', async () => {
    // Catches an interval that is counted from the restart.
    const { w } = await outage('last');
    await w.pass(10 * 60_000, 60_000);
    expect(w.due().at(-1)).toBe('13:10:00');
  });
});

describe('outcomes', () => {
  const once = async (of: World['answer']['of']) => {
    const w = world();
    const { id } = w.scheduler.add({ workflow: 'w', at: iso(60_000), timezone: 'UTC' });
    w.answer.of = of;
    w.scheduler.open();
    await w.pass(120_000, 1000);
    return { w, id, firing: w.scheduler.history(id, 10)[0] };
  };

  test('skipped by the workflow’s concurrency', async () => {
    const { firing } = await once(() => ({ skipped: true }));
    expect(firing).toMatchObject({ outcome: 'skipped', due_at: iso(60_000) });
  });

  test('refused because the workflow cannot be started as it is', async () => {
    const { firing } = await once(() => {
      throw new NexusError({ code: 'workflow.invalid', message: 'The file has two problems.' });
    });
    expect(firing).toMatchObject({ outcome: 'refused', reason: 'The file has two problems.' });
  });

  test('a passing trouble of the platform is tried again until it is over', async () => {
    let tries = 0;
    const { w, id, firing } = await once(() => {
      tries += 1;
      if (tries > 2) return { run: 'run_1', skipped: false };
      throw new NexusError({ code: 'database.full', message: 'Full.', kind: 'operational' });
    });
    expect(firing).toBeUndefined();
    await w.pass(180_000, 1000);
    expect(w.scheduler.history(id, 10)).toMatchObject([{ outcome: 'started', run: 'run_1' }]);
    expect(tries).toBe(3);
  });

  test('history is bounded', async () => {
    const w = world();
    const { id } = w.scheduler.add({ workflow: 'w', every: '1s', timezone: 'UTC' });
    w.scheduler.open();
    await w.pass(600_000, 1000);
    expect(w.starts).toHaveLength(600);
    const { n } = w.db.prepare('SELECT count(*) AS n FROM firings').get() as { n: number };
    expect(n).toBe(500);
    expect(w.scheduler.history(id, 500)[0]!.due_at).toBe(iso(600_000));
  });
});

describe('what the file says', () => {
  test('an unchanged trigger keeps its id, its pause and its beat through every sync', async () => {
    const w = world();
    const both = [trigger({ every: '10m' }), trigger({ cron: '@daily' })];
    w.scheduler.sync('w', both);
    const before = w.scheduler.list('w');
    w.scheduler.pause(before[1]!.id);
    await w.pass(60_000);
    w.scheduler.sync('w', [both[1]!, both[0]!]);
    const after = w.scheduler.list('w');
    expect(after.map(({ id }) => id)).toEqual([before[1]!.id, before[0]!.id]);
    expect(after[0]!.paused).toBe(true);
    expect(after[1]!.next).toEqual(before[0]!.next);
  });

  test('an edited rule keeps id and pause, so that an edit does not resume what was paused', () => {
    const w = world();
    w.scheduler.sync('w', [trigger({ cron: '0 9 * * *' })]);
    const { id } = w.scheduler.list('w')[0]!;
    w.scheduler.pause(id);
    w.scheduler.sync('w', [trigger({ cron: '0 10 * * *' })]);
    expect(w.scheduler.get(id)).toMatchObject({ expression: '0 10 * * *', paused: true, next: [] });
    expect(w.scheduler.resume(id).next[0]).toBe('2026-03-03T10:00:00.000Z');
  });

  test('an unchanged sync writes nothing', () => {
    const w = world();
    const triggers = [trigger({ every: '10m', inputs: { a: 1 } }), trigger({ cron: '@daily' })];
    w.scheduler.sync('w', triggers);
    const writes = () => (w.db.prepare('SELECT total_changes() AS n').get() as { n: number }).n;
    const before = writes();
    w.scheduler.sync('w', triggers);
    w.scheduler.syncAll(new Map([['w', triggers]]));
    expect(writes()).toBe(before);
  });

  test('a removed trigger goes, an added schedule of the same workflow stays', () => {
    const w = world();
    w.scheduler.sync('w', [trigger({ cron: '@daily' })]);
    const { id } = w.scheduler.add({ workflow: 'w', every: '1h' });
    w.scheduler.sync('w', []);
    expect(w.scheduler.list().map((s) => s.id)).toEqual([id]);
    w.scheduler.syncAll(new Map());
    expect(w.scheduler.list()).toHaveLength(1);
  });

  test('a rule that cannot be is left out, and the others stand', () => {
    // The schema does not know the calendar; start-up must survive what a validator let through.
    const w = world();
    w.scheduler.sync('w', [
      trigger({ at: '2026-02-30T10:00' }),
      trigger({ every: '1ms' }),
      trigger({ cron: '@daily', timezone: 'Mars/Olympus' }),
      trigger({ cron: '@daily' }),
    ]);
    expect(w.scheduler.list().map((s) => s.expression)).toEqual(['@daily']);
  });

  test('enabled: false shows as paused and can only be changed in the file', () => {
    const w = world();
    w.scheduler.sync('w', [trigger({ cron: '@daily', enabled: false })]);
    const [schedule] = w.scheduler.list();
    expect(schedule).toMatchObject({ paused: true, next: [] });
    expect(() => w.scheduler.resume(schedule!.id)).toThrow(
      expect.objectContaining({ code: 'schedule.disabled_in_file' }),
    );
    w.scheduler.sync('w', [trigger({ cron: '@daily' })]);
    expect(w.scheduler.get(schedule!.id).next).toHaveLength(10);
  });
});

describe('by hand', () => {
  test('a schedule reads as the contract says', () => {
    const w = world();
    const added = w.scheduler.add({
      workflow: 'w',
      cron: '0 9 * * MON-FRI',
      timezone: 'Europe/Berlin',
      jitter: '5m',
      missed: 'none',
      inputs: { full: true },
    });
    expect(scheduleSchema.parse(added)).toEqual(added);
    expect(added).toMatchObject({
      origin: 'added',
      expression: '0 9 * * MON-FRI',
      words: 'At 09:00, Monday to Friday',
      timezone: 'Europe/Berlin',
      jitter: '5m',
      missed: 'none',
      paused: false,
      inputs: { full: true },
    });
    expect(added.next).toHaveLength(10);
    expect(added.next[0]).toBe('2026-03-03T08:00:00.000Z');
    expect(w.scheduler.nextOf('w')).toBe(Date.parse('2026-03-03T08:00:00.000Z'));
    expect(w.scheduler.earliest()).toMatchObject({ workflow: 'w' });
    w.scheduler.pause(added.id);
    expect([w.scheduler.nextOf('w'), w.scheduler.earliest()]).toEqual([undefined, undefined]);
  });

  test('what cannot fire is refused', () => {
    const { scheduler } = world();
    const code = (name: string) => expect.objectContaining({ code: `schedule.${name}` });
    expect(() => scheduler.add({ workflow: 'w', at: '2020-01-01' })).toThrow(code('past'));
    expect(() => scheduler.add({ workflow: 'w', cron: '0 0 30 2 *' })).toThrow(code('never'));
    expect(() => scheduler.add({ workflow: 'w' })).toThrow(code('spec_invalid'));
    expect(() => scheduler.add({ workflow: 'nowhere', cron: '@daily' })).toThrow(
      expect.objectContaining({ code: 'workflow.not_found' }),
    );
    expect(() => scheduler.pause('sch_nothing')).toThrow(code('unknown'));
    expect(scheduler.list()).toEqual([]);
  });

  test('what the file says is not removed by hand', () => {
    const { scheduler } = world();
    scheduler.sync('w', [trigger({ cron: '@daily' })]);
    const { id } = scheduler.list()[0]!;
    expect(() => scheduler.remove(id)).toThrow(
      expect.objectContaining({ code: 'schedule.in_file' }),
    );
    const added = scheduler.add({ workflow: 'w', every: '1h' });
    expect(scheduler.remove(added.id)).toBe(true);
    expect(scheduler.list()).toHaveLength(1);
  });

  test('what fell due during a pause is not made up for', async () => {
    const w = world();
    const { id } = w.scheduler.add({ workflow: 'w', every: '10m', missed: 'all', timezone: 'UTC' });
    w.scheduler.open();
    w.scheduler.pause(id);
    await w.pass(65 * 60_000, 60_000);
    expect(w.starts).toEqual([]);
    w.scheduler.resume(id);
    await w.pass(10 * 60_000, 60_000);
    expect(w.due()).toEqual(['13:10:00']);
  });

  test('a preview counts from now, or from where it is told', () => {
    const { scheduler } = world();
    const preview = (spec: object) =>
      scheduler.next({ cron: '0 9 * * *', timezone: 'UTC', count: 1, ...spec }).next;
    expect(preview({})).toEqual(['2026-03-03T09:00:00+00:00']);
    expect(preview({ from: '2026-06-01T09:00:00Z' })).toEqual(['2026-06-02T09:00:00+00:00']);
  });

  test('a watcher that was busy gets the sum of the changes, not a queue', async () => {
    const { scheduler } = world();
    const abort = new AbortController();
    const changes = scheduler.watch(abort.signal)[Symbol.asyncIterator]();
    const { id } = scheduler.add({ workflow: 'w', every: '1h' });
    scheduler.pause(id);
    scheduler.resume(id);
    expect((await changes.next()).value).toEqual({ changed: [id] });
    const waiting = changes.next();
    abort.abort();
    expect((await waiting).done).toBe(true);
  });
});
