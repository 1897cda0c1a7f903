import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scheduleTrigger } from '#contract/workflow.ts';
import { systemClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import type { Database } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { createScheduler, schedulerMigrations } from './index.ts';

const CHILD = fileURLToPath(new URL('process.testing.ts', import.meta.url));
let folder: string;
let db: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-scheduler-'));
  db = openDatabase(join(folder, 'nexus.db'));
  migrate(db, [schedulerMigrations]);
});

afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

/** Writes schedules as a platform would, without firing them. */
function schedules(count: number, rule: object): void {
  const trigger = scheduleTrigger.parse({ timezone: 'UTC', missed: 'all', ...rule });
  createScheduler({
    db,
    clock: systemClock,
    log: silentLogger,
    start: () => Promise.reject(new Error('this process does not fire')),
  }).syncAll(new Map(Array.from({ length: count }, (_, i) => [`w${i}`, [trigger]])));
}

/** Runs a scheduling process to its end; answers with the signal that killed it, if one did. */
function child(starts: number, failpoint?: string): Promise<NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...(failpoint ? { NEXUS_FAILPOINT: failpoint } : {}) };
    const started = spawn(process.execPath, [CHILD, join(folder, 'nexus.db'), String(starts)], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    started.on('error', reject);
    started.on('exit', (code, signal) =>
      code ? reject(new Error(`The process ended with ${code}.`)) : resolve(signal),
    );
  });
}

const rows = (sql: string): Record<string, unknown>[] =>
  db.prepare(sql).all() as Record<string, unknown>[];

describe('two processes on one home', () => {
  test('never both fire one occurrence', async () => {
    schedules(100, { every: '1s' });
    const ends = await Promise.all([child(400), child(400)]);
    expect(ends).toEqual([null, null]);
    expect(rows('SELECT key FROM calls GROUP BY key HAVING count(*) > 1')).toEqual([]);
    const [{ calls }] = rows('SELECT count(*) AS calls FROM calls') as [{ calls: number }];
    expect(calls).toBeGreaterThanOrEqual(400);
    // Every claimed occurrence was started and written down.
    expect(rows("SELECT * FROM firings WHERE outcome <> 'started'")).toEqual([]);
    expect(rows('SELECT count(*) AS n FROM firings')).toEqual([{ n: calls }]);
  });
});

describe('a process that is killed', () => {
  test.each([
    ['between claiming and starting', 'scheduler.claimed:3', 2],
    ['between starting and writing that down', 'scheduler.started:3', 10],
  ])('%s: the next one starts what is left, and nothing twice', async (_, failpoint, before) => {
    schedules(10, { at: new Date(Date.now() + 300).toISOString() });
    expect(await child(10, failpoint)).toBe('SIGKILL');
    expect(rows('SELECT count(*) AS n FROM runs')).toEqual([{ n: before }]);
    expect(rows("SELECT count(*) AS n FROM firings WHERE outcome = 'claimed'")).toEqual([
      { n: 10 },
    ]);
    expect(await child(10)).toBeNull();
    expect(rows('SELECT count(*) AS n FROM runs')).toEqual([{ n: 10 }]);
    expect(rows('SELECT outcome, count(*) AS n FROM firings GROUP BY outcome')).toEqual([
      { outcome: 'started', n: 10 },
    ]);
  });

  test('while the clock goes on: no occurrence is lost and none fires twice', async () => {
    schedules(5, { every: '1s' });
    for (const failpoint of ['scheduler.claimed:4', 'scheduler.started:6', 'scheduler.claimed:1']) {
      expect(await child(1_000_000, failpoint)).toBe('SIGKILL');
    }
    const [{ n }] = rows('SELECT count(*) AS n FROM runs') as [{ n: number }];
    expect(await child(n + 10)).toBeNull();
    // Occurrences are a second apart, so the span from first to last tells how many there are.
    for (const { schedule, first, last, fired } of rows(
      "SELECT schedule, min(due_at) AS first, max(due_at) AS last, count(*) AS fired FROM firings WHERE outcome = 'started' GROUP BY schedule",
    ) as { schedule: string; first: number; last: number; fired: number }[]) {
      expect(`${schedule} ${fired}`).toBe(`${schedule} ${(last - first) / 1000 + 1}`);
    }
    expect(rows("SELECT * FROM firings WHERE outcome <> 'started'")).toEqual([]);
  });
});
