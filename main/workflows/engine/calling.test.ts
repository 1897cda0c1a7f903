import { afterEach, expect, test } from 'vitest';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Json } from '#contract/common.ts';
import { calledOutputs } from './children.ts';
import { Lab, manual, stall } from './testing.ts';

let lab: Lab;
afterEach(() => lab?.close());

const child = (outputs: string, name = 'child') =>
  `{ name: ${name}, steps: [{ id: s, uses: transform, with: { set: { v: 42 } } }], outputs: ${outputs} }`;
const caller = (name: string, out: string, to = 'child') =>
  `{ name: ${name}, steps: [{ id: c, uses: workflow, with: { workflow: ${to} } }], outputs: { v: '\${{ ${out} }}' } }`;

test('what a sub-workflow puts out is at the top of the step’s outputs, and in one map under outputs', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  lab.workflow(child("{ v: '${{ steps.s.outputs.v }}' }"));
  const short = await engine.start({
    workflow: lab.workflow(caller('a', 'steps.c.outputs.v')),
    ...manual,
  });
  const long = await engine.start({
    workflow: lab.workflow(caller('b', 'steps.c.outputs.outputs.v')),
    ...manual,
  });
  expect((await engine.finished(short.run.id)).outputs).toEqual({ v: 42 });
  const detail = await engine.finished(long.run.id);
  expect(detail.outputs).toEqual({ v: 42 });
  const { run } = detail.steps[0]!.outputs as { run: string };
  expect(engine.get(run)).toMatchObject({ workflow: 'child', parent: long.run.id });
  expect(detail.steps[0]!.outputs).toEqual({ v: 42, run, status: 'succeeded', outputs: { v: 42 } });
});

test('an output that is called run or status does not hide which run it was', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  lab.workflow(child('{ run: mine, status: mine, outputs: mine }'));
  const { run } = await engine.start({
    workflow: lab.workflow(caller('a', 'steps.c.outputs.outputs.run')),
    ...manual,
  });
  const detail = await engine.finished(run.id);
  expect(detail.outputs).toEqual({ v: 'mine' });
  const outputs = detail.steps[0]!.outputs as { run: string; status: string };
  expect(engine.get(outputs.run).workflow).toBe('child');
  expect(outputs.status).toBe('succeeded');
});

test('nothing that a workflow puts out is lost, whatever its names', () => {
  const names = fc.constantFrom('run', 'status', 'outputs', 'constructor', 'a', 'b');
  fc.assert(
    fc.property(fc.dictionary(names, fc.jsonValue()), (own) => {
      const outputs = calledOutputs('run_1', 'succeeded', own as Json) as Record<string, Json>;
      expect(outputs).toMatchObject({ run: 'run_1', status: 'succeeded' });
      expect(isDeepStrictEqual(outputs['outputs'], own)).toBe(true);
      for (const [name, value] of Object.entries(own))
        if (!['run', 'status', 'outputs'].includes(name)) expect(outputs[name]).toBe(value);
    }),
  );
  expect(calledOutputs('r', 'queued', null)).toEqual({ run: 'r', status: 'queued', outputs: null });
});

test('an error from three levels down is told once, with the way to it', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  lab.workflow('{ name: leaf, steps: [{ id: s, uses: boom, with: { code: disk.full } }] }');
  lab.workflow('{ name: mid, steps: [{ id: c, uses: workflow, with: { workflow: leaf } }] }');
  lab.workflow('{ name: up, steps: [{ id: c, uses: workflow, with: { workflow: mid } }] }');
  const workflow = lab.workflow(
    '{ name: top, steps: [{ id: c, uses: workflow, with: { workflow: up } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  const { error } = await engine.finished(run.id);
  expect(error!.message).toBe('The workflow up → mid → leaf failed: Boom.');
  const leaf = engine.list({ workflow: 'leaf', limit: 1 }).items[0]!.id;
  expect(error).toMatchObject({
    code: 'subworkflow.failed',
    hint: `See its run ${leaf}.`,
    details: { path: ['up', 'mid', 'leaf'], error: { code: 'disk.full', message: 'Boom.' } },
  });
  const runs = error!.details!['runs'] as string[];
  expect(runs.map((id) => engine.get(id).workflow)).toEqual(['up', 'mid', 'leaf']);
  expect(JSON.stringify(error).match(/Boom/g)).toHaveLength(2);
});

test('a workflow that was cancelled further down says so, and which', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  lab.workflow('{ name: leaf, steps: [{ id: s, uses: approval, with: { title: Sure } }] }');
  lab.workflow('{ name: mid, steps: [{ id: c, uses: workflow, with: { workflow: leaf } }] }');
  const workflow = lab.workflow(
    '{ name: top, steps: [{ id: c, uses: workflow, with: { workflow: mid } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  await engine.parked();
  await engine.cancel(engine.list({ workflow: 'leaf', limit: 1 }).items[0]!.id, 'me');
  const detail = await engine.finished(run.id);
  expect(detail).toMatchObject({
    status: 'failed',
    error: { message: 'The workflow mid → leaf was cancelled.' },
  });
  expect(engine.list({ workflow: 'mid', limit: 1 }).items[0]!.error?.code).toBe(
    'subworkflow.cancelled',
  );
});

const grouped = (mode: string) => `
name: child
concurrency: { group: one, mode: ${mode} }
steps: [{ id: ask, uses: approval, with: { title: Sure } }]
`;
const calls = (list: string, extra = '') =>
  `{ name: top, steps: [{ id: c, uses: workflow, foreach: ${list}, on_error: continue${extra}, with: { workflow: child } }] }`;

test('skip is honoured for sub-workflows, also for two that are called in one commit', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  lab.workflow(grouped('skip'));
  const { run } = await engine.start({ workflow: lab.workflow(calls('[1, 2, 3]')), ...manual });
  await engine.parked();
  const statuses = engine.list({ workflow: 'child', limit: 9 }).items.map((one) => one.status);
  expect(statuses.toSorted()).toEqual(['cancelled', 'cancelled', 'waiting']);
  const waiting = engine.list({ workflow: 'child', status: ['waiting'], limit: 1 }).items[0]!;
  await engine.approve(waiting.id, { fields: {}, by: 'me', roles: [] });
  const items = (await engine.finished(run.id)).steps[0]!.items!;
  expect(items.map((item) => item.error?.code)).toEqual([
    undefined,
    'subworkflow.skipped',
    'subworkflow.skipped',
  ]);
});

test('a skipped sub-workflow and the step that called it are told in one commit', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(grouped('skip'));
  await engine.start({ workflow, ...manual });
  const before = engine.counters()['commits']!;
  const top = await engine.start({ workflow: lab.workflow(calls('[1]')), ...manual });
  // The start, its call, the refusal and the end: nothing for a crash to come between.
  const [step] = (await engine.finished(top.run.id)).steps;
  expect(step!.items![0]!.error?.code).toBe('subworkflow.skipped');
  expect(engine.counters()['commits']! - before).toBeLessThanOrEqual(2);
  expect(lab.rows("SELECT count(*) AS n FROM runs WHERE status = 'queued'")).toEqual([{ n: 0 }]);
});

test('a step whose sub-workflow was skipped can try again until there is room', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const held = await engine.start({ workflow: lab.workflow(grouped('skip')), ...manual });
  await engine.parked();
  const refused = new Promise<void>((resolve) => {
    lab.events.on('run_changed', (run) => {
      if (run.error?.code === 'run.skipped') resolve();
    });
  });
  const { run } = await engine.start({
    workflow: lab.workflow(
      '{ name: top, steps: [{ id: c, uses: workflow, retry: { attempts: 100, backoff: 5ms, max: 20ms }, with: { workflow: child } }] }',
    ),
    ...manual,
  });
  await refused;
  await engine.approve(held.run.id, { fields: {}, by: 'me', roles: [] });
  const asked = new Promise<string>((resolve) => {
    lab.events.on('approval_asked', (approval) => resolve(approval.run));
  });
  await engine.approve(await asked, { fields: {}, by: 'me', roles: [] });
  expect((await engine.finished(run.id)).status).toBe('succeeded');
});

test('cancel is honoured for sub-workflows: the older one ends for the newer', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const held = await engine.start({ workflow: lab.workflow(grouped('cancel')), ...manual });
  await engine.parked();
  const asked = new Promise<string>((resolve) => {
    lab.events.on('approval_asked', (approval) => {
      if (approval.run !== held.run.id) resolve(approval.run);
    });
  });
  const { run } = await engine.start({ workflow: lab.workflow(calls('[1]')), ...manual });
  const newer = await asked;
  expect((await engine.finished(held.run.id)).error).toMatchObject({
    code: 'run.cancelled',
    message: `The run was cancelled: run ${newer} of the same group was started`,
  });
  await engine.approve(newer, { fields: {}, by: 'me', roles: [] });
  expect((await engine.finished(run.id)).steps[0]!.items![0]!.status).toBe('succeeded');
});

test('the wish to end the older run is in the commit with the sub-workflow: a death behind it loses nothing', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const held = await first.start({ workflow: lab.workflow(grouped('cancel')), ...manual });
  await first.parked();
  // Driven elsewhere, so that the older run's owner only hears of it through the journal.
  const second = lab.engine();
  await second.open('own');
  const { run } = await second.start({ workflow: lab.workflow(calls('[1]')), ...manual });
  await second.parked();
  stall(lab);
  const third = await lab.opened();
  expect((await third.finished(held.run.id)).status).toBe('cancelled');
  await third.parked();
  const child = third.list({ workflow: 'child', status: ['waiting'], limit: 1 }).items[0]!;
  await third.approve(child.id, { fields: {}, by: 'me', roles: [] });
  expect((await third.finished(run.id)).status).toBe('succeeded');
});

test.each(['skip', 'cancel'])('what follows a run honours %s', async (mode) => {
  lab = new Lab();
  const follower = lab.workflow(grouped(mode));
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
  const workflow = lab.workflow(
    '{ name: first, steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }] }',
  );
  for (let i = 0; i < 3; i += 1) {
    await engine.start({ workflow, ...manual });
    await engine.parked();
  }
  const runs = engine.list({ workflow: 'child', limit: 9 }).items.toReversed();
  expect(runs.map((run) => run.status)).toEqual(
    mode === 'skip' ? ['waiting', 'cancelled', 'cancelled'] : ['cancelled', 'cancelled', 'waiting'],
  );
});

test('a start does not overtake a run that queues for the place which has just become free', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(grouped('queue'));
  const one = await engine.start({ workflow, ...manual });
  const two = await engine.start({ workflow, ...manual });
  await engine.parked();
  const end = engine.approve(one.run.id, { fields: {}, by: 'me', roles: [] });
  // In the very next commit after the end, together with the queue's own move.
  const three = end.then(() => engine.start({ workflow, ...manual }));
  expect((await three).run.status).toBe('queued');
  await engine.parked();
  expect(engine.get(two.run.id).status).toBe('waiting');
});

test('a workflow that calls itself within its own group says so instead of waiting for ever', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  lab.workflow('{ name: mid, steps: [{ id: c, uses: workflow, with: { workflow: top } }] }');
  const workflow = lab.workflow(
    '{ name: top, concurrency: one, steps: [{ id: c, uses: workflow, with: { workflow: mid } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  const detail = await engine.finished(run.id);
  expect(detail.error?.details).toMatchObject({
    path: ['mid'],
    error: { code: 'run.group_circle' },
  });
  expect(engine.counters()['runs_in_memory']).toBe(0);
});

test('a sub-workflow whose calling step took too long is cancelled', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  lab.workflow('{ name: child, steps: [{ id: ask, uses: approval, with: { title: Sure } }] }');
  const workflow = lab.workflow(
    '{ name: top, steps: [{ id: c, uses: workflow, timeout: 20ms, with: { workflow: child } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  expect((await engine.finished(run.id)).error?.code).toBe('step.timeout');
  const child = engine.list({ workflow: 'child', limit: 1 }).items[0]!;
  expect((await engine.finished(child.id)).error).toMatchObject({
    code: 'run.cancelled',
    message: expect.stringContaining('took too long') as string,
  });
});
