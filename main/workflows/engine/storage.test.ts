import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { migrate, openDatabase } from '#main/base/database.ts';
import { Lease } from './lease.ts';
import { engineMigrations } from './schema.ts';
import { instantKind, Lab, manual } from './testing.ts';

let lab: Lab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const chatter = instantKind('chatter', 'once', (input, context) => {
  for (let n = 0; n < Number(input['lines']); n += 1)
    void context.log('stdout', `line ${n} of the log\n`);
  return null;
});

test('a log of 100,000 lines is some hundred rows, streams in order, and resumes in its midst', async () => {
  lab = new Lab({ kinds: [chatter] });
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: chatter, with: { lines: 100000 } }, { id: b, uses: chatter, with: { lines: 3 } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  await engine.finished(run.id);
  let expected = 1;
  for await (const line of engine.log(run.id, { after: 0, follow: true })) {
    if (line.seq !== expected) throw new Error(`line ${line.seq} came for ${expected}`);
    expected += 1;
  }
  expect(expected).toBe(100_004);
  const db = lab.database();
  expect(
    (db.prepare('SELECT count(*) AS n FROM log_chunks').get() as { n: number }).n,
  ).toBeLessThan(300);
  db.close();
  const tail: number[] = [];
  for await (const line of engine.log(run.id, { after: 99_998, follow: false }))
    tail.push(line.seq);
  expect(tail).toEqual([99_999, 100_000, 100_001, 100_002, 100_003]);
  const ofB: string[] = [];
  for await (const line of engine.log(run.id, { step: 'b', after: 0, follow: false }))
    ofB.push(line.text);
  expect(ofB).toEqual(['line 0 of the log', 'line 1 of the log', 'line 2 of the log']);
});

test('text and characters that are cut anywhere come out as whole lines', async () => {
  const pieces = Buffer.from('eins\nzwei ü🙂\r\nohne Ende');
  const slow = instantKind('slow', 'once', (_, context) => {
    for (const byte of pieces) void context.log('stderr', Buffer.from([byte]));
    return null;
  });
  lab = new Lab({ kinds: [slow] });
  const engine = await lab.opened();
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: slow }] }');
  const { run } = await engine.start({ workflow, ...manual });
  await engine.finished(run.id);
  const texts: string[] = [];
  for await (const line of engine.log(run.id, { after: 0, follow: false })) texts.push(line.text);
  expect(texts).toEqual(['eins', 'zwei ü🙂', 'ohne Ende']);
});

test('deleting old runs takes rows, logs and files, keeps the newest, and gives the space back', async () => {
  const big = instantKind('big', 'idempotent', () => ({ text: 'x'.repeat(300_000) }));
  lab = new Lab({ kinds: [chatter, big] });
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: chatter, with: { lines: 3000 } }, { id: b, uses: big }] }',
  );
  const ids: string[] = [];
  for (let n = 0; n < 30; n += 1) {
    const { run } = await engine.start({ workflow, ...manual });
    await engine.finished(run.id);
    ids.push(run.id);
  }
  const db = lab.database();
  const pages = () => db.pragma('page_count', { simple: true }) as number;
  const before = pages();
  expect(await engine.retain({ days: 30, runs: 5 })).toEqual({ deleted: 25 });
  expect(engine.list({ limit: 100 }).items.map((run) => run.id)).toEqual(
    ids.slice(-5).toReversed(),
  );
  expect(pages()).toBeLessThan(before / 2);
  for (const table of ['steps', 'log_chunks', 'attempts'])
    expect(
      db.prepare(`SELECT count(*) AS n FROM ${table} WHERE run NOT IN (SELECT id FROM runs)`).get(),
    ).toEqual({ n: 0 });
  expect(existsSync(join(lab.home, 'outputs', ids[0]!))).toBe(false);
  expect(existsSync(join(lab.home, 'outputs', ids[29]!))).toBe(true);
  db.close();
});

test('a new database can give space back: incremental vacuum is on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-db-'));
  mkdirSync(folder, { recursive: true });
  const db = openDatabase(join(folder, 'nexus.db'));
  expect(db.pragma('auto_vacuum', { simple: true })).toBe(2);
  expect(db.pragma('synchronous', { simple: true })).toBe(2);
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  db.close();
  rmSync(folder, { recursive: true });
});

test('an owner is dead once its process is, and alive as long as it is not, whatever its number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-lease-'));
  const db = openDatabase(join(folder, 'nexus.db'));
  migrate(db, [engineMigrations]);
  const mine = new Lease(db, 'mine', Date.now);
  mine.register();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const other = db.prepare('UPDATE instances SET pid = ?, started = ? WHERE id = ?');
  new Lease(db, 'other', Date.now).register();
  expect(mine.dead()).toEqual([]);
  // The number is that of a living process, but not of the one that registered.
  other.run(child.pid, 'another boot:1', 'other');
  expect(mine.dead()).toEqual(['other']);
  child.kill('SIGKILL');
  await once(child, 'exit');
  other.run(child.pid, '', 'other');
  expect(mine.dead()).toEqual(['other']);
  db.close();
  rmSync(folder, { recursive: true });
});

test('waits that are shorter than a commit are not lost', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    `{ name: w, steps: [${Array.from({ length: 8 }, (_, n) => `{ id: w${n}, uses: wait, needs: [], with: { duration: ${n + 1}ms } }`).join(', ')}] }`,
  );
  const started = await Promise.all(
    Array.from({ length: 20 }, () => engine.start({ workflow, ...manual })),
  );
  for (const { run } of started) expect((await engine.finished(run.id)).status).toBe('succeeded');
});

test('a full disk acknowledges nothing, says so, keeps results, and goes on when there is space', async () => {
  lab = new Lab();
  const db = lab.database();
  const engine = lab.engine({}, db);
  await engine.open('all');
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: gate }] }');
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  // SQLite itself says SQLITE_FULL above this size.
  const pages = db.pragma('page_count', { simple: true }) as number;
  db.pragma(`max_page_count = ${pages}`);
  lab.gate.pass('x'.repeat(100_000));
  await expect(
    Promise.all(Array.from({ length: 50 }, () => engine.start({ workflow, ...manual }))),
  ).rejects.toMatchObject({ code: 'database.full' });
  expect(engine.state()).toMatchObject({ state: 'failed', problem: { code: 'database.full' } });
  await expect(engine.start({ workflow, ...manual })).rejects.toMatchObject({
    code: 'database.full',
  });
  expect(engine.get(run.id).steps[0]!.status).toBe('running');
  db.pragma('max_page_count = 1000000');
  expect((await engine.finished(run.id)).status).toBe('succeeded');
  expect(engine.state()).toEqual({ state: 'ready' });
  expect(engine.list({ limit: 100 }).items).toHaveLength(1);
});
