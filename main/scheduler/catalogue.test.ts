import { describe, expect, test } from 'vitest';
import { trigger, world } from './scheduler.testing.ts';

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
