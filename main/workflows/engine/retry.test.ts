import { afterEach, expect, test } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { instantKind, Lab, manual, stall, textOf, statuses } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

/** A kind that notes each call by its `as`, and fails while `as` is among `failing`. */
function noting(failing: Set<string>) {
  const calls: string[] = [];
  const kind = instantKind('note', 'once', (input) => {
    const name = textOf(input['as']);
    calls.push(name);
    if (failing.has(name)) throw new NexusError({ code: 'test.broken', message: `${name} broke` });
    return { was: name };
  });
  return { calls, kind };
}

test('what ran because of a failure runs again, and waits for what it needs', async () => {
  const failing = new Set(['a']);
  const { calls, kind } = noting(failing);
  lab = new Lab({ kinds: [kind] });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: note, with: { as: a } }
  - { id: tidy, uses: note, if: 'always()', with: { as: tidy } }
  - { id: after, uses: note, with: { as: after } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  expect(statuses(await engine.finished(run.id))).toEqual({
    a: 'failed',
    tidy: 'succeeded',
    after: 'skipped',
  });
  failing.clear();
  const again = await engine.retry(run.id, { from: 'failed', by: 'me' });
  expect((await engine.finished(again.id)).status).toBe('succeeded');
  // Carried over, “tidy” would let “after” run beside “a”, and would not have tidied the second try.
  expect(calls).toEqual(['a', 'tidy', 'a', 'tidy', 'after']);
});

test('a failure that was handled is not tried again: the run goes on from the one that was not', async () => {
  const failing = new Set(['a', 'c']);
  const { calls, kind } = noting(failing);
  lab = new Lab({ kinds: [kind] });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: note, on_error: continue, with: { as: a } }
  - { id: b, uses: note, with: { as: b } }
  - { id: off, uses: note, if: 'false', with: { as: off } }
  - { id: c, uses: note, with: { as: c } }
  - { id: d, uses: note, with: { as: '\${{ steps.a.status + steps.b.outputs.was }}' } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await engine.finished(run.id);
  failing.clear();
  const again = await engine.retry(run.id, { from: 'failed', by: 'me' });
  const detail = await engine.finished(again.id);
  expect(statuses(detail)).toEqual({
    a: 'failed',
    b: 'succeeded',
    off: 'skipped',
    c: 'succeeded',
    d: 'succeeded',
  });
  expect(calls).toEqual(['a', 'b', 'c', 'c', 'failedb']);
  expect(detail.steps[0]).toMatchObject({ pinned: true, error: { code: 'test.broken' } });
});

test('a jump that was made stays made', async () => {
  const failing = new Set(['a', 'late']);
  const { calls, kind } = noting(failing);
  lab = new Lab({ kinds: [kind] });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: note, on_error: { goto: rescue }, with: { as: a } }
  - { id: between, uses: note, with: { as: between } }
  - { id: rescue, uses: note, with: { as: rescue } }
  - { id: late, uses: note, with: { as: late } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await engine.finished(run.id);
  failing.clear();
  const again = await engine.retry(run.id, { from: 'failed', by: 'me' });
  const detail = await engine.finished(again.id);
  expect(calls).toEqual(['a', 'rescue', 'late', 'late']);
  expect(statuses(detail)).toMatchObject({ between: 'skipped', late: 'succeeded' });
  expect(detail.status).toBe('succeeded');
});

test('what was undone is done again, and so is everything that stood on it', async () => {
  const failing = new Set(['test']);
  const { calls, kind } = noting(failing);
  lab = new Lab({ kinds: [kind] });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: free, uses: note, needs: [], with: { as: free } }
  - { id: create, uses: note, needs: [], with: { as: create }, rollback: { uses: note, with: { as: delete } } }
  - { id: install, uses: note, with: { as: install } }
  - { id: test, uses: note, needs: [install, free], with: { as: test } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  expect((await engine.finished(run.id)).status).toBe('failed');
  expect(calls).toEqual(['free', 'create', 'install', 'test', 'delete']);
  failing.clear();
  calls.length = 0;
  const again = await engine.retry(run.id, { from: 'failed', by: 'me' });
  await engine.finished(again.id);
  expect(calls).toEqual(['create', 'install', 'test']);
});

test('a list that was carried over keeps its outputs, the large ones whole, also after a death', async () => {
  let broken = true;
  const big = instantKind('big', 'once', (input) => 'x'.repeat(Number(input['n'])));
  const flaky = instantKind('flaky', 'idempotent', () => {
    if (broken) throw new NexusError({ code: 'test.broken', message: 'Not yet.' });
    return 'ok';
  });
  lab = new Lab({ kinds: [big, flaky] });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: list, uses: big, foreach: [3, 300000], with: { n: '\${{ item }}' } }
  - { id: f, uses: flaky }
  - { id: ask, uses: approval, with: { title: Sure } }
  - { id: sum, uses: transform, with: { set: { n: '\${{ steps.list.outputs.map(x, size(x)) }}' } } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await engine.finished(run.id);
  broken = false;
  const again = await engine.retry(run.id, { from: 'failed', by: 'me' });
  await engine.parked();
  stall(lab);
  const other = await lab.opened();
  await other.approve(again.id, { fields: {}, by: 'me', roles: [] });
  const detail = await other.finished(again.id);
  expect(detail.steps.at(-1)!.outputs).toEqual({ n: [3, 300_000] });
  expect(detail.steps[0]!.items!.map((item) => item.status)).toEqual(['succeeded', 'succeeded']);
});

test('of a list that failed its items are taken for the same elements only, large ones whole', async () => {
  const failing = new Set(['c']);
  const calls: string[] = [];
  const kind = instantKind('work', 'once', (input) => {
    const name = textOf(input['as']);
    calls.push(name);
    if (failing.has(name)) throw new NexusError({ code: 'test.broken', message: 'x' });
    return name.repeat(name === 'a' ? 300_000 : 1);
  });
  let names = ['a', 'b', 'c'];
  const list = instantKind('names', 'idempotent', () => names);
  const fails = instantKind('fails_first', 'idempotent', () => names);
  lab = new Lab({ kinds: [kind, list, fails] });
  const engine = await lab.opened();
  const source = (of: string) => `
name: w
steps:
  - { id: names, uses: ${of} }
  - { id: work, uses: work, foreach: '\${{ steps.names.outputs }}', with: { as: '\${{ item }}' } }
  - { id: sizes, uses: transform, with: { set: { n: '\${{ steps.work.outputs.map(x, size(x)) }}' } } }
`;
  const { run } = await engine.start({ workflow: lab.workflow(source('names')), ...manual });
  await engine.finished(run.id);
  expect(calls).toEqual(['a', 'b', 'c']);
  failing.clear();
  const same = await engine.retry(run.id, { from: 'failed', by: 'me' });
  expect((await engine.finished(same.id)).steps.at(-1)!.outputs).toEqual({ n: [300_000, 1, 1] });
  expect(calls.splice(0)).toEqual(['a', 'b', 'c', 'c']);
  // Another version gives another list: nothing of the old one may pass for it.
  names = ['b', 'b', 'd'];
  const latest = lab.workflow(source('fails_first'));
  const other = await engine.retry(run.id, { from: 'failed', latest, by: 'me' });
  expect((await engine.finished(other.id)).steps.at(-1)!.outputs).toEqual({ n: [1, 1, 1] });
  expect(calls).toEqual(['b', 'b', 'd']);
});

test('a retry on the latest version repeats what has changed there and what follows it, nothing else', async () => {
  const failing = new Set(['c']);
  const { calls, kind } = noting(failing);
  lab = new Lab({ kinds: [kind] });
  const engine = await lab.opened();
  const source = (b: string, c: string) => `
name: w
steps:
  - { id: x, uses: note, needs: [], with: { as: x } }
  - { id: a, uses: note, needs: [], with: { as: a } }
  - { id: b, uses: note, with: { as: ${b} } }
  - { id: c, uses: note, needs: [b, x], with: { as: ${c} } }
`;
  const { run } = await engine.start({ workflow: lab.workflow(source('b', 'c')), ...manual });
  await engine.finished(run.id);
  calls.length = 0;
  const latest = lab.workflow(source('b2', 'c2'));
  const again = await engine.retry(run.id, { from: 'failed', latest, by: 'me' });
  const detail = await engine.finished(again.id);
  expect(calls).toEqual(['b2', 'c2']);
  expect(detail).toMatchObject({
    status: 'succeeded',
    definition_hash: latest.hash,
    parent: run.id,
  });
});

test('from the start everything runs again; a run that has not ended and an unknown one are refused', async () => {
  const failing = new Set<string>();
  const { calls, kind } = noting(failing);
  lab = new Lab({ kinds: [kind] });
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: note, with: { as: a } }, { id: g, uses: gate }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  await expect(engine.retry(run.id, { from: 'start', by: 'me' })).rejects.toMatchObject({
    code: 'run.not_ended',
  });
  await expect(engine.retry('run_x', { from: 'start', by: 'me' })).rejects.toMatchObject({
    code: 'run.not_found',
  });
  lab.gate.pass();
  await engine.finished(run.id);
  const again = await engine.retry(run.id, { from: 'start', by: 'me' });
  await lab.gate.arrived(2);
  lab.gate.pass();
  await engine.finished(again.id);
  expect(calls).toEqual(['a', 'a']);
});

test('an input that a newer version no longer has is left out, one that it adds takes its default', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const old = lab.workflow(`
name: w
inputs: { gone: { type: string }, kept: { type: string } }
steps: [{ id: a, uses: boom }]
`);
  const { run } = await engine.start({
    workflow: old,
    ...manual,
    inputs: { gone: 'g', kept: 'k' },
  });
  const latest = lab.workflow(`
name: w
inputs: { kept: { type: string }, added: { type: number, default: 7 } }
steps: [{ id: a, uses: transform, with: { set: { v: '\${{ inputs.kept }}', n: '\${{ inputs.added }}' } } }]
`);
  const again = await engine.retry(run.id, { from: 'failed', latest, by: 'me' });
  const detail = await engine.finished(again.id);
  expect(detail.inputs).toEqual({ kept: 'k', added: 7 });
  expect(detail.steps[0]!.outputs).toEqual({ v: 'k', n: 7 });
});
