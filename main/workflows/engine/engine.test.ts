import { afterEach, expect, test } from 'vitest';
import { Lab, manual, statuses } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

test('a run of pure steps is created, executed and ended in one commit, with outputs flowing', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: chain
inputs: { n: { type: number } }
steps:
  - { id: a, uses: transform, with: { set: { v: '\${{ inputs.n + 1.0 }}' } } }
  - { id: b, uses: transform, with: { set: { v: '\${{ steps.a.outputs.v * 2.0 }}' } } }
outputs: { result: '\${{ steps.b.outputs.v }}' }
`);
  const before = engine.counters()['commits']!;
  const { run, created } = await engine.start({ workflow, ...manual, inputs: { n: 20 } });
  expect(created).toBe(true);
  expect(run.status).toBe('succeeded');
  expect(engine.counters()['commits']).toBe(before + 1);
  const detail = engine.get(run.id);
  expect(detail.outputs).toEqual({ result: 42 });
  expect(detail.steps.map((s) => [s.id, s.status, s.attempts, s.outputs])).toEqual([
    ['a', 'succeeded', 1, { v: 21 }],
    ['b', 'succeeded', 1, { v: 42 }],
  ]);
  expect(detail.steps[1]!.inputs).toEqual({ set: { v: 42 } });
});

test('an effect begins only after its started row is committed, and its result with the next start is one commit', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: two
steps:
  - { id: a, uses: gate, with: { x: 1 } }
  - { id: b, uses: gate, with: { x: '\${{ steps.a.outputs }}' } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  expect(statuses(engine.get(run.id))).toEqual({ a: 'running', b: 'pending' });
  const commits = engine.counters()['commits']!;
  lab.gate.pass(7);
  await lab.gate.arrived(2);
  expect(engine.counters()['commits']).toBe(commits + 1);
  expect(statuses(engine.get(run.id))).toEqual({ a: 'succeeded', b: 'running' });
  expect(lab.gate.calls[1]!.input).toEqual({ x: 7 });
  lab.gate.pass();
  expect((await engine.finished(run.id)).status).toBe('succeeded');
});

test('parallel branches run at once, and the limit over all runs holds', async () => {
  lab = new Lab({ maxParallelSteps: () => 2 });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: fan
steps:
  - { id: a, uses: gate, needs: [] }
  - { id: b, uses: gate, needs: [] }
  - { id: c, uses: gate, needs: [] }
  - { id: join, uses: transform, needs: [a, b, c], with: { set: { ok: true } } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(2);
  expect(lab.gate.calls.map((c) => c.step.id)).toEqual(['a', 'b']);
  expect(statuses(engine.get(run.id))).toMatchObject({ a: 'running', b: 'running', c: 'pending' });
  lab.gate.pass();
  await lab.gate.arrived(3);
  lab.gate.pass();
  lab.gate.pass();
  const detail = await engine.finished(run.id);
  expect(detail.status).toBe('succeeded');
  expect(statuses(detail)).toEqual({
    a: 'succeeded',
    b: 'succeeded',
    c: 'succeeded',
    join: 'succeeded',
  });
});

test('a failure skips what follows, lets other branches end, and always() and failure() see it', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: fails
steps:
  - { id: bad, uses: boom, needs: [], with: { code: test.bad } }
  - { id: after, uses: transform, with: { set: { x: 1 } } }
  - { id: later, uses: transform, with: { set: { x: 1 } } }
  - { id: tidy, uses: transform, if: 'always()', with: { set: { x: 1 } } }
  - { id: other, uses: transform, needs: [], with: { set: { x: 1 } } }
  - { id: told, uses: transform, needs: [bad], if: 'failure()', with: { set: { x: 1 } } }
  - { id: after_told, uses: transform, needs: [told], with: { set: { x: 1 } } }
on_failure:
  - { id: report, uses: transform, with: { set: { why: '\${{ steps.bad.error.code }}' } } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  const detail = engine.get(run.id);
  expect(detail.status).toBe('failed');
  expect(detail.error?.code).toBe('test.bad');
  expect(detail.at_step).toBe('bad');
  expect(statuses(detail)).toEqual({
    bad: 'failed',
    after: 'skipped',
    later: 'skipped',
    tidy: 'succeeded',
    other: 'succeeded',
    told: 'succeeded',
    after_told: 'skipped',
    report: 'succeeded',
  });
  expect(detail.steps.at(-1)!.outputs).toEqual({ why: 'test.bad' });
});

test('on_error continue and goto keep the run going', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: handled
steps:
  - { id: a, uses: boom, on_error: continue }
  - { id: b, uses: boom, on_error: { goto: d } }
  - { id: c, uses: transform, with: { set: { x: 1 } } }
  - { id: d, uses: transform, with: { set: { x: 1 } } }
  - { id: e, uses: transform, with: { set: { x: 1 } } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  const detail = engine.get(run.id);
  expect(statuses(detail)).toEqual({
    a: 'failed',
    b: 'failed',
    c: 'skipped',
    d: 'succeeded',
    e: 'succeeded',
  });
  expect(detail.status).toBe('succeeded');
});

test('foreach keeps the order of its list, bounds its items, and an empty list is a success', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: each
steps:
  - { id: pure, uses: transform, foreach: '\${{ [3, 1, 2] }}', with: { set: { v: '\${{ item * 10 + index }}' } } }
  - { id: none, uses: transform, foreach: [], with: { set: { v: 1 } } }
  - { id: slow, uses: gate, foreach: [a, b, c], max_parallel: 2, with: { v: '\${{ item }}' } }
outputs: { pure: '\${{ steps.pure.outputs.map(o, o.v) }}', none: '\${{ steps.none.outputs }}', slow: '\${{ steps.slow.outputs }}' }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(2);
  expect(lab.gate.calls).toHaveLength(2);
  lab.gate.pass('A');
  await lab.gate.arrived(3);
  lab.gate.pass('B');
  lab.gate.pass('C');
  const detail = await engine.finished(run.id);
  expect(detail.outputs).toEqual({ pure: [30, 11, 22], none: [], slow: ['A', 'B', 'C'] });
  expect(detail.steps[2]!.items!.map((item) => item.outputs)).toEqual(['A', 'B', 'C']);
});

test('a failed item ends its list: nothing more begins, and the step fails with its error', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: each-fails
steps:
  - { id: slow, uses: gate, foreach: [a, b, c, d], max_parallel: 2 }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(2);
  lab.gate.break('test.item');
  lab.gate.pass('B');
  const detail = await engine.finished(run.id);
  expect(detail.status).toBe('failed');
  expect(detail.error?.code).toBe('test.item');
  expect(detail.steps[0]!.items!.map((item) => item.status)).toEqual(['failed', 'succeeded']);
});

test('inputs that do not fit are refused with all problems, and nothing is started', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: inputs
inputs: { a: { type: integer }, b: { type: boolean, default: true }, c: { enum: [x, y] } }
steps: [{ id: s, uses: transform, with: { set: { v: '\${{ inputs }}' } } }]
`);
  await expect(
    engine.start({ workflow, ...manual, inputs: { a: 'no', z: 1, c: 'q' } }),
  ).rejects.toMatchObject({
    code: 'run.input_invalid',
    details: { problems: [{ input: 'z' }, { input: 'a' }, { input: 'c' }] },
  });
  expect(engine.list({ limit: 10 }).items).toEqual([]);
  const { run } = await engine.start({ workflow, ...manual, inputs: { a: '7', c: 'y' } });
  expect(engine.get(run.id).steps[0]!.outputs).toEqual({ v: { a: 7, b: true, c: 'y' } });
});
