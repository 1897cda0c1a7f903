import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { collected } from '#main/base/collected.testing.ts';
import { ManualClock } from '#main/base/clock.ts';
import type { LogLine } from '#contract/runs.ts';
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

const LINES = 100_000;
const chatty = instantKind('chatty', 'idempotent', (_, context) => {
  let text = '';
  for (let i = 1; i <= LINES; i += 1) text += `line ${i}\n`;
  void context.log('stdout', text);
  return null;
});

test('a log of 100,000 lines is some hundred rows, is read page by page, and none is lost or out of order', async () => {
  lab = new Lab({ kinds: [chatty] });
  const engine = await lab.opened();
  const { run } = await engine.start({
    workflow: lab.workflow('{ name: w, steps: [{ id: a, uses: chatty }] }'),
    ...manual,
  });
  await engine.finished(run.id);
  const [{ n }] = lab.rows('SELECT count(*) AS n FROM log_chunks') as [{ n: number }];
  expect(n).toBeLessThanOrEqual(LINES / 500 + 1);
  let expected = 1;
  for await (const line of engine.log(run.id, { after: 0, follow: false })) {
    if (line.seq !== expected || line.text !== `line ${expected}`)
      throw new Error(`Line ${expected} is ${line.seq}: ${line.text}`);
    expected += 1;
  }
  expect(expected).toBe(LINES + 1);
  const tail = await collected(engine.log(run.id, { after: LINES - 3, follow: true }));
  expect(tail.map((line) => line.text)).toEqual([
    `line ${LINES - 2}`,
    `line ${LINES - 1}`,
    `line ${LINES}`,
  ]);
  // A reader that stops early has caused one page to be read, not the log.
  const some: LogLine[] = [];
  for await (const line of engine.log(run.id, { after: 0, follow: false }))
    if (some.push(line) === 3) break;
  expect(some).toHaveLength(3);
});

test('the log of one step is found among those of others, with item and attempt', async () => {
  const say = instantKind('say', 'idempotent', (input, context) => {
    void context.log('stderr', `hello ${textOf(input['v'])}\r\nno end`);
    return null;
  });
  lab = new Lab({ kinds: [say] });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: say, with: { v: a } }
  - { id: b, uses: say, foreach: [x, y], max_parallel: 1, with: { v: '\${{ item }}' } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await engine.finished(run.id);
  const lines = await collected(engine.log(run.id, { step: 'b', after: 0, follow: false }));
  expect(lines.map(({ index, attempt, stream, text }) => [index, attempt, stream, text])).toEqual([
    [0, 1, 'stderr', 'hello x'],
    [0, 1, 'stderr', 'no end'],
    [1, 1, 'stderr', 'hello y'],
    [1, 1, 'stderr', 'no end'],
  ]);
});

test('retention deletes by count and age with rows, logs and files, keeps what is active, and gives pages back', async () => {
  const clock = new ManualClock(1_700_000_000_000);
  const big = instantKind('big', 'idempotent', (_, context) => {
    void context.log('stdout', `${'y'.repeat(20_000)}\n`);
    return 'x'.repeat(300_000);
  });
  lab = new Lab({ clock, kinds: [big] });
  const db = lab.database();
  const engine = lab.engine({}, db);
  await engine.open('all');
  const ask = lab.workflow(
    '{ name: ask, steps: [{ id: a, uses: approval, with: { title: Sure } }] }',
  );
  const active = await engine.start({ workflow: ask, ...manual });
  const workflow = lab.workflow(`
name: w
inputs: { pad: { type: string } }
steps: [{ id: a, uses: big }]
`);
  const ids: string[] = [];
  for (let i = 0; i < 12; i += 1) {
    const { run } = await engine.start({
      workflow,
      trigger: manual.trigger,
      inputs: { pad: 'p'.repeat(100_000) },
      dedupeKey: `k${i}`,
    });
    await engine.finished(run.id);
    ids.push(run.id);
    clock.advance(1000);
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  const size = statSync(join(lab.home, 'nexus.db')).size;
  expect(await engine.retain({ days: 30, runs: 4 })).toEqual({ deleted: 8 });
  const kept = ids.slice(-4);
  expect(lab.rows("SELECT id FROM runs WHERE workflow = 'w' ORDER BY id")).toEqual(
    kept.map((id) => ({ id })),
  );
  for (const table of ['steps', 'log_chunks']) {
    const runs = lab
      .rows(`SELECT DISTINCT run FROM ${table}`)
      .map((row) => (row as { run: string }).run);
    for (const id of ids.slice(0, 8)) expect(runs).not.toContain(id);
  }
  for (const id of ids.slice(0, 8)) expect(existsSync(join(lab.home, 'outputs', id))).toBe(false);
  for (const id of kept) expect(existsSync(join(lab.home, 'outputs', id))).toBe(true);
  expect(engine.get(active.run.id).status).toBe('waiting');
  db.pragma('wal_checkpoint(TRUNCATE)');
  expect(db.pragma('freelist_count', { simple: true })).toBe(0);
  expect(statSync(join(lab.home, 'nexus.db')).size).toBeLessThan(size - 500_000);
  // The key of a run that is gone is free again, that of a run that is there is not.
  const request = { workflow, trigger: manual.trigger, inputs: { pad: '' } };
  expect((await engine.start({ ...request, dedupeKey: 'k0' })).created).toBe(true);
  expect((await engine.start({ ...request, dedupeKey: 'k11' })).run.id).toBe(ids[11]);
  await engine.parked();
  clock.advance(31 * 86_400_000);
  expect((await engine.retain({ days: 30, runs: 1000 })).deleted).toBe(5);
  expect(lab.rows('SELECT * FROM dedupe')).toEqual([]);
  expect(lab.rows('SELECT id FROM runs')).toEqual([{ id: active.run.id }]);
});

test('a sub-workflow that ended stays while the run that called it goes on', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  lab.workflow(pure('child'));
  const workflow = lab.workflow(`
name: w
steps:
  - { id: call, uses: workflow, with: { workflow: child } }
  - { id: ask, uses: approval, with: { title: Sure } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await engine.parked();
  expect(await engine.retain({ days: 1, runs: 0 })).toEqual({ deleted: 0 });
  await engine.approve(run.id, { fields: {}, by: 'me', roles: [] });
  await engine.finished(run.id);
  expect(await engine.retain({ days: 1, runs: 0 })).toEqual({ deleted: 2 });
});

test('a run at rest is not in memory, however many there are', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: a, uses: approval, with: { title: Sure } }] }',
  );
  await Promise.all(Array.from({ length: 300 }, () => engine.start({ workflow, ...manual })));
  await engine.parked();
  expect(engine.counters()['runs_in_memory']).toBe(0);
  expect(engine.approvals().approvals).toHaveLength(300);
  expect(engine.activeRuns()).toBe(300);
});

test('a slow reader of a run gets the latest state of each step once, and the end', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: g, uses: gate }
  - { id: list, uses: transform, foreach: '\${{ [1, 2, 3, 4, 5, 6, 7, 8].map(x, x) }}', with: { set: { x: '\${{ item }}' } } }
  - { id: h, uses: gate }
  - { id: last, uses: transform, with: { set: { x: 1 } } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  const events = engine.watch(run.id)[Symbol.asyncIterator]();
  expect((await events.next()).value).toMatchObject({ type: 'run', run: { status: 'running' } });
  lab.gate.pass();
  await lab.gate.arrived(2);
  lab.gate.pass();
  await engine.finished(run.id);
  const rest: { type: string; step?: { id: string; status: string } }[] = [];
  for (let next = await events.next(); !next.done; next = await events.next())
    rest.push(next.value);
  const steps = rest
    .filter((event) => event.type === 'step')
    .map((event) => [event.step!.id, event.step!.status]);
  expect(steps.toSorted(([a], [b]) => (a! < b! ? -1 : 1))).toEqual([
    ['g', 'succeeded'],
    ['h', 'succeeded'],
    ['last', 'succeeded'],
    ['list', 'succeeded'],
  ]);
  expect(rest.slice(-2).map((event) => event.type)).toEqual(['status', 'end']);
});

test('an aborted reader ends, and leaves nothing behind that hears', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const { run } = await engine.start({
    workflow: lab.workflow('{ name: w, steps: [{ id: g, uses: gate }] }'),
    ...manual,
  });
  const stop = new AbortController();
  const reading = Promise.all([
    collected(engine.watch(run.id, stop.signal)),
    collected(engine.log(run.id, { after: 0, follow: true, signal: stop.signal })),
    collected(engine.changes(stop.signal)),
  ]);
  const ended = engine.finished(run.id, stop.signal);
  await turn();
  stop.abort();
  await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  const [watched] = await reading;
  expect(watched.map((event) => event.type)).toEqual(['run']);
});
