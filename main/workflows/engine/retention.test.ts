import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { instantKind, Lab, manual } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

test('retention deletes by count and age with rows, logs and files, keeps what is active, and gives pages back', async () => {
  const clock = new ManualClock(1_700_000_000_000);
  const big = instantKind('big', 'idempotent', (_, context) => {
    void context.log('stdout', `${'y'.repeat(20_000)}\n`);
    return 'x'.repeat(300_000);
  });
  lab = new Lab({ clock, kinds: [big] });
  const db = lab.database();
  const engine = lab.engine({}, db);
  await engine.open('all');
  const ask = lab.workflow(
    '{ name: ask, steps: [{ id: a, uses: approval, with: { title: Sure } }] }',
  );
  const active = await engine.start({ workflow: ask, ...manual });
  const workflow = lab.workflow(`
name: w
inputs: { pad: { type: string } }
steps: [{ id: a, uses: big }]
`);
  const ids: string[] = [];
  for (let i = 0; i < 12; i += 1) {
    const { run } = await engine.start({
      workflow,
      trigger: manual.trigger,
      inputs: { pad: 'p'.repeat(100_000) },
      dedupeKey: `k${i}`,
    });
    await engine.finished(run.id);
    ids.push(run.id);
    clock.advance(1000);
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  const size = statSync(join(lab.home, 'nexus.db')).size;
  expect(await engine.retain({ days: 30, runs: 4 })).toEqual({ deleted: 8 });
  const kept = ids.slice(-4);
  expect(lab.rows("SELECT id FROM runs WHERE workflow = 'w' ORDER BY id")).toEqual(
    kept.map((id) => ({ id })),
  );
  for (const table of ['steps', 'log_chunks']) {
    const runs = lab
      .rows(`SELECT DISTINCT run FROM ${table}`)
      .map((row) => (row as { run: string }).run);
    for (const id of ids.slice(0, 8)) expect(runs).not.toContain(id);
  }
  for (const id of ids.slice(0, 8)) expect(existsSync(join(lab.home, 'outputs', id))).toBe(false);
  for (const id of kept) expect(existsSync(join(lab.home, 'outputs', id))).toBe(true);
  expect(engine.get(active.run.id).status).toBe('waiting');
  db.pragma('wal_checkpoint(TRUNCATE)');
  expect(db.pragma('freelist_count', { simple: true })).toBe(0);
  expect(statSync(join(lab.home, 'nexus.db')).size).toBeLessThan(size - 500_000);
  // The key of a run that is gone is free again, that of a run that is there is not.
  const request = { workflow, trigger: manual.trigger, inputs: { pad: '' } };
  expect((await engine.start({ ...request, dedupeKey: 'k0' })).created).toBe(true);
  expect((await engine.start({ ...request, dedupeKey: 'k11' })).run.id).toBe(ids[11]);
  await engine.parked();
  clock.advance(31 * 86_400_000);
  expect((await engine.retain({ days: 30, runs: 1000 })).deleted).toBe(5);
  expect(lab.rows('SELECT * FROM dedupe')).toEqual([]);
  expect(lab.rows('SELECT id FROM runs')).toEqual([{ id: active.run.id }]);
});

test('a sub-workflow that ended stays while the run that called it goes on', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  lab.workflow('{ name: child, steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }] }');
  const workflow = lab.workflow(`
name: w
steps:
  - { id: call, uses: workflow, with: { workflow: child } }
  - { id: ask, uses: approval, with: { title: Sure } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await engine.parked();
  expect(await engine.retain({ days: 1, runs: 0 })).toEqual({ deleted: 0 });
  await engine.approve(run.id, { fields: {}, by: 'me', roles: [] });
  await engine.finished(run.id);
  expect(await engine.retain({ days: 1, runs: 0 })).toEqual({ deleted: 2 });
});

test('a run at rest is not in memory, however many there are', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: approval, with: { title: Sure } }] }',
  );
  await Promise.all(Array.from({ length: 300 }, () => engine.start({ workflow, ...manual })));
  await engine.parked();
  expect(engine.counters()['runs_in_memory']).toBe(0);
  expect(engine.approvals().approvals).toHaveLength(300);
  expect(engine.activeRuns()).toBe(300);
});
