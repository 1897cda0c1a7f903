import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { Lab, manual, stall, turn } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

test('a retry that falls due while all places are taken survives a death: it is not waited for for ever', async () => {
  const clock = new ManualClock(1_700_000_000_000);
  lab = new Lab({ clock, maxParallelSteps: () => 1 });
  const first = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: safe, needs: [], retry: { attempts: 3, backoff: 1s, jitter: 0 } }
  - { id: b, uses: safe, needs: [] }
`);
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  lab.gate.break();
  await lab.gate.arrived(2);
  expect(lab.gate.calls[1]!.step.id).toBe('b');
  clock.advance(1000);
  await turn();
  expect(first.counters()['waiting_for_a_place']).toBe(1);
  expect(first.get(run.id).steps[0]).toMatchObject({ status: 'pending', attempts: 1 });
  lab.gate.abandon();
  stall(lab);
  const other = await lab.opened({ maxParallelSteps: () => 4 });
  await lab.gate.arrived(4);
  const again = lab.gate.calls.slice(2).map(({ step }) => [step.id, step.attempt]);
  expect(again.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
    ['a', 2],
    ['b', 2],
  ]);
  lab.gate.pass();
  lab.gate.pass();
  expect((await other.finished(run.id)).status).toBe('succeeded');
});

test('an item that waited for a place when its process died keeps its attempts and runs once', async () => {
  const clock = new ManualClock(1_700_000_000_000);
  lab = new Lab({ clock, maxParallelSteps: () => 1 });
  const first = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: list, uses: safe, foreach: [x, y], max_parallel: 2, retry: { attempts: 2, backoff: 1s, jitter: 0 } }
`);
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  lab.gate.break();
  await lab.gate.arrived(2);
  clock.advance(1000);
  await turn();
  lab.gate.abandon();
  stall(lab);
  const other = await lab.opened({ maxParallelSteps: () => 4 });
  await lab.gate.arrived(4);
  expect(lab.gate.calls.slice(2).map(({ step }) => [step.index, step.attempt])).toEqual(
    expect.arrayContaining([
      [0, 2],
      [1, 2],
    ]),
  );
  // Its attempts are used up: a second failure is its last.
  lab.gate.break('test.last');
  lab.gate.pass();
  const detail = await other.finished(run.id);
  expect(detail.steps[0]!.error?.code).toBe('test.last');
});

const BIG = 'x'.repeat(300 * 1024);
const large = (name: string) => `
name: ${name}
steps:
  - { id: wait, uses: wait, with: { event: go } }
  - { id: other, uses: gate, needs: [] }
`;

test('a large event that is delivered twice ends its step once', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(large('w'));
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const sent = await Promise.all([
    engine.sendEvent({ name: 'go', data: BIG }),
    engine.sendEvent({ name: 'go', data: 'small' }),
  ]);
  expect(sent).toEqual([1, 0]);
  lab.gate.pass();
  const detail = await engine.finished(run.id);
  expect(detail.status).toBe('succeeded');
  expect(detail.steps_done).toBe(2);
  expect(detail.steps[0]!.outputs_file).toBeDefined();
});

test('a large event is acknowledged only when the journal has it', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(large('w'));
  const { run } = await engine.start({ workflow, ...manual });
  await engine.sendEvent({ name: 'go', data: BIG });
  const row = lab.rows(`SELECT status FROM steps WHERE run = '${run.id}' AND step = 'wait'`);
  expect(row).toEqual([{ status: 'succeeded' }]);
});

test('a cancel while a large decision is being written ends the run, once', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: wait, uses: wait, with: { event: go } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  const sent = engine.sendEvent({ name: 'go', data: BIG });
  await engine.cancel(run.id, 'me');
  await sent;
  const detail = await engine.finished(run.id);
  expect(detail.status).toBe('cancelled');
  expect(detail.steps_done).toBe(1);
});
