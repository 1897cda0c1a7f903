import { statSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { SPILL_AT } from './outputs.ts';
import { instantKind, Lab, manual, turn, textOf } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

const pure = (name = 'w') =>
  `{ name: ${name}, steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }] }`;

test('many runs at once share their commits', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    `
name: w
steps:
  - { id: a, uses: instant }
  - { id: b, uses: instant }
`.replaceAll('instant', 'safe'),
  );
  const before = engine.counters()['commits']!;
  const started = await Promise.all(
    Array.from({ length: 16 }, () => engine.start({ workflow, ...manual })),
  );
  await lab.gate.arrived(16);
  expect(engine.counters()['commits']! - before).toBe(1);
  for (let i = 0; i < 16; i += 1) lab.gate.pass();
  await lab.gate.arrived(32);
  for (let i = 0; i < 16; i += 1) lab.gate.pass();
  await Promise.all(started.map(({ run }) => engine.finished(run.id)));
  expect(engine.counters()['commits']! - before).toBeLessThanOrEqual(6);
});

test('a full disk: nothing is acknowledged, the state says so, and all goes on once there is space', async () => {
  lab = new Lab();
  const db = lab.database();
  const engine = lab.engine({}, db);
  await engine.open('all');
  const workflow = lab.workflow(`
name: w
inputs: { pad: { type: string, default: '' } }
steps: [{ id: a, uses: gate }, { id: b, uses: transform, with: { set: { x: 1 } } }]
`);
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const rows = lab.rows('SELECT id FROM runs');
  const pages = db.pragma('page_count', { simple: true }) as number;
  db.pragma(`max_page_count = ${pages}`);
  const pad = 'x'.repeat(3_000_000);
  await expect(
    engine.start({ workflow, trigger: manual.trigger, inputs: { pad } }),
  ).rejects.toMatchObject({
    code: 'database.full',
  });
  expect(engine.state()).toMatchObject({ state: 'failed', problem: { code: 'database.full' } });
  await expect(engine.start({ workflow, ...manual })).rejects.toMatchObject({
    code: 'database.full',
  });
  expect(lab.rows('SELECT id FROM runs')).toEqual(rows);
  // What had begun ends meanwhile; its result is kept until it can be written.
  lab.gate.pass('kept');
  await turn();
  expect(engine.get(run.id).steps[0]!.status).toBe('running');
  db.pragma('max_page_count = 1073741823');
  const detail = await engine.finished(run.id);
  expect(detail.steps[0]).toMatchObject({ status: 'succeeded', outputs: 'kept' });
  expect(engine.state()).toEqual({ state: 'ready' });
  const next = await engine.start({ workflow: lab.workflow(pure('after')), ...manual });
  expect(next.run.status).toBe('succeeded');
  expect(engine.counters()['executing']).toBe(0);
});

test('a defective start fails alone; others of the same commit are not hurt, nor held up until the next heartbeat', async () => {
  // A clock that stands still: no heartbeat will help.
  lab = new Lab({ clock: new ManualClock(1_700_000_000_000) });
  const broken = lab.workflow(pure('broken'));
  const engine = await lab.opened({
    followers: (run) => {
      if (run.workflow === 'broken') throw new TypeError('a defect');
      return [];
    },
  });
  const fine = lab.workflow(pure('fine'));
  const results = await Promise.allSettled([
    engine.start({ workflow: fine, ...manual }),
    engine.start({ workflow: broken, ...manual }),
    engine.start({ workflow: fine, ...manual }),
  ]);
  expect(results.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(lab.rows('SELECT workflow FROM runs')).toEqual([
    { workflow: 'fine' },
    { workflow: 'fine' },
  ]);
  expect(engine.state()).toEqual({ state: 'ready' });
  await engine.parked();
});

test('outputs that are no JSON fail their step with a reason instead of hanging the run', async () => {
  const odd = instantKind('odd', 'idempotent', () => 1n as never);
  const loop = instantKind('loop', 'pure', () => {
    const value: Record<string, unknown> = {};
    value['self'] = value;
    return value as never;
  });
  lab = new Lab({ kinds: [odd, loop] });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: odd, on_error: continue }
  - { id: b, uses: loop }
`);
  const { run } = await engine.start({ workflow, ...manual });
  const detail = await engine.finished(run.id);
  expect(detail.steps.map((step) => step.error?.code)).toEqual([
    'step.outputs_invalid',
    'step.outputs_invalid',
  ]);
});

test.each([
  [SPILL_AT - 2, false],
  [SPILL_AT - 1, true],
])('an output of %i characters goes to a file: %s', async (size, spilled) => {
  lab = new Lab({ kinds: [instantKind('big', 'idempotent', () => 'x'.repeat(size))] });
  const engine = await lab.opened();
  const { run } = await engine.start({
    workflow: lab.workflow('{ name: w, steps: [{ id: a, uses: big }] }'),
    ...manual,
  });
  const [step] = (await engine.finished(run.id)).steps;
  expect(step!.outputs_file !== undefined).toBe(spilled);
  if (!spilled) return;
  expect(textOf(step!.outputs)).toContain(`(${size} characters)`);
  expect(
    JSON.parse(await import('node:fs').then((fs) => fs.readFileSync(step!.outputs_file!, 'utf8'))),
  ).toHaveLength(size);
  expect(statSync(step!.outputs_file!).mode & 0o077).toBe(0);
});
