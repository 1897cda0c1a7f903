import { afterEach, expect, test } from 'vitest';
import { Lab, manual } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

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
