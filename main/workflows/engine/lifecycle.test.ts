import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import type { RunEvent } from '#contract/runs.ts';
import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import { instantKind, Lab, manual } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

test('closing lets a step end within the grace and journals it; one that does not is asked about later', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: gate, needs: [] }, { id: b, uses: gate, needs: [] }] }',
  );
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(2);
  const closing = first.close(60);
  lab.gate.pass('in time');
  await closing;
  await expect(first.start({ workflow, ...manual })).rejects.toMatchObject({
    code: 'engine.stopping',
  });
  const second = await lab.opened();
  const detail = second.get(run.id);
  expect(detail.status).toBe('interrupted');
  expect(detail.steps.map((step) => [step.status, step.outputs])).toEqual([
    ['succeeded', 'in time'],
    ['interrupted', undefined],
  ]);
});

test('who waits for a run is told when the process closes, instead of waiting for ever', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: wait, with: { duration: 1h } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  const told = engine.finished(run.id).catch((error: unknown) => error);
  await engine.close(0);
  expect(await told).toMatchObject({ code: 'engine.stopping' });
});

test('a queued run can be cancelled, and never begins', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow('{ name: w, concurrency: g, steps: [{ id: a, uses: gate }] }');
  const first = await engine.start({ workflow, ...manual });
  const second = await engine.start({ workflow, ...manual });
  expect(second.run.status).toBe('queued');
  await engine.cancel(second.run.id, 'me');
  const detail = await engine.finished(second.run.id);
  expect([detail.status, detail.steps[0]!.status]).toEqual(['cancelled', 'cancelled']);
  await lab.gate.arrived(1);
  lab.gate.pass();
  await engine.finished(first.run.id);
  expect(lab.gate.calls).toHaveLength(1);
});

test('what follows a run is committed with its end, once, and a circle of followers comes to an end', async () => {
  lab = new Lab();
  const follower = lab.workflow(
    "{ name: f, inputs: { of: {} }, steps: [{ id: a, uses: transform, with: { set: { of: '${{ inputs.of }}' } } }] }",
  );
  const engine = await lab.opened({
    followers: (run) => [
      {
        workflow: follower,
        inputs: { of: run.id },
        trigger: { kind: 'workflow_completed', source: run.id },
      },
    ],
  });
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  const followed = engine.list({ workflow: 'f', limit: 100 }).items;
  expect(followed.map((one) => one.trigger.source)).toEqual([run.id]);
  await engine.parked();
  expect(engine.list({ workflow: 'f', limit: 100 }).items).toHaveLength(16);
});

test('a run whose version can no longer be read fails with a reason, and the others go on', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const gone = lab.workflow('{ name: gone, steps: [{ id: a, uses: safe }] }');
  const kept = lab.workflow('{ name: kept, steps: [{ id: a, uses: safe }] }');
  const one = await first.start({ workflow: gone, ...manual });
  const two = await first.start({ workflow: kept, ...manual });
  await lab.gate.arrived(2);
  await first.close(0);
  lab.gate.abandon();
  const second = await lab.opened({
    definition: (hash) => (hash === kept.hash ? kept : undefined),
  });
  await lab.gate.arrived(3);
  lab.gate.pass();
  expect((await second.finished(two.run.id)).status).toBe('succeeded');
  const broken = await second.finished(one.run.id);
  expect(broken).toMatchObject({ status: 'failed', error: { code: 'run.version_missing' } });
  expect(broken.source).toContain('gone');
});

test('a retry on the latest version repeats a step that was changed, and what comes after it', async () => {
  const calls: Json[] = [];
  const call = instantKind('call', 'once', (input) => {
    calls.push(input['v'] ?? null);
    if (input['v'] === 'bad') throw new NexusError({ code: 'test.bad', message: 'No.' });
    return null;
  });
  lab = new Lab({ kinds: [call] });
  const engine = await lab.opened();
  const of = (b: string, c: string) =>
    lab.workflow(
      `{ name: w, steps: [{ id: a, uses: call, with: { v: a } }, { id: b, uses: call, with: { v: ${b} } }, { id: c, uses: call, with: { v: ${c} } }] }`,
    );
  const { run } = await engine.start({ workflow: of('b', 'bad'), ...manual });
  await engine.finished(run.id);
  const again = await engine.retry(run.id, { from: 'failed', latest: of('b2', 'c'), by: 'me' });
  const detail = await engine.finished(again.id);
  expect(detail.status).toBe('succeeded');
  expect(calls).toEqual(['a', 'b', 'bad', 'b2', 'c']);
});

test('a watcher gets the whole run first, then steps and status as they are committed, then the end', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: gate }] }');
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const events: RunEvent[] = [];
  for await (const event of engine.watch(run.id)) {
    events.push(event);
    if (events.length === 1) lab.gate.pass('out');
  }
  expect(events.map((event) => event.type)).toEqual(['run', 'step', 'status', 'end']);
  expect(events[1]).toMatchObject({ step: { status: 'succeeded', outputs: 'out' } });
  expect(events[2]).toMatchObject({ status: 'succeeded' });
});

test('an approval that nobody decides takes its default, or fails', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const of = (name: string, more: string) =>
    lab.workflow(
      `{ name: ${name}, steps: [{ id: a, uses: approval, with: { title: Sure, choices: [approve, reject], timeout: 20ms${more} } }] }`,
    );
  const one = await engine.start({ workflow: of('with', ', default: reject'), ...manual });
  const two = await engine.start({ workflow: of('without', ''), ...manual });
  expect((await engine.finished(one.run.id)).steps[0]!.outputs).toMatchObject({
    choice: 'reject',
    timed_out: true,
  });
  expect((await engine.finished(two.run.id)).error?.code).toBe('approval.timed_out');
});

test('secret inputs are shown nowhere, and still there for the steps after a restart', async () => {
  const seen: Json[] = [];
  const use = instantKind('use', 'idempotent', (input) => {
    seen.push(input['v'] ?? null);
    return null;
  });
  lab = new Lab({ kinds: [use], conceal: (value) => lab.secrets.set(value, value) });
  const first = await lab.opened();
  const workflow = lab.workflow(
    "{ name: w, inputs: { key: { secret: true } }, steps: [{ id: n, uses: approval, with: { title: x } }, { id: u, uses: use, with: { v: '${{ inputs.key }}' } }] }",
  );
  const { run } = await first.start({ workflow, ...manual, inputs: { key: 'hunter2hunter2' } });
  expect(JSON.stringify(first.get(run.id))).not.toContain('hunter2');
  await first.close(0);
  lab.secrets.clear();
  const second = await lab.opened();
  await second.approve(run.id, { fields: {}, by: 'me', roles: [] });
  const detail = await second.finished(run.id);
  expect(seen).toEqual(['hunter2hunter2']);
  expect(JSON.stringify(detail)).not.toContain('hunter2');
});

test('a long chain of pure work gives way to others: the event loop is never held for long', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const list = JSON.stringify(Array.from({ length: 5000 }, (_, n) => n));
  const workflow = lab.workflow(
    `{ name: w, steps: [{ id: a, uses: transform, foreach: ${list}, with: { set: { v: '\${{ item }}' } } }] }`,
  );
  const commits = engine.counters()['commits']!;
  // Every look at the clock finds 5 ms gone, however fast the machine.
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 5));
  onTestFinished(() => clock.mockRestore());
  const { run } = await engine.start({ workflow, ...manual });
  expect(run.status).toBe('running');
  const detail = await engine.finished(run.id);
  expect(detail.steps[0]!.items).toHaveLength(5000);
  expect(engine.counters()['commits']! - commits).toBeGreaterThan(20);
});
