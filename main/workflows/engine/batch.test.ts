import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { NexusError } from '#main/base/errors.ts';
import { Batch, type Writer } from './batch.ts';

function setup(overrides: Partial<Writer<string>> = {}) {
  const db = new Sqlite(':memory:');
  db.exec('CREATE TABLE t (v TEXT)');
  const insert = db.prepare('INSERT INTO t VALUES (?)');
  const heard: string[] = [];
  const batch = new Batch<string>(db, {
    holdsLease: () => true,
    write: (item) => insert.run(item),
    writeRest: () => undefined,
    committed: (items) => heard.push(`committed ${items.join(' ')}`),
    rolledBack: () => heard.push('rolled back'),
    broken: (item) => heard.push(`broken ${item}`),
    fenced: () => heard.push('fenced'),
    failed: (problem) => heard.push(problem.code),
    recovered: () => heard.push('recovered'),
    ...overrides,
  });
  const rows = () => (db.prepare('SELECT v FROM t').all() as { v: string }[]).map((row) => row.v);
  return { db, batch, heard, rows, insert };
}

test('what comes in one turn shares one commit, and nobody hears before it holds', async () => {
  const { batch, heard, rows } = setup();
  batch.add('a');
  batch.add('b');
  const inside = batch.operation(() => rows().length);
  await batch.committed();
  expect(await inside).toBe(0);
  expect(rows()).toEqual(['a', 'b']);
  expect(batch.commits).toBe(1);
  expect(heard).toEqual(['committed a b']);
});

test('when the disk fails, who waits is told, what is to be written is kept and comes later', async () => {
  let broken = true;
  const { batch, heard, rows } = setup({
    writeRest: () => {
      if (broken) throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
    },
  });
  batch.add('result');
  const start = batch.operation(() => 'started');
  const waiter = batch.committed();
  await expect(start).rejects.toMatchObject({ code: 'database.full' });
  await expect(waiter).rejects.toMatchObject({ code: 'database.full' });
  expect(rows()).toEqual([]);
  broken = false;
  batch.flush();
  expect(rows()).toEqual(['result']);
  expect(heard).toEqual(['rolled back', 'database.full', 'recovered', 'committed result']);
});

test('a defective operation fails alone; the others of its turn are committed', async () => {
  const { batch, insert, rows } = setup();
  const bad = batch.operation(() => {
    insert.run('half');
    throw new TypeError('a defect');
  });
  const good = batch.operation(() => insert.run('good').changes);
  await expect(bad).rejects.toMatchObject({ code: 'internal' });
  expect(await good).toBe(1);
  expect(rows()).toEqual(['good']);
});

test('an item that cannot be written is left out, so that one defect does not stop everything', async () => {
  const { db, batch, heard, rows } = setup();
  db.exec(
    "CREATE TRIGGER no BEFORE INSERT ON t WHEN new.v = 'bad' BEGIN SELECT raise(ABORT, 'no'); END",
  );
  for (const item of ['a', 'bad', 'c']) batch.add(item);
  await batch.committed();
  expect(rows().toSorted()).toEqual(['a', 'c']);
  expect(heard).toContain('broken bad');
});

test('a lost lease ends everything: nothing is written, everybody is refused', async () => {
  const { batch, heard, rows } = setup({ holdsLease: () => false });
  batch.add('a');
  await expect(batch.committed()).rejects.toMatchObject({ code: 'engine.fenced' });
  await expect(batch.operation(() => 1)).rejects.toSatisfy(
    (error) => (error as NexusError).code === 'engine.fenced',
  );
  expect(rows()).toEqual([]);
  expect(heard).toEqual(['rolled back', 'fenced']);
});
