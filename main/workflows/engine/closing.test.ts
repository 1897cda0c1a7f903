import { afterEach, expect, test } from 'vitest';
import { Lab, manual } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

test('a step that has not begun when the process closes is begun by the next, and nobody is asked', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: gate }, { id: b, uses: gate }] }',
  );
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const closed = first.close(5000);
  lab.gate.pass('done');
  await closed;
  const second = await lab.opened();
  await lab.gate.arrived(2);
  expect(second.approvals().interrupted).toEqual([]);
  expect(second.get(run.id).steps.map((step) => [step.status, step.attempts])).toEqual([
    ['succeeded', 1],
    ['running', 1],
  ]);
  lab.gate.pass();
  expect((await second.finished(run.id)).status).toBe('succeeded');
});

test('steps that wait for a place when the process closes are not marked as begun', async () => {
  lab = new Lab({ maxParallelSteps: () => 1 });
  const first = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: gate, needs: [] }
  - { id: b, uses: gate, needs: [] }
  - { id: c, uses: gate, foreach: [1, 2], needs: [] }
`);
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const closed = first.close(5000);
  lab.gate.pass();
  await closed;
  expect(lab.gate.calls).toHaveLength(1);
  const second = await lab.opened({ maxParallelSteps: () => 8 });
  await lab.gate.arrived(4);
  expect(second.approvals().interrupted).toEqual([]);
  for (let i = 0; i < 3; i += 1) lab.gate.pass();
  expect((await second.finished(run.id)).status).toBe('succeeded');
});

test('a step in flight past the grace is stopped, and asked about by the next process', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: gate }] }');
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  await first.close(20);
  expect(lab.gate.calls[0]!.signal.aborted).toBe(true);
  const second = await lab.opened();
  expect(second.get(run.id).status).toBe('interrupted');
  expect(second.approvals().interrupted).toMatchObject([{ run: run.id, step: 'a' }]);
});

test('a closing engine refuses new runs, ends its streams and resolves who waits for rest', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: gate }] }');
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const rest = engine.parked();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const event of engine.watch(run.id)) seen.push(event.type);
  })();
  const closed = engine.close(20);
  await expect(engine.start({ workflow, ...manual })).rejects.toMatchObject({
    code: 'engine.stopping',
  });
  await closed;
  await rest;
  await watching;
  expect(seen[0]).toBe('run');
  expect(seen).not.toContain('end');
});

test('who waits for a run when the process closes is told so, and does not get a run that has not ended', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: approval, with: { title: Sure } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  const waiting = engine.finished(run.id);
  const late = waiting.catch((error: unknown) => error);
  await engine.parked();
  await engine.close(20);
  expect(await late).toMatchObject({ code: 'engine.stopping' });
  await expect(engine.finished(run.id)).rejects.toMatchObject({ code: 'engine.stopping' });
});
