import { afterEach, expect, test } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { instantKind, Lab, manual } from './testing.ts';
import type { DurableEngine } from './engine.ts';

let lab: Lab;
afterEach(() => lab.close());

/** Makes every instance look as if it had been stopped for longer than its lease. */
function stall(): void {
  const db = lab.database();
  db.prepare('UPDATE instances SET heartbeat_at = 1').run();
  db.close();
}

async function second(stalled: DurableEngine): Promise<DurableEngine> {
  void stalled;
  stall();
  return lab.opened();
}

test('a stalled process is fenced: its step is asked about by the other, and its own result is not written', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: gate }, { id: b, uses: gate }] }',
  );
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const other = await second(first);
  expect(other.get(run.id).status).toBe('interrupted');
  expect(other.approvals().interrupted.map((one) => one.step)).toEqual(['a']);
  lab.gate.pass('late');
  await first.parked();
  expect(first.state().state).toBe('fenced');
  expect(other.get(run.id).steps[0]).toMatchObject({ status: 'interrupted', attempts: 1 });
  await expect(first.start({ workflow, ...manual })).rejects.toMatchObject({
    code: 'engine.fenced',
  });
  await other.resolve(run.id, { step: 'a', action: 'retry', by: 'me' });
  await lab.gate.arrived(2);
  lab.gate.pass('again');
  await lab.gate.arrived(3);
  lab.gate.pass();
  const detail = await other.finished(run.id);
  expect(detail.steps[0]).toMatchObject({ status: 'succeeded', attempts: 2, outputs: 'again' });
});

test.each([
  ['skip', 'skipped', 'succeeded'],
  ['fail', 'failed', 'failed'],
] as const)('an interrupted step that is told to %s ends so', async (action, step, status) => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: gate }] }');
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const other = await second(first);
  await other.resolve(run.id, { step: 'a', action, by: 'me' });
  const detail = await other.finished(run.id);
  expect([detail.status, detail.steps[0]!.status]).toEqual([status, step]);
  expect(lab.gate.calls).toHaveLength(1);
});

test('after a death idempotent steps and on_interrupted: retry run again, finished steps and items do not', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: done, uses: gate }
  - { id: items, uses: safe, foreach: [x, y, z], max_parallel: 2, with: { v: '\${{ item }}' } }
  - { id: free, uses: gate, needs: [done], on_interrupted: retry }
`);
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  lab.gate.pass('one');
  await lab.gate.arrived(4);
  lab.gate.pass('X', 'items[0]');
  await lab.gate.arrived(5);
  lab.gate.abandon();
  const other = await second(first);
  await lab.gate.arrived(8);
  expect(lab.gate.calls.slice(5).map((c) => [c.step.id, c.step.index, c.step.attempt])).toEqual([
    ['items', 1, 2],
    ['items', 2, 2],
    ['free', undefined, 2],
  ]);
  lab.gate.pass('Z', 'items[2]');
  lab.gate.pass('Y', 'items[1]');
  lab.gate.pass('free', 'free');
  const detail = await other.finished(run.id);
  expect(detail.status).toBe('succeeded');
  expect(detail.steps.map((s) => s.outputs)).toEqual(['one', ['X', 'Y', 'Z'], 'free']);
});

test('waits, retries and approvals are due in whichever process is there', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: nap, uses: wait, with: { duration: 300ms } }
  - { id: ask, uses: approval, with: { title: Sure } }
`);
  const { run } = await first.start({ workflow, ...manual });
  expect(run.status).toBe('waiting');
  await first.close(0);
  const other = await lab.opened();
  for await (const event of other.watch(run.id))
    if (event.type === 'step' && event.id && event.step.id === 'ask') break;
  expect(other.approvals().approvals.map((one) => one.step)).toEqual(['ask']);
  await other.approve(run.id, { fields: {}, by: 'me', roles: ['operator'] });
  const detail = await other.finished(run.id);
  expect(detail.status).toBe('succeeded');
  expect(detail.steps[1]!.outputs).toMatchObject({ by: 'me', timed_out: false });
});

test('a run that nobody drives is taken over by whoever is asked to do something with it', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: ask, uses: approval, with: { title: Sure } }] }',
  );
  const { run } = await first.start({ workflow, ...manual });
  await first.close(0);
  const own = lab.engine();
  await own.open('own');
  await own.approve(run.id, { fields: {}, by: 'me', roles: [] });
  expect((await own.finished(run.id)).status).toBe('succeeded');
});

test('what one process asks of the run of another reaches it through the journal', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: gate }] }');
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const other = lab.engine();
  await other.open('own');
  await expect(other.adopt(run.id)).rejects.toMatchObject({ code: 'run.owned' });
  await other.cancel(run.id, 'me', 'enough');
  const detail = await other.finished(run.id);
  expect(detail.status).toBe('cancelled');
  expect(detail.error?.message).toContain('enough');
  expect(lab.gate.calls[0]!.signal.aborted).toBe(true);
});

test('a step or item that waits for a place when its process dies is begun by the next, with its attempts counted on', async () => {
  let broken = true;
  const flaky = instantKind('flaky', 'idempotent', () => {
    if (broken) throw new NexusError({ code: 'net.down', message: 'Down.' });
    return 'up';
  });
  lab = new Lab({ maxParallelSteps: () => 1, kinds: [flaky] });
  const first = await lab.opened();
  const blocker = lab.workflow('{ name: b, steps: [{ id: a, uses: safe }] }');
  const retry = '{ attempts: 9, backoff: 150ms, factor: 1, jitter: 0 }';
  const workflow = lab.workflow(
    `{ name: w, steps: [{ id: s, uses: flaky, retry: ${retry} }, { id: i, uses: flaky, foreach: [1, 2], retry: ${retry} }] }`,
  );
  const { run } = await first.start({ workflow, ...manual });
  await first.parked();
  expect(first.get(run.id).status).toBe('waiting');
  await first.start({ workflow: blocker, ...manual });
  await lab.gate.arrived(1);
  // The retry falls due, and finds the only place taken.
  for await (const event of first.watch(run.id)) {
    if (event.type === 'step' && event.step.status === 'pending') break;
    if (event.type === 'run' && event.run.steps[0]!.status === 'pending') break;
  }
  broken = false;
  lab.gate.abandon();
  const other = await second(first);
  await lab.gate.arrived(2);
  lab.gate.pass();
  const detail = await other.finished(run.id);
  expect(detail.status).toBe('succeeded');
  expect(detail.steps[0]!.attempts).toBe(2);
});
