import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { SPILL_AT } from './outputs.ts';
import { instantKind, Lab, manual, stall } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

const version = (n: number, step = '{ id: a, uses: transform, with: { set: { x: 1 } } }') =>
  `{ name: w, description: version ${n}, steps: [${step}] }`;
const stored = () =>
  (lab.rows('SELECT source FROM definitions ORDER BY source') as { source: string }[]).map(
    (row) => /version (\d)/.exec(row.source)![1],
  );

test('a version goes with the last run that is pinned to it, and not before', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  for (const n of [1, 2, 3]) await engine.start({ workflow: lab.workflow(version(n)), ...manual });
  const waits = lab.workflow(version(0, '{ id: a, uses: approval, with: { title: Sure } }'));
  const { run } = await engine.start({ workflow: waits, ...manual });
  await engine.parked();
  expect(stored()).toEqual(['0', '1', '2', '3']);
  await engine.retain({ days: 30, runs: 2 });
  expect(stored()).toEqual(['0', '3']);
  await engine.retain({ days: 30, runs: 0 });
  // A run that has not ended stays, and its version with it.
  expect(stored()).toEqual(['0']);
  expect(engine.get(run.id).source).toBe(waits.source);
});

test('a version that another process has forgotten is stored again by the next run of it', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const second = lab.engine();
  await second.open('own');
  const workflow = lab.workflow(version(1));
  await second.start({ workflow, ...manual });
  await second.parked();
  await first.retain({ days: 30, runs: 0 });
  expect(stored()).toEqual([]);
  // The second has run it before: what it remembers must not keep it from storing it again.
  await second.start({ workflow, ...manual });
  await second.parked();
  expect(stored()).toEqual(['1']);
});

test('a start in the same commit as the forgetting keeps its version', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(version(1));
  await engine.start({ workflow, ...manual });
  await engine.parked();
  const [, ...started] = await Promise.all([
    engine.retain({ days: 30, runs: 0 }),
    ...Array.from({ length: 20 }, () => engine.start({ workflow, ...manual })),
  ]);
  await engine.parked();
  const left = engine.list({ limit: 99 }).items.length;
  expect(left).toBeLessThanOrEqual(started.length);
  expect(stored()).toEqual(left > 0 ? ['1'] : []);
});

test('a run whose version no longer compiles ends with the reason instead of staying where it is', async () => {
  lab = new Lab();
  const first = await lab.opened();
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: gate }] }');
  const { run } = await first.start({ workflow, ...manual });
  await lab.gate.arrived(1);
  lab.gate.abandon();
  stall(lab);
  const second = await lab.opened({
    // As the store answers when a kind of step is gone.
    definition: () => {
      throw new NexusError({ code: 'workflow.version_invalid', message: 'A kind is gone.' });
    },
  });
  expect(await second.finished(run.id)).toMatchObject({
    status: 'failed',
    error: { code: 'run.version_missing' },
    source: workflow.source,
  });
});

const large = 'x'.repeat(SPILL_AT + 10);

test('a large pinned output is in a file, whole for the next step and after a death, and not in the row', async () => {
  const seen: number[] = [];
  const kind = instantKind('measure', 'once', (input) => {
    seen.push((input['text'] as string).length);
    return null;
  });
  lab = new Lab({ kinds: [kind] });
  const first = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: boom }
  - { id: ask, uses: approval, with: { title: Sure } }
  - { id: b, uses: measure, with: { text: '\${{ steps.a.outputs.text }}' } }
`);
  const { run } = await first.start({ workflow, ...manual, pinned: { a: { text: large } } });
  await first.parked();
  const rows = lab.rows("SELECT length(outputs) AS n FROM steps WHERE step = 'a'") as {
    n: number;
  }[];
  expect(rows[0]!.n).toBeLessThan(1000);
  const file = first.get(run.id).steps[0]!.outputs_file!;
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ text: large });
  await first.close(20);
  const second = await lab.opened();
  await second.approve(run.id, { fields: {}, by: 'me', roles: [] });
  expect((await second.finished(run.id)).status).toBe('succeeded');
  expect(seen).toEqual([large.length]);
});

test('a start that comes to nothing leaves no folder behind', async () => {
  lab = new Lab();
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
concurrency: { group: '\${{ inputs.list[3] }}', mode: queue }
inputs: { list: { type: array, default: [] } }
steps: [{ id: a, uses: boom }]
`);
  const pinned = { a: large };
  await expect(engine.start({ workflow, ...manual, pinned })).rejects.toMatchObject({
    code: 'expression.failed',
  });
  const plain = lab.workflow('{ name: v, steps: [{ id: a, uses: boom }] }');
  const keyed = { workflow: plain, ...manual, pinned, dedupeKey: 'k' };
  const { run } = await engine.start(keyed);
  expect((await engine.start(keyed)).created).toBe(false);
  const outputs = join(lab.home, 'outputs');
  expect(existsSync(outputs) ? readdirSync(outputs) : []).toEqual([run.id]);
});

test('outputs are read whole for a run that starts from them: large ones, lists and items', async () => {
  const kind = instantKind('big', 'pure', (input) => ({ text: large + String(input['n']) }));
  lab = new Lab({ kinds: [kind] });
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: a, uses: big, with: { n: 1 } }
  - { id: l, uses: big, foreach: [1, 2], with: { n: '\${{ item }}' } }
  - { id: s, uses: transform, if: 'false', with: { set: { x: 1 } } }
`);
  const { run } = await engine.start({ workflow, ...manual });
  await engine.finished(run.id);
  expect(engine.outputs(run.id)).toEqual({
    a: { text: `${large}1` },
    l: [{ text: `${large}1` }, { text: `${large}2` }],
  });
  expect(() => engine.outputs('run_none')).toThrow(
    expect.objectContaining({ code: 'run.not_found' }),
  );
});
