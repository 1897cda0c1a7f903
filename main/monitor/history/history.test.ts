import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { ManualClock } from '#main/base/clock.ts';
import { monitorMigrations } from '../migrations.ts';
import { sweep } from '../housekeeping.ts';
import { decodeBucket } from './blob.ts';
import { History } from './history.ts';
import { keyOf } from './levels.ts';

const DAY = 86_400;
/** A quarter of an hour that begins a day. */
const T0 = 1_763_683_200;

let db: Database;
let history: History;
const open = (file = ':memory:') => {
  const opened = openDatabase(file);
  migrate(opened, [monitorMigrations]);
  return opened;
};
beforeEach(() => {
  db = open();
  history = new History(db);
});

const put = (host: number, second: number, values: Record<string, number>, now = second) =>
  history.write([{ host, second, values }], now);
const rollAll = (host: number, now: number, into = history) => {
  while (into.rollUp(host, now));
};
const rows = (table: string, from = db) =>
  (
    from.prepare(`SELECT key, data FROM ${table} ORDER BY key`).all() as {
      key: number;
      data: Buffer;
    }[]
  ).map(({ key, data }) => [key, data.toString('hex')]);
const ask = (from: number, to: number, points: number, more: object = {}) =>
  history.query({
    host: 1,
    metrics: ['a'],
    from,
    to,
    points,
    nowSecond: to,
    interval: 10,
    ...more,
  });

describe('rolling up', () => {
  test('a bucket holds the least, the mean and the most of its samples', () => {
    for (const [second, a] of [
      [0, 1],
      [10, 3],
      [20, 8],
      [60, 50],
    ] as const)
      put(1, T0 + second, { a });
    rollAll(1, T0 + 200);
    const minute = db.prepare('SELECT data FROM monitor_1m WHERE key = ?').get(keyOf(1, T0)) as {
      data: Buffer;
    };
    expect([...decodeBucket(minute.data).values()]).toEqual([{ count: 3, min: 1, avg: 4, max: 8 }]);
    // The quarter of an hour is not over.
    expect(rows('monitor_15m')).toEqual([]);
  });

  test('waits for samples that are still to be written', () => {
    put(1, T0 + 5, { a: 1 });
    rollAll(1, T0 + 61);
    expect(rows('monitor_1m')).toEqual([]);
    rollAll(1, T0 + 70);
    expect(rows('monitor_1m')).toHaveLength(1);
  });

  const samples = fc.uniqueArray(
    fc.record({
      second: fc.integer({ min: 0, max: 7200 }),
      a: fc.integer({ min: 0, max: 1000 }),
      b: fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }),
    }),
    { selector: ({ second }) => second, maxLength: 80 },
  );

  test('in parts gives what rolling up the whole gives', () => {
    fc.assert(
      fc.property(
        samples,
        fc.array(fc.integer({ min: 0, max: 7300 }), { maxLength: 12 }),
        (list, stops) => {
          const [one, two] = [open(), open()];
          const [parts, whole] = [new History(one), new History(two)];
          const sorted = list.toSorted((x, y) => x.second - y.second);
          const kept = sorted.map(({ second, a, b }) => ({
            host: 1,
            second: T0 + second,
            values: { a, ...(b === undefined ? {} : { b }) },
          }));
          let done = 0;
          for (const stop of stops.toSorted((x, y) => x - y)) {
            const until = sorted.findIndex(({ second }) => second > stop);
            const end = until < 0 ? sorted.length : until;
            parts.write(kept.slice(done, end), T0 + stop);
            done = Math.max(done, end);
            rollAll(1, T0 + stop, parts);
          }
          parts.write(kept.slice(done), T0 + 7200);
          whole.write(kept, T0 + 7200);
          for (const each of [parts, whole]) rollAll(1, T0 + 9000, each);
          for (const table of ['monitor_1m', 'monitor_15m'])
            expect(rows(table, one)).toEqual(rows(table, two));
          one.close();
          two.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  test('again changes nothing', () => {
    for (let second = 0; second < 4000; second += 7) put(1, T0 + second, { a: second % 90 });
    rollAll(1, T0 + 4100);
    const before = ['monitor_1m', 'monitor_15m'].map((table) => rows(table));
    db.exec('DELETE FROM monitor_rolled');
    rollAll(1, T0 + 4100);
    expect(['monitor_1m', 'monitor_15m'].map((table) => rows(table))).toEqual(before);
  });

  // Bug caught: after the clock was set back, samples of that hour are in no chart older than a day.
  test('a late sample is rolled up too', () => {
    put(1, T0, { a: 1 });
    put(1, T0 + 4000, { a: 9 });
    rollAll(1, T0 + 4000);
    put(1, T0 + 30, { a: 3 }, T0 + 4000);
    rollAll(1, T0 + 4100);
    const minute = db.prepare('SELECT data FROM monitor_1m WHERE key = ?').get(keyOf(1, T0)) as {
      data: Buffer;
    };
    expect([...decodeBucket(minute.data).values()]).toEqual([{ count: 2, min: 1, avg: 2, max: 3 }]);
  });

  test('skips a silence of months at once', () => {
    put(1, T0, { a: 1 });
    rollAll(1, T0 + 100);
    put(1, T0 + 90 * DAY, { a: 2 });
    expect(history.rollUp(1, T0 + 90 * DAY + 1000)).toBe(true);
    expect(history.rollUp(1, T0 + 90 * DAY + 1000)).toBe(false);
    expect(rows('monitor_1m')).toHaveLength(2);
  });

  test('hosts do not mix', () => {
    put(1, T0, { a: 1 });
    put(2, T0, { a: 100 });
    rollAll(1, T0 + 1000);
    rollAll(2, T0 + 1000);
    expect(ask(T0, T0 + 1000, 2).series[0]?.max).toEqual([1]);
    expect(ask(T0, T0 + 1000, 2, { host: 2 }).series[0]?.max).toEqual([100]);
  });
});

describe('a death in the middle', () => {
  const child = fileURLToPath(new URL('./roll.testing.ts', import.meta.url));
  const start = (file: string, failpoint?: string) =>
    new Promise<number | null>((resolve) => {
      const process_ = spawn(process.execPath, [child, file], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, ...(failpoint ? { NEXUS_FAILPOINT: failpoint } : {}) },
      });
      process_.once('close', resolve);
    });

  // Bug caught: buckets without the mark of how far they go, or the mark without the buckets.
  test('of the roll-up leaves what one without it leaves', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nexus-monitor-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const [calm, killed] = [join(folder, 'calm.db'), join(folder, 'killed.db')];
    expect(await start(calm)).toBe(0);
    for (const passage of [1, 2, 3, 1])
      expect(await start(killed, `monitor.rolled:${passage}`)).toBeNull();
    expect(await start(killed)).toBe(0);
    const [one, two] = [openDatabase(calm), openDatabase(killed)];
    for (const table of ['monitor_raw', 'monitor_1m', 'monitor_15m'])
      expect(rows(table, two)).toEqual(rows(table, one));
    expect(rows('monitor_15m', one).length).toBeGreaterThan(3);
    one.close();
    two.close();
  });
});

describe('reading', () => {
  const fill = (from: number, to: number, step = 10, value = (second: number) => second % 100) => {
    const samples = [];
    for (let second = from; second < to; second += step)
      samples.push({ host: 1, second: T0 + second, values: { a: value(second) } });
    history.write(samples, T0 + to);
  };

  test('each sample stands for itself where there is room', () => {
    fill(0, 60);
    const answer = ask(T0, T0 + 60, 100);
    expect(answer).toMatchObject({ level: 'raw', step: 1 });
    expect(answer.times).toEqual([0, 10, 20, 30, 40, 50].map((second) => T0 + second));
    expect(answer.series[0]?.avg).toEqual([0, 10, 20, 30, 40, 50]);
  });

  // Bug caught: a line is drawn through the hours in which the host was down.
  test('a gap is a step without values, also for two lost samples', () => {
    fill(0, 30);
    fill(60, 90);
    const answer = ask(T0, T0 + 90, 100);
    expect(answer.series[0]?.avg).toEqual([0, 10, 20, null, 60, 70, 80]);
    expect(answer.times[3]).toBe(T0 + 21);
  });

  test('one lost sample is none', () => {
    fill(0, 30);
    fill(40, 60);
    expect(ask(T0, T0 + 60, 100).series[0]?.avg).toEqual([0, 10, 20, 40, 50]);
  });

  test('another interval than now is no reason for gaps', () => {
    fill(0, 3600, 300);
    expect(ask(T0, T0 + 3600, 100).series[0]?.avg).not.toContain(null);
  });

  test('a long span takes the coarser level, and its end is as fresh as raw', () => {
    fill(0, DAY);
    rollAll(1, T0 + DAY);
    put(1, T0 + DAY + 20, { a: 777 });
    const answer = ask(T0 + 60, T0 + DAY + 60, 300);
    expect(answer.level).toBe('1m');
    expect(answer.times.length).toBeLessThanOrEqual(301);
    expect(answer.series[0]?.max.at(-1)).toBe(777);
    expect(answer.series[0]?.min[0]).toBe(0);
  });

  test('what raw rows no longer hold comes from minutes, however closely it is looked at', () => {
    fill(0, 7200);
    rollAll(1, T0 + 7200);
    const answer = ask(T0, T0 + 600, 600, { nowSecond: T0 + 3 * DAY });
    expect(answer).toMatchObject({ level: '1m', step: 60 });
    expect(answer.times).toHaveLength(10);
  });

  test('what is older than all levels is empty', () => {
    expect(ask(T0, T0 + 600, 10, { nowSecond: T0 + 5000 * DAY }).times).toEqual([]);
    expect(ask(T0, T0 + 600, 10, { metrics: ['never'] })).toMatchObject({
      times: [],
      series: [{ metric: 'never', avg: [] }],
    });
  });

  test('a metric that began later is absent before, not zero', () => {
    put(1, T0, { a: 1 });
    put(1, T0 + 10, { a: 2, b: 5 });
    const { series } = ask(T0, T0 + 20, 100, { metrics: ['a', 'b'] });
    expect(series[1]?.avg).toEqual([null, 5]);
  });

  test('the least, mean and most of any span are those of its samples', () => {
    fill(0, 10_800, 10, (second) => (second * 7919) % 1000);
    rollAll(1, T0 + 10_800);
    for (const points of [3, 12, 180, 1080]) {
      const answer = ask(T0, T0 + 10_800, points);
      answer.times.forEach((time, i) => {
        const inside = [];
        for (let second = 0; second < 10_800; second += 10)
          if (T0 + second >= time && T0 + second < time + answer.step)
            inside.push((second * 7919) % 1000);
        expect(answer.series[0]?.min[i]).toBe(Math.min(...inside));
        expect(answer.series[0]?.max[i]).toBe(Math.max(...inside));
        expect(answer.series[0]?.avg[i]).toBeCloseTo(
          inside.reduce((sum, one) => sum + one, 0) / inside.length,
          1,
        );
      });
    }
  });
});

describe('keeping house', () => {
  const count = (table: string) =>
    (db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
  const clean = (now: number) => {
    rollAll(1, now);
    while (history.retain(1, now, 500));
  };

  test('raw rows go after a day, minutes after a month, quarters after a year', () => {
    put(1, T0, { a: 1 });
    clean(T0 + DAY - 10);
    expect([count('monitor_raw'), count('monitor_1m'), count('monitor_15m')]).toEqual([1, 1, 1]);
    put(1, T0 + 2 * DAY, { a: 1 });
    clean(T0 + 2 * DAY);
    expect([count('monitor_raw'), count('monitor_1m'), count('monitor_15m')]).toEqual([1, 1, 1]);
    clean(T0 + 32 * DAY);
    expect([count('monitor_1m'), count('monitor_15m')]).toEqual([1, 2]);
    clean(T0 + 367 * DAY);
    expect([count('monitor_raw'), count('monitor_1m'), count('monitor_15m')]).toEqual([0, 0, 1]);
  });

  // Bug caught: after a long stop the sweep deletes raw rows that nobody has rolled up yet.
  test('a raw row stays until it is rolled up', () => {
    put(1, T0, { a: 1 });
    while (history.retain(1, T0 + 3 * DAY));
    expect(count('monitor_raw')).toBe(1);
    clean(T0 + 3 * DAY);
    expect([count('monitor_raw'), count('monitor_15m')]).toEqual([0, 1]);
  });

  test('a sample from before what is kept is not taken at all', () => {
    put(1, T0, { a: 1 }, T0 + 2 * DAY);
    expect(count('monitor_raw')).toBe(0);
  });

  test('space is given back to the disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nexus-monitor-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'x.db');
    db = open(file);
    history = new History(db);
    const values = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`m.${i}`, i * 1.1]));
    const samples = Array.from({ length: 4000 }, (_, i) => ({ host: 1, second: T0 + i, values }));
    history.write(samples, T0 + 4000);
    db.pragma('wal_checkpoint(TRUNCATE)');
    const full = statSync(file).size;
    const clock = new ManualClock((T0 + 400 * DAY) * 1000);
    const house = { db, clock, log: silentLogger, history, hosts: () => [1] };
    await sweep(house, true, () => true);
    db.pragma('wal_checkpoint(TRUNCATE)');
    expect(count('monitor_raw')).toBe(0);
    expect(statSync(file).size).toBeLessThan(full / 4);
    db.close();
  });

  test('a host that is gone leaves nothing', () => {
    put(1, T0, { a: 1 });
    put(2, T0, { a: 1 });
    clean(T0 + 1000);
    history.remove(1);
    expect(history.metrics(1)).toEqual([]);
    expect(history.metrics(2)).toEqual(['a']);
    expect([count('monitor_raw'), count('monitor_1m'), count('monitor_rolled')]).toEqual([1, 0, 0]);
  });
});

describe('metrics', () => {
  // Bug caught: a host that invents a name with every sample fills the database.
  test('of one host are at most a thousand; what is beyond is left out', () => {
    for (let i = 0; i < 1200; i += 100) {
      const names = Array.from({ length: 100 }, (_, j) => [`net.sent:v${i + j}`, 1]);
      put(1, T0 + i, Object.fromEntries(names));
    }
    expect(history.metrics(1)).toHaveLength(1000);
    put(1, T0 + 2000, { 'net.sent:v5': 9, 'net.sent:v1199': 9 });
    expect(history.newest(1, T0)).toEqual({ second: T0 + 2000, values: { 'net.sent:v5': 9 } });
  });

  test('that nobody has seen for longer than anything is kept are forgotten, and their number is free', () => {
    put(1, T0, { old: 1, kept: 1 });
    put(1, T0 + 368 * DAY, { kept: 2 });
    history.retain(1, T0 + 368 * DAY);
    expect(history.metrics(1)).toEqual(['kept']);
    put(1, T0 + 368 * DAY + 10, { new: 5, kept: 3 });
    expect(history.newest(1, T0)?.values).toEqual({ kept: 3, new: 5 });
  });

  // Bug caught: a write that failed leaves numbers in memory that no row has.
  test('survive a write that failed', () => {
    db.exec(
      "CREATE TRIGGER no BEFORE INSERT ON monitor_raw BEGIN SELECT raise(ABORT, 'full'); END",
    );
    expect(() => put(1, T0, { a: 1 })).toThrow('full');
    db.exec('DROP TRIGGER no');
    put(1, T0 + 1, { b: 2, a: 1 });
    expect(new History(db).newest(1, T0)?.values).toEqual({ a: 1, b: 2 });
  });

  test('read again in a new process are the same', () => {
    put(1, T0, { a: 1, b: 2 });
    history = new History(db);
    put(1, T0 + 10, { b: 4 });
    expect(ask(T0, T0 + 20, 100, { metrics: ['b'] }).series[0]?.avg).toEqual([2, 4]);
    expect(history.newest(9, 0)).toBeUndefined();
  });
});
