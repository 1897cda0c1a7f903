import { afterEach, expect, test } from 'vitest';
import { systemClock } from '#main/base/clock.ts';
import { instantKind, Lab, manual } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

const BIG = 'x'.repeat(300_000);

test('a sub-workflow’s large outputs are its caller’s in the commit that ends it, not one later', async () => {
  // Otherwise a death in between leaves the caller with the preview that the journal keeps.
  lab = new Lab({ kinds: [instantKind('make', 'pure', () => ({ text: BIG }))] });
  const engine = await lab.opened();
  lab.workflow(
    "{ name: child, steps: [{ id: a, uses: make }, { id: nap, uses: wait, with: { duration: 1ms } }], outputs: { text: '${{ steps.a.outputs.text }}' } }",
  );
  const workflow = lab.workflow(
    "{ name: parent, steps: [{ id: call, uses: workflow, with: { workflow: child } }, { id: n, uses: transform, with: { set: { n: '${{ size(steps.call.outputs.outputs.text) }}' } } }] }",
  );
  const atEndOfChild: unknown[] = [];
  lab.events.on('run_ended', ({ run }) => {
    if (run.workflow === 'child')
      atEndOfChild.push(
        ...lab.rows(
          "SELECT status, outputs_file IS NOT NULL AS file FROM steps WHERE step = 'call'",
        ),
      );
  });
  const { run } = await engine.start({ workflow, ...manual });
  const detail = await engine.finished(run.id);
  expect(atEndOfChild).toEqual([{ status: 'succeeded', file: 1 }]);
  expect(detail.steps[1]!.outputs).toEqual({ n: BIG.length });
});

test('a cancel that was committed when its process died reaches the runs that were called', async () => {
  // Otherwise the caller waits for the end of a sub-workflow that nobody told to stop.
  lab = new Lab();
  const first = await lab.opened();
  lab.workflow('{ name: child, steps: [{ id: nap, uses: wait, with: { duration: 10h } }] }');
  const workflow = lab.workflow(
    '{ name: parent, steps: [{ id: call, uses: workflow, with: { workflow: child } }] }',
  );
  const { run } = await first.start({ workflow, ...manual });
  await first.parked();
  const db = lab.database();
  db.prepare('UPDATE runs SET stop = ? WHERE id = ?').run(
    '{"type":"cancel","phase":"steps","by":"me"}',
    run.id,
  );
  db.prepare('UPDATE instances SET heartbeat_at = 1').run();
  db.close();
  const second = await lab.opened();
  expect((await second.finished(run.id)).status).toBe('cancelled');
  expect(second.list({ workflow: 'child', limit: 9 }).items.map((one) => one.status)).toEqual([
    'cancelled',
  ]);
});

test('a process that was stopped between its commit and the effect, and robbed, does not begin it', async () => {
  // Otherwise the effect happens twice: here, and in the process that took the run over.
  lab = new Lab();
  let late = 0;
  const clock = {
    ...systemClock,
    now: () => Date.now() + late,
    at: systemClock.at.bind(systemClock),
  };
  const db = lab.database();
  const engine = lab.engine(
    {
      clock,
      // Called inside the transaction that announces the effect.
      remember: ({ hash, name, source }) => {
        db.prepare('INSERT OR IGNORE INTO definitions VALUES (?, ?, ?, ?)').run(
          hash,
          name,
          source,
          0,
        );
        db.prepare("UPDATE instances SET state = 'dead'").run();
        late = 20_000;
      },
    },
    db,
  );
  await engine.open('all');
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: gate }] }');
  const { run } = await engine.start({ workflow, ...manual });
  await engine.parked();
  expect(engine.state().state).toBe('fenced');
  expect(lab.gate.calls).toEqual([]);
  expect(lab.rows(`SELECT status FROM steps WHERE run = '${run.id}'`)).toEqual([
    { status: 'running' },
  ]);
});

test('a process that was merely slow confirms its lease and begins the effect once', async () => {
  lab = new Lab();
  let late = 0;
  const clock = {
    ...systemClock,
    now: () => Date.now() + late,
    at: systemClock.at.bind(systemClock),
  };
  const engine = lab.engine({ clock, remember: () => void (late = 20_000) });
  await engine.open('all');
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: gate }] }');
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  lab.gate.pass('done');
  expect((await engine.finished(run.id)).steps[0]).toMatchObject({
    status: 'succeeded',
    attempts: 1,
  });
  expect(lab.gate.calls).toHaveLength(1);
});

test('a shorter lease is taken over sooner, and its owner writes in time for it', async () => {
  lab = new Lab();
  const first = await lab.opened({ leaseTtlMs: 3000 });
  const at = () =>
    (lab.rows('SELECT heartbeat_at AS at FROM instances') as { at: number }[])[0]!.at;
  const begun = at();
  const db = lab.database();
  db.prepare('UPDATE instances SET heartbeat_at = ?').run(begun - 3500);
  db.close();
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: gate }] }');
  await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const second = await lab.opened({ leaseTtlMs: 3000 });
  expect(second.approvals().interrupted).toHaveLength(1);
  lab.gate.pass();
  await first.parked();
  expect(first.state().state).toBe('fenced');
});
