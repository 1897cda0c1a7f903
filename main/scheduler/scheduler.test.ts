import { describe, expect, test } from 'vitest';
import { schedule as scheduleSchema } from '#contract/schedules.ts';
import { NexusError } from '#main/base/errors.ts';
import { iso, START, trigger, type World, world } from './scheduler.testing.ts';

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
