import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TerminalOutput } from '#contract/terminals.ts';
import { Viewer } from './viewer.ts';

/** A viewer whose snapshots the test gives, numbered in the order in which they were asked for. */
function open() {
  const asked: ((text: string) => void)[] = [];
  let taken = 0;
  const viewer = new Viewer(
    (resync) =>
      new Promise((resolve) =>
        asked.push((text) =>
          resolve([{ type: 'snapshot', text, cols: 80, rows: 24, offset: 0, resync }]),
        ),
      ),
    () => (taken += 1),
    0,
  );
  const stop = new AbortController();
  return { viewer, asked, stop, output: viewer.read(stop.signal), taken: () => taken };
}

const piece = (text: string): TerminalOutput => ({ type: 'data', data: text });

const textOf = (output: TerminalOutput | undefined) =>
  output?.type === 'data' ? output.data : output?.type === 'snapshot' ? `[${output.text}]` : '';

describe('a viewer', () => {
  it('begins with the snapshot, however late it comes, and then has everything in order', async () => {
    // Bug caught: output that is drawn before the screen that it belongs to.
    const { viewer, asked, output } = open();
    viewer.push(piece('a'), 1);
    viewer.push(piece('b'), 1);
    const first = output.next();
    setImmediate(() => asked[0]!('screen'));
    expect(textOf((await first).value!)).toBe('[screen]');
    viewer.push({ type: 'resize', cols: 10, rows: 5 }, 0);
    viewer.push(piece('c'), 1);
    const rest: TerminalOutput[] = [];
    for (let i = 0; i < 4; i += 1) rest.push((await output.next()).value!);
    expect(rest.map((one) => one.type)).toEqual(['data', 'data', 'resize', 'data']);
    expect(rest.map(textOf).join('')).toBe('abc');
    expect(viewer.pending).toBe(0);
  });

  it('counts what waits, and tells when it takes something', async () => {
    const { viewer, asked, output, taken } = open();
    asked[0]!('');
    await output.next();
    viewer.push(piece('x'), 10);
    viewer.push(piece('y'), 20);
    expect(viewer.pending).toBe(30);
    const before = taken();
    await output.next();
    expect(viewer.pending).toBe(20);
    expect(taken()).toBe(before + 1);
  });

  it('gets a new snapshot after it was skipped, and nothing from before it', async () => {
    const { viewer, asked, output } = open();
    asked[0]!('first');
    await output.next();
    viewer.push(piece('lost'), 4);
    viewer.skip();
    viewer.push(piece('lost too'), 8);
    expect(viewer.pending).toBe(0);
    const next = output.next();
    await Promise.resolve();
    viewer.push(piece('after'), 5);
    asked[1]!('second');
    const { value } = await next;
    expect(value).toMatchObject({ type: 'snapshot', text: 'second', resync: true });
    expect(textOf((await output.next()).value!)).toBe('after');
  });

  it('throws away a snapshot that was overtaken while it was made', async () => {
    // Bug caught: the window shows an old screen, and the output behind it is missing.
    const { viewer, asked, output } = open();
    const next = output.next();
    viewer.skip();
    asked[0]!('too old');
    await new Promise((go) => setImmediate(go));
    asked[1]!('as it is');
    expect(textOf((await next).value!)).toBe('[as it is]');
  });

  it('ends with its signal, also while it waits', async () => {
    const { asked, output, stop } = open();
    asked[0]!('');
    await output.next();
    const next = output.next();
    stop.abort();
    expect((await next).done).toBe(true);
  });

  it('shows a whole: every snapshot stands for exactly what is not sent behind it', async () => {
    // Bug caught: a byte twice, or none of it, around a skip.
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constant('say') },
      { weight: 1, arbitrary: fc.constant('skip') },
      { weight: 4, arbitrary: fc.constant('take') },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        // The screen is the text that was said so far.
        let said = '';
        const viewer = new Viewer(
          async (resync) => {
            const text = said;
            return [{ type: 'snapshot', text, cols: 80, rows: 24, offset: 0, resync }];
          },
          () => undefined,
          0,
        );
        const stop = new AbortController();
        const output = viewer.read(stop.signal);
        let seen = '';
        const take = async () => {
          const { value } = await output.next();
          if (value?.type === 'snapshot') seen = value.text;
          else if (value?.type === 'data') seen += value.data;
          expect(said.startsWith(seen)).toBe(true);
        };
        let behind = false;
        let waiting = 1;
        for (const one of steps) {
          if (one === 'say') {
            const letter = String(said.length % 10);
            said += letter;
            viewer.push(piece(letter), 1);
            if (!behind) waiting += 1;
          } else if (one === 'skip') {
            viewer.skip();
            behind = true;
            waiting = 1;
          } else if (waiting > 0) {
            await take();
            behind = false;
            waiting -= 1;
          }
        }
        for (; waiting > 0; waiting -= 1) await take();
        expect(seen).toBe(said);
        stop.abort();
      }),
    );
  });
});
