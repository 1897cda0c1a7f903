import { afterEach, expect, test } from 'vitest';
import { Lab, instantKind, manual } from './testing.ts';
import { NexusError } from '#main/base/errors.ts';

let lab: Lab;
afterEach(() => lab.close());

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
