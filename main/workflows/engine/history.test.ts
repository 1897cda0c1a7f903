import { afterEach, expect, test } from 'vitest';
import { ATTEMPTS_KEPT, runDetail, type RunDetail } from '#contract/runs.ts';
import { NexusError } from '#main/base/errors.ts';
import { instantKind, Lab, manual, stall } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

/** Fails `times` times, then succeeds. */
function flaky(times: () => number) {
  let calls = 0;
  return instantKind('flaky', 'once', () => {
    calls += 1;
    if (calls <= times()) throw new NexusError({ code: 'test.flaky', message: `Call ${calls}.` });
    return { calls };
  });
}

const step = (run: RunDetail, id = 'a') => run.steps.find((one) => one.id === id)!;

test('every attempt is told with its times and its error, the last one included', async () => {
  lab = new Lab({ kinds: [flaky(() => 2)] });
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: flaky, retry: { attempts: 5, backoff: 2ms } }, { id: b, uses: transform, with: { set: { x: 1 } } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  const detail = await engine.finished(run.id);
  const { history, started_at, ended_at } = step(detail);
  expect(history!.map((one) => [one.attempt, one.error?.message])).toEqual([
    [1, 'Call 1.'],
    [2, 'Call 2.'],
    [3, undefined],
  ]);
  expect(history![2]).toEqual({ attempt: 3, started_at, ended_at });
  const times = history!.flatMap((one) => [one.started_at!, one.ended_at!]);
  expect(times).toEqual(times.toSorted());
  // Of one attempt the step itself tells everything.
  expect(step(detail, 'b').history).toBeUndefined();
  expect(runDetail.parse(detail)).toEqual(detail);
});

test('while an attempt goes on it does not show the error of the one before', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: gate, retry: { attempts: 2, backoff: 1ms } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  lab.gate.break('test.first');
  await lab.gate.arrived(2);
  expect(step(engine.get(run.id)).history).toMatchObject([
    { attempt: 1, error: { code: 'test.first' } },
    { attempt: 2 },
  ]);
  expect(step(engine.get(run.id)).history![1]).not.toHaveProperty('error');
  lab.gate.pass();
  await engine.finished(run.id);
});

test('a live view gets the attempts with the step', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: gate, retry: { attempts: 2, backoff: 1ms } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const told = (async () => {
    const lengths = new Set<number>();
    for await (const event of engine.watch(run.id))
      if (event.type === 'step') lengths.add(event.step.history?.length ?? 0);
    return lengths;
  })();
  lab.gate.break();
  await lab.gate.arrived(2);
  lab.gate.pass();
  expect(await told).toContain(2);
});

test('items of a list have their own attempts', async () => {
  lab = new Lab({ kinds: [flaky(() => 1)] });
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: flaky, foreach: [1, 2], max_parallel: 1, retry: { attempts: 3, backoff: 1ms } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  const { items, history } = step(await engine.finished(run.id));
  expect(items!.map((item) => item.history?.map((one) => one.attempt))).toEqual([
    [1, 2],
    undefined,
  ]);
  expect(history).toBeUndefined();
});

test('of very many attempts the last are kept, in the journal too', async () => {
  lab = new Lab({ kinds: [flaky(() => 100)] });
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: flaky, retry: { attempts: 50, backoff: 1ms, factor: 1, jitter: 0 } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  const { history, attempts } = step(await engine.finished(run.id));
  expect(attempts).toBe(50);
  expect(history!.map((one) => one.attempt)).toEqual(
    Array.from({ length: ATTEMPTS_KEPT }, (_, i) => 50 - ATTEMPTS_KEPT + 1 + i),
  );
  const rows = lab.rows('SELECT count(*) AS n FROM attempts') as { n: number }[];
  expect(rows[0]!.n).toBeLessThanOrEqual(ATTEMPTS_KEPT);
});

test('an attempt that a death cut off is in the history, once', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: gate }] }');
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  lab.gate.abandon();
  stall(lab);
  const second = await lab.opened();
  await second.resolve(run.id, { step: 'a', action: 'retry', by: 'me' });
  await lab.gate.arrived(2);
  lab.gate.pass();
  expect(step(await second.finished(run.id)).history).toMatchObject([
    { attempt: 1, error: { code: 'step.interrupted' } },
    { attempt: 2 },
  ]);
});

test('a kept step shows when it really ran, marked as kept, and never longer than it took', async () => {
  let broken = true;
  const kind = instantKind('second', 'once', () => {
    if (broken) throw new NexusError({ code: 'test.broken', message: 'Broken.' });
    return null;
  });
  lab = new Lab({ kinds: [kind] });
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }, { id: l, uses: transform, foreach: [1, 2], with: { set: { x: 1 } } }, { id: b, uses: second }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  const old = await engine.finished(run.id);
  broken = false;
  const again = await engine.retry(run.id, { from: 'failed', by: 'me' });
  const fresh = await engine.finished(again.id);
  for (const id of ['a', 'l']) {
    const { started_at, ended_at } = step(old, id);
    expect(step(fresh, id)).toMatchObject({ started_at, ended_at, pinned: true });
  }
  expect(step(fresh, 'l').items).toMatchObject(
    step(old, 'l').items!.map(({ started_at, ended_at }) => ({
      started_at,
      ended_at,
      pinned: true,
    })),
  );
  expect(step(fresh, 'b').pinned).toBeUndefined();
});
