import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import { HEARTBEAT_MS, Lease, LEASE_TTL_MS } from './lease.ts';
import { engineMigrations } from './schema.ts';

let home: string;
let db: Database;
let now = 1_700_000_000_000;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nexus-lease-'));
  db = openDatabase(join(home, 'nexus.db'));
  migrate(db, [engineMigrations]);
});
afterEach(() => {
  db.close();
  rmSync(home, { recursive: true, force: true });
});

const lease = (id: string) => {
  const one = new Lease(db, id, () => now);
  one.register();
  return one;
};
const row = (id: string) =>
  db.prepare('SELECT pid, started, heartbeat_at, state FROM instances WHERE id = ?').get(id) as {
    pid: number;
    started: string;
    heartbeat_at: number;
    state: string;
  };

test('a live process is not dead, one that has not written for the time of its lease is', () => {
  const a = lease('a');
  lease('b');
  expect(a.dead()).toEqual([]);
  now += LEASE_TTL_MS;
  expect(a.dead()).toEqual([]);
  now += 1;
  expect(a.dead()).toEqual(['b']);
});

test('a heartbeat is written with a transaction once it is due, and not with every one', () => {
  const a = lease('a');
  const first = row('a').heartbeat_at;
  now += HEARTBEAT_MS - 1;
  expect(a.held()).toBe(true);
  expect(row('a').heartbeat_at).toBe(first);
  expect(a.stale).toBe(true);
  now += 1;
  expect(a.held()).toBe(true);
  expect(row('a').heartbeat_at).toBe(now);
  expect(a.stale).toBe(false);
});

test('a clock that was set back does not stop the heartbeat', () => {
  const a = lease('a');
  now -= 3_600_000;
  expect(a.held()).toBe(true);
  expect(row('a').heartbeat_at).toBe(now);
});

test('who was taken for dead finds out before writing, and its runs have another owner', () => {
  const a = lease('a');
  const b = lease('b');
  now += LEASE_TTL_MS + 1;
  b.held();
  expect(b.takeOver()).toBe(false);
  expect(a.held()).toBe(false);
  expect(row('a').state).toBe('dead');
  expect(b.held()).toBe(true);
});

test('a process that was killed is dead at once, while one that lives keeps its lease', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const a = lease('a');
  lease('b');
  const { readFileSync } = await import('node:fs');
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  db.prepare('UPDATE instances SET pid = ?, started = ? WHERE id = ?').run(
    child.pid,
    `${boot}:${ticks}`,
    'b',
  );
  expect(a.dead()).toEqual([]);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  expect(a.dead()).toEqual(['b']);
});

test('a number that another process has got since does not keep a dead owner alive', () => {
  const a = lease('a');
  lease('b');
  db.prepare("UPDATE instances SET started = 'another:1' WHERE id = 'b'").run();
  expect(a.dead()).toEqual(['b']);
});

test('a process of another host is only dead by its lease', () => {
  const a = lease('a');
  lease('b');
  db.prepare(
    "UPDATE instances SET host = 'elsewhere', pid = 999999999, started = 'x' WHERE id = 'b'",
  ).run();
  expect(a.dead()).toEqual([]);
  expect(a.buryIfDead('b')).toBe(false);
  now += LEASE_TTL_MS + 1;
  expect(a.buryIfDead('b')).toBe(true);
});

test('a process that closes gives up its row, and rows of long ago go', () => {
  const old = lease('old');
  old.release();
  now += 8 * 86_400_000;
  const a = lease('a');
  a.release();
  expect(db.prepare('SELECT id, state FROM instances').all()).toEqual([
    { id: 'a', state: 'closed' },
  ]);
});
