import { afterEach, expect, test } from 'vitest';
import { Lab, manual, stall } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

test('a group expression that fails refuses the start and leaves nothing: no run, no key, nothing in memory', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
inputs: { list: { type: array } }
concurrency: { group: '\${{ inputs.list[3] }}', mode: queue }
steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }]
`);
  const request = { workflow, ...manual, inputs: { list: [] }, dedupeKey: 'k' };
  await expect(engine.start(request)).rejects.toMatchObject({ code: 'expression.failed' });
  expect(engine.counters()['runs_in_memory']).toBe(0);
  await engine.parked();
  expect(lab.rows('SELECT * FROM dedupe')).toEqual([]);
  expect(lab.rows('SELECT id FROM runs')).toEqual([]);
});

test('a sub-workflow whose group expression fails fails the step that called it, and the run ends', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  lab.workflow(`
name: child
inputs: { list: { type: array, default: [] } }
concurrency: { group: '\${{ inputs.list[3] }}', mode: queue }
steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }]
`);
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: c, uses: workflow, with: { workflow: child } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  const detail = await engine.finished(run.id);
  expect(detail.steps[0]!.error?.code).toBe('expression.failed');
  await engine.parked();
  expect(engine.counters()['runs_in_memory']).toBe(0);
});

const grouped = (mode: string, max = 1) => `
name: w
concurrency: { group: one, mode: ${mode}, max: ${max} }
steps: [{ id: ask, uses: approval, with: { title: Sure } }]
`;

test('starts in a queue run one after the other, in order, across two processes', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const second = await lab.opened();
  const workflow = lab.workflow(grouped('queue'));
  const runs: { id: string; owner: typeof first }[] = [];
  for (const owner of [first, second, first, second]) {
    const { run } = await owner.start({ workflow, ...manual });
    runs.push({ id: run.id, owner });
  }
  for (const { id, owner } of runs) {
    const active = lab.rows("SELECT id FROM runs WHERE ended_at IS NULL AND status <> 'queued'");
    expect(active).toEqual([{ id }]);
    const asked = new Promise<void>((resolve) => {
      const off = lab.events.on('approval_asked', () => (off(), resolve()));
    });
    await owner.approve(id, { fields: {}, by: 'me', roles: [] });
    expect((await owner.finished(id)).status).toBe('succeeded');
    if (id !== runs.at(-1)!.id) await asked;
  }
});

test('max lets that many run at once, and skip counts them, also those started in the same commit', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(grouped('skip', 2));
  const started = await Promise.all(
    Array.from({ length: 5 }, () => engine.start({ workflow, ...manual })),
  );
  expect(started.map((one) => one.skipped)).toEqual([false, false, true, true, true]);
  expect(started[4]!.run).toMatchObject({ status: 'cancelled', error: { code: 'run.skipped' } });
  await engine.parked();
  expect(lab.rows("SELECT sum(count) AS n FROM run_hours WHERE status = 'cancelled'")).toEqual([
    { n: 3 },
  ]);
});

test('the wish to end the older run is committed with the newer: a death in between loses neither', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow(grouped('cancel'));
  const older = await first.start({ workflow, ...manual });
  await first.parked();
  const second = lab.engine();
  await second.open('own');
  // Started where the older is not driven, whose owner then dies before it looks.
  const newer = await second.start({ workflow, ...manual });
  expect(newer.run.status).toBe('queued');
  stall(lab);
  const third = await lab.opened();
  expect((await third.finished(older.run.id)).error?.message).toContain(newer.run.id);
  await third.approve(newer.run.id, { fields: {}, by: 'me', roles: [] }).catch(() => undefined);
  await third.parked();
  expect(third.get(newer.run.id).status).not.toBe('queued');
});

test('a queued run can be cancelled before it begins, and what queues behind it moves up', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(grouped('queue'));
  const [one, two, three] = await Promise.all(
    [0, 1, 2].map(() => engine.start({ workflow, ...manual })),
  );
  await engine.cancel(two!.run.id, 'me', 'no longer needed');
  expect(await engine.finished(two!.run.id)).toMatchObject({
    status: 'cancelled',
    steps: [{ status: 'cancelled' }],
  });
  expect(engine.get(three!.run.id).status).toBe('queued');
  await engine.approve(one!.run.id, { fields: {}, by: 'me', roles: [] });
  await engine.finished(one!.run.id);
  await engine.parked();
  expect(engine.get(three!.run.id).status).toBe('waiting');
});

test('groups of different names and of different workflows do not hold one another up', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const source = (name: string) => `
name: ${name}
inputs: { to: { type: string } }
concurrency: { group: '\${{ inputs.to }}', mode: queue }
steps: [{ id: ask, uses: approval, with: { title: Sure } }]
`;
  const a = lab.workflow(source('a'));
  const b = lab.workflow(source('b'));
  const started = await Promise.all([
    engine.start({ workflow: a, ...manual, inputs: { to: 'x' } }),
    engine.start({ workflow: a, ...manual, inputs: { to: 'y' } }),
    engine.start({ workflow: b, ...manual, inputs: { to: 'x' } }),
    engine.start({ workflow: a, ...manual, inputs: { to: 'x' } }),
  ]);
  expect(started.map((one) => one.run.status === 'queued')).toEqual([false, false, false, true]);
});
