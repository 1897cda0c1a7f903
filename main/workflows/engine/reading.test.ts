import { afterEach, expect, test } from 'vitest';
import { collected } from '#main/base/collected.testing.ts';
import type { LogLine } from '#contract/runs.ts';
import { instantKind, Lab, manual, turn, textOf } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

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
