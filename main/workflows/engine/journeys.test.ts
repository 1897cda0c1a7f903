import { afterEach, expect, test } from 'vitest';
import type { RunDetail } from '#contract/runs.ts';
import type { Json } from '#contract/common.ts';
import { Lab, instantKind, manual } from './testing.ts';
import { NexusError } from '#main/base/errors.ts';

let lab: Lab;
afterEach(() => lab.close());

const statuses = (run: RunDetail) =>
  Object.fromEntries(run.steps.map((step) => [step.id, step.status]));

test('a retry is parked with its error, tried again when due, and gives up after its attempts', async () => {
  let calls = 0;
  const flaky = instantKind('flaky', 'idempotent', (input) => {
    calls += 1;
    if (calls < Number(input['good'])) throw new NexusError({ code: 'net.down', message: 'Down.' });
    return calls;
  });
  lab = new Lab({ kinds: [flaky] });
  const engine = await lab.opened();
  const retry = '{ attempts: 3, backoff: 5ms, factor: 2, jitter: 0, on: ["net.*"] }';
  const good = lab.workflow(
    `{ name: good, steps: [{ id: a, uses: flaky, with: { good: 3 }, retry: ${retry} }] }`,
  );
  const { run } = await engine.start({ workflow: good, ...manual });
  const detail = await engine.finished(run.id);
  expect(detail.steps[0]).toMatchObject({ status: 'succeeded', attempts: 3, outputs: 3 });
  expect(detail.steps[0]!.error).toBeUndefined();
  calls = -10;
  const bad = lab.workflow(
    `{ name: bad, steps: [{ id: a, uses: flaky, with: { good: 99 }, retry: ${retry} }] }`,
  );
  const failed = await engine.finished((await engine.start({ workflow: bad, ...manual })).run.id);
  expect(failed.steps[0]).toMatchObject({ status: 'failed', attempts: 3 });
  expect(failed.error?.code).toBe('net.down');
  const lines: string[] = [];
  for await (const line of engine.log(failed.id, { after: 0, follow: false }))
    lines.push(line.text);
  expect(lines).toHaveLength(2);
});

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

test('a sub-workflow gives its outputs, its failure fails the step, and cancel reaches it', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  lab.workflow(
    "{ name: child, inputs: { n: { type: integer } }, steps: [{ id: s, uses: transform, with: { set: { v: '${{ inputs.n * 2 }}' } } }], outputs: { v: '${{ steps.s.outputs.v }}' } }",
  );
  lab.workflow('{ name: broken, steps: [{ id: s, uses: boom }] }');
  lab.workflow('{ name: slow, steps: [{ id: s, uses: gate }] }');
  const call = (name: string, inputs = '{}') =>
    lab.workflow(
      `{ name: call-${name}, steps: [{ id: c, uses: workflow, with: { workflow: ${name}, inputs: ${inputs} } }], outputs: { v: "\${{ steps.c.outputs.outputs }}" } }`,
    );
  const good = await engine.start({ workflow: call('child', '{ n: 21 }'), ...manual });
  expect((await engine.finished(good.run.id)).outputs).toEqual({ v: { v: 42 } });
  const bad = await engine.start({ workflow: call('broken'), ...manual });
  const failed = await engine.finished(bad.run.id);
  expect(failed.steps[0]!.error).toMatchObject({ code: 'subworkflow.failed' });
  const slow = await engine.start({ workflow: call('slow'), ...manual });
  await lab.gate.arrived(1);
  await engine.cancel(slow.run.id, 'me');
  expect((await engine.finished(slow.run.id)).status).toBe('cancelled');
  const child = engine.list({ workflow: 'slow', limit: 1 }).items[0]!;
  expect(child).toMatchObject({ status: 'cancelled', parent: slow.run.id });
});

test('a workflow that calls itself ends with run.too_deep instead of running for ever', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: me, steps: [{ id: c, uses: workflow, with: { workflow: me } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  const detail = await engine.finished(run.id);
  expect(detail.status).toBe('failed');
  expect(engine.list({ limit: 100 }).items).toHaveLength(17);
});

test('an event wakes those that wait for its name and key, and no others', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const waiting = (key: string) =>
    lab.workflow(
      `{ name: w${key}, steps: [{ id: e, uses: wait, with: { event: paid, key: "${key}" } }], outputs: { v: "\${{ steps.e.outputs.data }}" } }`,
    );
  const one = await engine.start({ workflow: waiting('1'), ...manual });
  const two = await engine.start({ workflow: waiting('2'), ...manual });
  expect(await engine.sendEvent({ name: 'paid', key: '1', data: { sum: 5 } })).toBe(1);
  expect((await engine.finished(one.run.id)).outputs).toEqual({ v: { sum: 5 } });
  expect(engine.get(two.run.id).status).toBe('waiting');
  expect(await engine.sendEvent({ name: 'other' })).toBe(0);
});

test('an approval is checked: who, choice and fields; a second decision is refused', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - id: ask
    uses: approval
    with: { title: Deploy, choices: [go, stop], who: [admin], fields: [{ name: n, type: number, required: true }] }
`);
  const { run } = await engine.start({ workflow, ...manual });
  const by = { by: 'me', roles: ['operator'] };
  const admin = { by: 'boss', roles: ['admin'] };
  await expect(engine.approve(run.id, { fields: {}, ...by })).rejects.toMatchObject({
    code: 'approval.not_yours',
  });
  await expect(engine.approve(run.id, { fields: {}, ...admin })).rejects.toMatchObject({
    code: 'approval.field_invalid',
  });
  await expect(
    engine.approve(run.id, { fields: { n: '1' }, choice: 'maybe', ...admin }),
  ).rejects.toMatchObject({ code: 'approval.choice_unknown' });
  await engine.approve(run.id, { fields: { n: '1' }, choice: 'go', ...admin });
  const detail = await engine.finished(run.id);
  expect(detail.steps[0]!.outputs).toMatchObject({ choice: 'go', fields: { n: 1 }, by: 'boss' });
  await expect(engine.approve(run.id, { fields: {}, ...admin })).rejects.toMatchObject({
    code: 'run.ended',
  });
});

test('fifty deliveries with one key start one run', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }] }',
  );
  const started = await Promise.all(
    Array.from({ length: 50 }, () =>
      engine.start({ workflow, ...manual, dedupeKey: 'delivery-1' }),
    ),
  );
  expect(new Set(started.map((one) => one.run.id)).size).toBe(1);
  expect(started.filter((one) => one.created)).toHaveLength(1);
  expect(engine.list({ limit: 100 }).items).toHaveLength(1);
});

test.each([
  ['queue', ['running', 'queued', 'queued']],
  ['skip', ['running', 'cancelled', 'cancelled']],
] as const)('concurrency %s holds for starts of one moment', async (mode, expected) => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    `{ name: w, concurrency: { group: g, mode: ${mode} }, steps: [{ id: a, uses: gate }] }`,
  );
  const started = await Promise.all([1, 2, 3].map(() => engine.start({ workflow, ...manual })));
  expect(started.map((one) => one.run.status)).toEqual(expected);
  expect(started.map((one) => one.skipped)).toEqual(expected.map((one) => one === 'cancelled'));
  const ends = expected.filter((one) => one !== 'cancelled').length;
  for (let n = 1; n <= ends; n += 1) {
    await lab.gate.arrived(n);
    expect(lab.gate.calls).toHaveLength(n);
    lab.gate.pass();
  }
  const begun = started.filter((one) => !one.skipped);
  for (const { run } of begun) expect((await engine.finished(run.id)).status).toBe('succeeded');
});

test('concurrency cancel ends the older run for the newer', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, concurrency: { group: g, mode: cancel }, steps: [{ id: a, uses: gate }] }',
  );
  const first = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const next = await engine.start({ workflow, ...manual });
  expect((await engine.finished(first.run.id)).status).toBe('cancelled');
  await lab.gate.arrived(2);
  lab.gate.pass('aborted one');
  lab.gate.pass();
  expect((await engine.finished(next.run.id)).status).toBe('succeeded');
});

test('a webhook is answered by the respond step once it is committed, or with nothing at the end', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const answers = lab.workflow(
    '{ name: w, on: { webhook: { path: x, auth: none, respond: by_step } }, steps: [{ id: r, uses: respond, with: { status: 201, body: { ok: true } } }, { id: g, uses: gate }] }',
  );
  const one = await engine.start({ workflow: answers, ...manual, wantResponse: true });
  expect(await one.response).toMatchObject({ status: 201, body: { ok: true } });
  const silent = lab.workflow('{ name: s, steps: [{ id: b, uses: boom }] }');
  const two = await engine.start({ workflow: silent, ...manual, wantResponse: true });
  expect(await two.response).toBeUndefined();
});

test('large outputs go to a file, with a preview in the journal, and the next step sees them whole', async () => {
  const big = 'x'.repeat(300_000);
  lab = new Lab({ kinds: [instantKind('big', 'idempotent', () => ({ text: big }))] });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: big }
  - { id: g, uses: approval, with: { title: x } }
  - { id: b, uses: transform, with: { set: { n: '\${{ size(steps.a.outputs.text) }}' } } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await engine.parked();
  const parked = engine.get(run.id);
  expect(JSON.stringify(parked.steps[0]!.outputs).length).toBeLessThan(1000);
  expect(parked.steps[0]!.outputs_file).toContain(run.id);
  await engine.approve(run.id, { fields: {}, by: 'me', roles: [] });
  expect((await engine.finished(run.id)).steps[2]!.outputs).toEqual({ n: 300_000 });
});

test('secrets are in no table of the journal, whichever way they came', async () => {
  const echo = instantKind('echo', 'once', (input, context) => {
    void context.log('stdout', `token ${input['t'] as string}\n`);
    if (input['fail'])
      throw new NexusError({ code: 'x.y', message: `bad ${input['t'] as string}` });
    return { got: input['t'] ?? null };
  });
  lab = new Lab({ kinds: [echo] });
  lab.secrets.set('TOKEN', 'hunter2hunter2');
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: echo, with: { t: '\${{ secrets.TOKEN }}' } }
  - { id: b, uses: echo, with: { t: '\${{ secrets.TOKEN }}', fail: true } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await engine.finished(run.id);
  const db = lab.database();
  for (const table of ['runs', 'steps', 'attempts', 'log_chunks'])
    expect(JSON.stringify(db.prepare(`SELECT * FROM ${table}`).all())).not.toContain('hunter2');
  db.close();
});
