import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { Lab, manual, stall, turn, statuses } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

const T0 = Date.UTC(2026, 0, 1, 12, 30);
const caller = (more = '') => `
name: parent
${more}
steps:
  - { id: call, uses: workflow, with: { workflow: child } }
  - { id: after, uses: transform, with: { set: { x: 1 } } }
`;

test('a cancel reaches the sub-workflow, and the step that called it is cancelled, not failed', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  lab.workflow('{ name: child, steps: [{ id: g, uses: gate }] }');
  const { run } = await engine.start({ workflow: lab.workflow(caller()), ...manual });
  await lab.gate.arrived(1);
  await engine.cancel(run.id, 'ann');
  const detail = await engine.finished(run.id);
  expect(lab.gate.calls[0]!.signal.aborted).toBe(true);
  expect(statuses(detail)).toEqual({ call: 'cancelled', after: 'cancelled' });
  expect(detail).toMatchObject({ status: 'cancelled', error: { code: 'run.cancelled' } });
  expect(engine.list({ workflow: 'child', limit: 1 }).items[0]!.status).toBe('cancelled');
});

test('a run that times out in a sub-workflow says so, and not that the sub-workflow was cancelled', async () => {
  const clock = new ManualClock(T0);
  lab = new Lab({ clock });
  const engine = await lab.opened();
  lab.workflow('{ name: child, steps: [{ id: ask, uses: approval, with: { title: Sure } }] }');
  const workflow = lab.workflow(caller('timeout: 1m'));
  const { run } = await engine.start({ workflow, ...manual });
  await engine.parked();
  clock.advance(60_000);
  const detail = await engine.finished(run.id);
  expect(detail).toMatchObject({ status: 'failed', error: { code: 'run.timeout' } });
  expect(engine.approvals().approvals).toEqual([]);
});

test('retries happen for the named codes only, and an expression that fails is not tried again', async () => {
  const clock = new ManualClock(T0);
  lab = new Lab({ clock });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
inputs: { list: { type: array, default: [] } }
steps:
  - { id: named, uses: boom, on_error: continue, with: { code: net.slow }, retry: { attempts: 3, backoff: 10s, jitter: 0, on: ['net.*'] } }
  - { id: other, uses: boom, on_error: continue, with: { code: disk.full }, retry: { attempts: 3, backoff: 10s, on: ['net.*'] } }
  - { id: broken, uses: transform, retry: { attempts: 3, backoff: 10s }, with: { set: { x: '\${{ inputs.list[3] }}' } } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  for (const wait of [10_000, 20_000]) {
    await engine.parked();
    clock.advance(wait - 1);
    await engine.parked();
    expect(engine.get(run.id).steps[0]!.status).toBe('waiting');
    clock.advance(1);
  }
  const detail = await engine.finished(run.id);
  expect(detail.steps.map((step) => step.attempts)).toEqual([3, 1, 1]);
});

test('a timeout counts for each attempt, and its end may be tried again', async () => {
  const clock = new ManualClock(T0);
  lab = new Lab({ clock });
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: gate, timeout: 10s, retry: { attempts: 2, backoff: 5s, jitter: 0, on: [step.timeout] } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  await turn();
  clock.advance(10_000);
  await engine.parked();
  expect(lab.gate.calls[0]!.signal.aborted).toBe(true);
  expect(engine.get(run.id).steps[0]).toMatchObject({ status: 'waiting', attempts: 1 });
  clock.advance(5000);
  await lab.gate.arrived(2);
  await turn();
  clock.advance(9_999);
  lab.gate.pass();
  lab.gate.pass('in time');
  expect((await engine.finished(run.id)).steps[0]).toMatchObject({
    status: 'succeeded',
    attempts: 2,
  });
});

test('a wait is over when the clock has jumped past it, and lasts when the clock has jumped back', async () => {
  const clock = new ManualClock(T0);
  lab = new Lab({ clock });
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: wait, with: { duration: 1h } }] }',
  );
  const early = await engine.start({ workflow, ...manual });
  await engine.parked();
  clock.advance(-1_800_000);
  clock.advance(1_800_000 + 3_599_999);
  await engine.parked();
  expect(engine.get(early.run.id).status).toBe('waiting');
  // Asleep for a day: due at once when it wakes.
  clock.advance(86_400_000);
  expect((await engine.finished(early.run.id)).status).toBe('succeeded');
});

test('an approval that nobody decides takes its default, or fails without one', async () => {
  const clock = new ManualClock(T0);
  lab = new Lab({ clock });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: approval, needs: [], with: { title: A, timeout: 1h, default: reject } }
  - { id: b, uses: approval, needs: [], on_error: continue, with: { title: B, timeout: 2h } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await engine.parked();
  expect(engine.approvals().approvals.map((one) => [one.step, one.default_choice])).toEqual([
    ['a', 'reject'],
    ['b', undefined],
  ]);
  await expect(engine.approve(run.id, { fields: {}, by: 'me', roles: [] })).rejects.toMatchObject({
    code: 'approval.ambiguous',
  });
  clock.advance(3_600_000);
  await engine.parked();
  clock.advance(3_600_000);
  const [a, b] = (await engine.finished(run.id)).steps;
  expect(a!.outputs).toMatchObject({ choice: 'reject', timed_out: true });
  expect(b!.error?.code).toBe('approval.timed_out');
});

test('a sleep over two due times before a commit: what fell due second is not forgotten', async () => {
  const clock = new ManualClock(T0);
  lab = new Lab({ clock });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: approval, needs: [], with: { title: A, timeout: 1h, default: reject } }
  - { id: b, uses: approval, needs: [], on_error: continue, with: { title: B, timeout: 2h } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await engine.parked();
  clock.advance(7_200_000);
  const [a, b] = (await engine.finished(run.id)).steps;
  expect(a!.outputs).toMatchObject({ choice: 'reject', timed_out: true });
  expect(b!.error?.code).toBe('approval.timed_out');
});

test('interrupted items ask one by one; the list goes on with the answers', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow(
    "{ name: w, steps: [{ id: list, uses: gate, foreach: [x, y, z, v], max_parallel: 3, with: { v: '${{ item }}' } }] }",
  );
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(3);
  lab.gate.abandon();
  stall(lab);
  const other = await lab.opened();
  const asked = other.approvals().interrupted;
  expect(asked.map((one) => one.index)).toEqual([0, 1, 2]);
  expect(asked[1]!.inputs).toEqual({ v: 'y' });
  expect(other.get(run.id)).toMatchObject({
    status: 'interrupted',
    steps: [{ status: 'interrupted' }],
  });
  await expect(
    other.resolve(run.id, { step: 'list', action: 'skip', by: 'me' }),
  ).rejects.toMatchObject({
    code: 'step.not_interrupted',
  });
  await other.resolve(run.id, { step: 'list', index: 0, action: 'skip', by: 'me' });
  await lab.gate.arrived(4);
  await other.resolve(run.id, { step: 'list', index: 1, action: 'retry', by: 'me' });
  await other.resolve(run.id, { step: 'list', index: 2, action: 'skip', by: 'me' });
  await lab.gate.arrived(5);
  lab.gate.pass('V', 'list[3]');
  lab.gate.pass('Y', 'list[1]');
  const detail = await other.finished(run.id);
  expect(detail.status).toBe('succeeded');
  expect(detail.steps[0]!.outputs).toEqual([null, 'Y', null, 'V']);
});

test('with on_error: continue every item is tried, and the outputs of the good ones are there', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: list, uses: safe, foreach: [a, b, c], max_parallel: 1, on_error: continue }
  - { id: see, uses: transform, with: { set: { all: '\${{ steps.list.outputs }}', status: '\${{ steps.list.status }}' } } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  lab.gate.pass('A');
  await lab.gate.arrived(2);
  lab.gate.break();
  await lab.gate.arrived(3);
  lab.gate.pass('C');
  const detail = await engine.finished(run.id);
  expect(detail.status).toBe('succeeded');
  expect(detail.steps[1]!.outputs).toEqual({ all: ['A', null, 'C'], status: 'failed' });
});

test('ends are counted in the hour in which they happened, empty hours included', async () => {
  const clock = new ManualClock(T0);
  lab = new Lab({ clock });
  const engine = await lab.opened();
  const good = lab.workflow(
    '{ name: good, steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }] }',
  );
  const bad = lab.workflow('{ name: bad, steps: [{ id: a, uses: boom }] }');
  await engine.start({ workflow: good, ...manual });
  clock.advance(2 * 3_600_000);
  await engine.start({ workflow: good, ...manual });
  await engine.start({ workflow: bad, ...manual });
  expect(engine.statistics(4)).toEqual([
    { at: '2026-01-01T11:00:00.000Z', succeeded: 0, failed: 0, cancelled: 0 },
    { at: '2026-01-01T12:00:00.000Z', succeeded: 1, failed: 0, cancelled: 0 },
    { at: '2026-01-01T13:00:00.000Z', succeeded: 0, failed: 0, cancelled: 0 },
    { at: '2026-01-01T14:00:00.000Z', succeeded: 1, failed: 1, cancelled: 0 },
  ]);
});

test('pages of the list join without gap or repetition, filtered by status and workflow', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const good = lab.workflow(
    '{ name: good, steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }] }',
  );
  const bad = lab.workflow('{ name: bad, steps: [{ id: a, uses: boom }] }');
  const ids: string[] = [];
  for (let i = 0; i < 7; i += 1)
    ids.push((await engine.start({ workflow: i % 2 ? bad : good, ...manual })).run.id);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = engine.list({ limit: 3, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...page.items.map((run) => run.id));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(seen).toEqual(ids.toReversed());
  expect(engine.list({ status: ['failed'], limit: 10 }).items).toHaveLength(3);
  expect(
    engine.list({ status: ['failed', 'succeeded'], workflow: 'good', limit: 10 }).items,
  ).toHaveLength(4);
  expect(engine.list({ status: [], limit: 10 }).items).toEqual([]);
});

test('what follows the end of a run is committed with that end', async () => {
  lab = new Lab();
  const follower = lab.workflow('{ name: next, steps: [{ id: g, uses: gate }] }');
  const engine = await lab.opened({
    followers: (run) =>
      run.workflow === 'first'
        ? [
            {
              workflow: follower,
              inputs: {},
              trigger: { kind: 'workflow_completed', source: run.id },
            },
          ]
        : [],
  });
  const first = lab.workflow(
    '{ name: first, steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }] }',
  );
  const { run } = await engine.start({ workflow: first, ...manual });
  expect(run.status).toBe('succeeded');
  // Read by another connection the moment the start is acknowledged.
  expect(lab.rows("SELECT workflow FROM runs WHERE workflow = 'next'")).toHaveLength(1);
  await lab.gate.arrived(1);
  lab.gate.pass();
  await engine.parked();
  expect(engine.list({ workflow: 'next', limit: 1 }).items[0]).toMatchObject({
    status: 'succeeded',
  });
});

test('a chain of workflows that follow one another for ever is cut', async () => {
  lab = new Lab();
  const self = lab.workflow(
    '{ name: self, steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }] }',
  );
  const engine = await lab.opened({
    followers: () => [
      { workflow: self, inputs: {}, trigger: { kind: 'workflow_completed', source: 'x' } },
    ],
  });
  await engine.start({ workflow: self, ...manual });
  await engine.parked();
  expect(engine.list({ limit: 100 }).items).toHaveLength(17);
});
