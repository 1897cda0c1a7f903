import { afterEach, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import { Lab, instantKind, manual, statuses } from './testing.ts';
import { NexusError } from '#main/base/errors.ts';

let lab: Lab;
afterEach(() => lab.close());

test('a step that takes too long is told to stop, and fails with step.timeout', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: gate, timeout: 50ms }] }');
  const { run } = await engine.start({ workflow, ...manual });
  const detail = await engine.finished(run.id);
  expect(lab.gate.calls[0]!.signal.aborted).toBe(true);
  expect(detail.error?.code).toBe('step.timeout');
});

test('a step that does not stop when told is given up after the grace, and its late end changes nothing', async () => {
  let end: (() => void) | undefined;
  const stubborn = instantKind('stubborn', 'once', () => null);
  stubborn.execute = () =>
    new Promise((resolve) => {
      end = () => resolve({ type: 'done', outputs: 'late' });
    });
  lab = new Lab({ kinds: [stubborn], stopGraceMs: 20 });
  const engine = await lab.opened();
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: stubborn, timeout: 20ms }] }');
  const { run } = await engine.start({ workflow, ...manual });
  const detail = await engine.finished(run.id);
  expect(detail.steps[0]).toMatchObject({ status: 'failed', error: { code: 'step.timeout' } });
  end!();
  await engine.parked();
  expect(engine.get(run.id).steps[0]).toMatchObject({ status: 'failed' });
});

test('the run timeout ends everything, runs rollbacks and failure steps, and the run has failed', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
timeout: 80ms
steps:
  - { id: a, uses: transform, with: { set: { x: 1 } }, rollback: { uses: transform, with: { set: { undone: '\${{ steps.a.outputs.x }}' } } } }
  - { id: b, uses: wait, with: { duration: 1h } }
on_failure:
  - { id: told, uses: transform, with: { set: { x: 1 } } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  const detail = await engine.finished(run.id);
  expect(detail.status).toBe('failed');
  expect(detail.error?.code).toBe('run.timeout');
  expect(statuses(detail)).toEqual({
    a: 'succeeded',
    b: 'cancelled',
    'rollback:a': 'succeeded',
    told: 'succeeded',
  });
});

test('successes are rolled back in reverse order, items too, and a failed rollback does not stop the others', async () => {
  const undone: Json[] = [];
  const undo = instantKind('undo', 'idempotent', (input) => {
    undone.push(input['what'] ?? null);
    if (input['what'] === 'x1') throw new NexusError({ code: 'test.undo', message: 'No.' });
    return null;
  });
  lab = new Lab({ kinds: [undo] });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: gate, rollback: true }
  - { id: b, uses: transform, foreach: [x, y], with: { set: { x: 1 } }, rollback: { uses: undo, with: { what: '\${{ item + string(index + 1) }}' } } }
  - { id: c, uses: transform, with: { set: { x: 1 } }, rollback: { uses: undo, with: { what: c } } }
  - { id: bad, uses: boom }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  lab.gate.pass('made');
  const detail = await engine.finished(run.id);
  expect(undone).toEqual(['c', 'y2', 'x1']);
  expect(lab.gate.calls[1]!.input).toEqual({ undo: 'made' });
  expect(detail.status).toBe('failed');
  expect(statuses(detail)).toMatchObject({
    'rollback:c': 'succeeded',
    'rollback:b[1]': 'succeeded',
    'rollback:b[0]': 'failed',
    'rollback:a': 'succeeded',
  });
});

test('cancel stops what runs, ends what waits, rolls back, and the run is cancelled only then', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: gate, rollback: true }
  - { id: b, uses: gate }
  - { id: nap, uses: wait, needs: [a], with: { duration: 1h } }
  - { id: c, uses: gate, needs: [b] }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  lab.gate.pass();
  await lab.gate.arrived(2);
  await engine.cancel(run.id, 'me');
  const detail = await engine.finished(run.id);
  expect(detail.status).toBe('cancelled');
  expect(statuses(detail)).toEqual({
    a: 'succeeded',
    b: 'cancelled',
    nap: 'cancelled',
    c: 'cancelled',
    'rollback:a': 'succeeded',
  });
  expect(lab.gate.calls[1]!.signal.aborted).toBe(true);
  await expect(engine.cancel(run.id, 'me')).rejects.toMatchObject({ code: 'run.ended' });
});
