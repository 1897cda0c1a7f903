import { afterEach, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import { Lab, instantKind, manual, statuses } from './testing.ts';
import { NexusError } from '#main/base/errors.ts';

let lab: Lab;
afterEach(() => lab.close());

test('a retry is a new run that keeps what succeeded, items too', async () => {
  let broken = true;
  const calls: Json[] = [];
  const once = instantKind('thing', 'once', (input) => {
    calls.push(input['v'] ?? null);
    if (broken && input['v'] === 2) throw new NexusError({ code: 'test.two', message: 'No.' });
    return input['v'] ?? null;
  });
  lab = new Lab({ kinds: [once] });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: thing, with: { v: first } }
  - { id: each, uses: thing, foreach: [1, 2, 3], max_parallel: 1, with: { v: '\${{ item }}' } }
  - { id: z, uses: thing, with: { v: '\${{ size(steps.each.outputs) }}' } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  expect((await engine.finished(run.id)).status).toBe('failed');
  broken = false;
  const again = await engine.retry(run.id, { from: 'failed', by: 'me' });
  const detail = await engine.finished(again.id);
  expect(calls).toEqual(['first', 1, 2, 2, 3, 3]);
  expect(detail).toMatchObject({ status: 'succeeded', parent: run.id });
  expect(detail.steps[0]).toMatchObject({ pinned: true, outputs: 'first' });
  expect(detail.steps[1]!.outputs).toEqual([1, 2, 3]);
});

test('a run from a chosen step takes pinned outputs and leaves other branches alone', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: boom }
  - { id: b, uses: transform, with: { set: { v: '\${{ steps.a.outputs.n }}' } } }
  - { id: other, uses: boom, needs: [] }
`);
  const { run } = await engine.start({
    workflow,
    ...manual,
    fromStep: 'b',
    pinned: { a: { n: 5 } },
  });
  const detail = engine.get(run.id);
  expect(detail.status).toBe('succeeded');
  expect(statuses(detail)).toEqual({ a: 'succeeded', b: 'succeeded', other: 'skipped' });
  expect(detail.steps[1]!.outputs).toEqual({ v: 5 });
});

test('a pinned step of a whole run is not executed, and is neither waited for nor undone', async () => {
  const calls: Json[] = [];
  const undone: string[] = [];
  const thing = instantKind('thing', 'idempotent', (input) => {
    calls.push(input['v'] ?? null);
    return { n: input['v'] ?? null };
  });
  const undo = instantKind('undo', 'idempotent', (input) => {
    undone.push(String(input['v']));
    return null;
  });
  lab = new Lab({ kinds: [thing, undo] });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: first, uses: thing, with: { v: 1 }, rollback: { uses: undo, with: { v: first } } }
  - { id: pinned, uses: boom, foreach: [1, 2], if: 'false', rollback: { uses: undo, with: { v: pinned } } }
  - { id: nothing, uses: boom, needs: [] }
  - { id: last, uses: thing, needs: [pinned, nothing], with: { v: '\${{ steps.pinned.outputs[1] + 1 }}' } }
  - { id: end, uses: boom }
`);
  const pinned = { pinned: [5, 6], nothing: null, gone: 'of a step that was renamed' };
  const { run } = await engine.start({ workflow, ...manual, pinned });
  const detail = await engine.finished(run.id);
  expect(statuses(detail)).toMatchObject({
    first: 'succeeded',
    pinned: 'succeeded',
    nothing: 'succeeded',
    last: 'succeeded',
    end: 'failed',
  });
  expect(calls.toSorted()).toEqual([1, 7]);
  expect(undone).toEqual(['first']);
  const byId = new Map(detail.steps.map((step) => [step.id, step]));
  expect(byId.get('pinned')).toMatchObject({ pinned: true, outputs: [5, 6], attempts: 0 });
  expect(byId.get('first')?.pinned).toBeUndefined();
});

test('a run whose steps are all pinned has succeeded as soon as it is started', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    "{ name: w, steps: [{ id: a, uses: boom }], outputs: { a: '${{ steps.a.outputs }}' } }",
  );
  const { run } = await engine.start({ workflow, ...manual, pinned: { a: 'kept' } });
  expect(await engine.finished(run.id)).toMatchObject({
    status: 'succeeded',
    steps_done: 1,
    outputs: { a: 'kept' },
  });
});
