import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { instantKind, Lab, manual, stall, turn } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

const gated = (name: string) =>
  `{ name: ${name}, steps: [{ id: a, uses: safe }, { id: b, uses: safe }] }`;

test('a cancel that a dying process never took is done by whoever takes its run over', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const { run } = await first.start({ workflow: lab.workflow(gated('w')), ...manual });
  await lab.gate.arrived(1);
  const asking = lab.engine();
  await asking.open('own');
  // The owner is alive, so the wish goes into the journal; then the owner is stalled before it looks.
  await asking.cancel(run.id, 'me', 'too late');
  expect(lab.rows('SELECT * FROM signals')).toHaveLength(1);
  lab.gate.abandon();
  stall(lab);
  const other = await lab.opened();
  const detail = await other.finished(run.id);
  expect(detail.status).toBe('cancelled');
  expect(detail.error?.message).toContain('too late');
  await turn();
  expect(lab.rows('SELECT * FROM signals')).toEqual([]);
});

test('the same wish is taken once, although its row is still there while the first is being committed', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: safe, rollback: { uses: gate, with: { undo: true } } }
  - { id: b, uses: safe }
`);
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  lab.gate.pass();
  await lab.gate.arrived(2);
  const asking = lab.engine();
  await asking.open('own');
  await asking.cancel(run.id, 'me');
  await first.adopt(run.id);
  // A second look before the rows are gone: were it done again, it would stop the rollback.
  await first.adopt(run.id);
  await lab.gate.arrived(3);
  await first.adopt(run.id).catch(() => undefined);
  lab.gate.pass(null, 'rollback:a');
  const detail = await first.finished(run.id);
  expect(detail.steps.at(-1)).toMatchObject({ id: 'rollback:a', status: 'succeeded' });
});

test('a run whose version is gone ends with the reason, and the run that called it goes on', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const child = lab.workflow(gated('child'));
  const parent = lab.workflow(`
name: parent
steps:
  - { id: call, uses: workflow, with: { workflow: child }, on_error: continue }
  - { id: after, uses: transform, with: { set: { x: 1 } } }
`);
  const { run } = await first.start({ workflow: parent, ...manual });
  await lab.gate.arrived(1);
  lab.gate.abandon();
  stall(lab);
  const other = lab.engine({
    definition: (hash) => (hash === child.hash ? undefined : parent),
  });
  await other.open('all');
  const detail = await other.finished(run.id);
  expect(detail.status).toBe('succeeded');
  expect(detail.steps[0]).toMatchObject({
    status: 'failed',
    error: { code: 'subworkflow.failed', details: { error: { code: 'run.version_missing' } } },
  });
  const [called] = other.list({ workflow: 'child', limit: 5 }).items;
  expect(called).toMatchObject({ status: 'failed', error: { code: 'run.version_missing' } });
  await other.parked();
});

test('the end of a broken run frees its group and takes its questions off the list', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const asks = lab.workflow(`
name: w
concurrency: { group: one, mode: queue }
steps: [{ id: ask, uses: approval, with: { title: Sure } }]
`);
  const { run } = await first.start({ workflow: asks, ...manual });
  await first.parked();
  const changed = lab.workflow(`
name: w
concurrency: { group: one, mode: queue }
steps: [{ id: t, uses: transform, with: { set: { x: 1 } } }]
`);
  const queued = await first.start({ workflow: changed, ...manual });
  expect(queued.run.status).toBe('queued');
  expect(first.approvals().approvals).toHaveLength(1);
  stall(lab);
  const other = lab.engine({ definition: (hash) => (hash === asks.hash ? undefined : changed) });
  await other.open('all');
  await other.cancel(run.id, 'me');
  expect((await other.finished(queued.run.id)).status).toBe('succeeded');
  expect(other.get(run.id)).toMatchObject({
    status: 'failed',
    error: { code: 'run.version_missing' },
  });
  expect(other.approvals().approvals).toEqual([]);
});

test('a run whose large output is gone from the disk ends with the reason and keeps no other from waking', async () => {
  const clock = new ManualClock(1_700_000_000_000);
  const big = instantKind('big', 'idempotent', () => 'x'.repeat(300_000));
  lab = new Lab({ clock, kinds: [big] });
  const engine = await lab.opened();
  const broken = lab.workflow(`
name: broken
steps:
  - { id: list, uses: big, foreach: [1, 2] }
  - { id: pause, uses: wait, with: { duration: 10s } }
`);
  const fine = lab.workflow(
    '{ name: fine, steps: [{ id: pause, uses: wait, with: { duration: 11s } }] }',
  );
  const one = await engine.start({ workflow: broken, ...manual });
  const two = await engine.start({ workflow: fine, ...manual });
  await engine.parked();
  expect(readdirSync(join(lab.home, 'outputs', one.run.id))).toHaveLength(2);
  rmSync(join(lab.home, 'outputs', one.run.id), { recursive: true });
  clock.advance(11_000);
  expect((await engine.finished(two.run.id)).status).toBe('succeeded');
  expect(await engine.finished(one.run.id)).toMatchObject({
    status: 'failed',
    error: { code: 'run.unreadable' },
  });
  expect(engine.counters()['runs_in_memory']).toBe(0);
});

test('a run that got its place from another process still has its timeout', async () => {
  const clock = new ManualClock(1_700_000_000_000);
  lab = new Lab({ clock });
  const workflow = lab.workflow(`
name: w
timeout: 1m
concurrency: { group: one, mode: queue }
steps: [{ id: ask, uses: approval, with: { title: Sure } }]
`);
  const first = await lab.opened();
  const holder = await first.start({ workflow, ...manual });
  const second = lab.engine();
  await second.open('own');
  const queued = await second.start({ workflow, ...manual });
  expect(queued.run.status).toBe('queued');
  await first.approve(holder.run.id, { fields: {}, by: 'me', roles: [] });
  await first.finished(holder.run.id);
  await first.parked();
  await second.adopt(queued.run.id);
  expect(second.get(queued.run.id).status).toBe('waiting');
  clock.advance(60_000);
  expect(await second.finished(queued.run.id)).toMatchObject({
    status: 'failed',
    error: { code: 'run.timeout' },
  });
});

test('a second live process neither takes nor runs what the first drives', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const { run } = await first.start({ workflow: lab.workflow(gated('w')), ...manual });
  await lab.gate.arrived(1);
  const second = await lab.opened();
  await expect(second.adopt(run.id)).rejects.toMatchObject({ code: 'run.owned' });
  lab.gate.pass();
  await lab.gate.arrived(2);
  lab.gate.pass();
  await first.finished(run.id);
  expect(lab.gate.calls.map((call) => call.step.id)).toEqual(['a', 'b']);
});

test('adopting takes the whole family, so that an end and what waits for it share a commit', async () => {
  lab = new Lab();
  const first = await lab.opened();
  lab.workflow('{ name: leaf, steps: [{ id: ask, uses: approval, with: { title: Sure } }] }');
  lab.workflow('{ name: middle, steps: [{ id: call, uses: workflow, with: { workflow: leaf } }] }');
  const top = lab.workflow(
    '{ name: top, steps: [{ id: call, uses: workflow, with: { workflow: middle } }] }',
  );
  const { run } = await first.start({ workflow: top, ...manual });
  await first.parked();
  await first.close(10);
  const second = lab.engine();
  await second.open('own');
  const leaf = second.list({ workflow: 'leaf', limit: 1 }).items[0]!;
  await second.adopt(leaf.id);
  const owners = new Set(lab.rows('SELECT owner FROM runs').map((row) => JSON.stringify(row)));
  expect(owners.size).toBe(1);
  expect([...owners][0]).not.toContain('null');
  await second.approve(leaf.id, { fields: {}, by: 'me', roles: [] });
  expect((await second.finished(run.id)).status).toBe('succeeded');
});
