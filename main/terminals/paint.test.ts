import headless from '@xterm/headless/lib-headless/xterm-headless.js';
import { describe, expect, it } from 'vitest';
import { paint } from './paint.ts';

const COLS = 20;
const ROWS = 5;

async function painted(text: string, most?: number) {
  const make = () =>
    new headless.Terminal({ cols: COLS, rows: ROWS, scrollback: 100, allowProposedApi: true });
  const write = (one: ReturnType<typeof make>, data: string) =>
    new Promise<void>((done) => one.write(data, done));
  const from = make();
  await write(from, text);
  const to = make();
  const sequences = paint(from, most);
  await write(to, sequences);
  const lines = (one: ReturnType<typeof make>) => {
    const { active } = one.buffer;
    return Array.from({ length: active.length }, (_, y) =>
      active.getLine(y)!.translateToString(true),
    );
  };
  const { cursorX, cursorY } = to.buffer.active;
  return { sequences, was: lines(from), is: lines(to), cursor: [cursorX, cursorY] };
}

const coloured = (text: string) =>
  Array.from(text, (char, at) => `\x1b[38;2;${at};1;2m${char}`).join('');

describe('a scrollback that is too much for a window', () => {
  it('is painted without its oldest lines, the screen always', async () => {
    // Bug caught: colours in every cell make a text that is longer than a text can be; the thread
    // of all screens dies of it, and each window stays empty.
    const text = Array.from({ length: 60 }, (_, n) => coloured(`line ${n}`)).join('\r\n');
    const { sequences, was, is, cursor } = await painted(text, 2000);
    expect(is.length).toBeLessThan(was.length);
    expect(is).toEqual(was.slice(-is.length));
    expect(is.length).toBeGreaterThan(ROWS);
    expect(sequences.length).toBeLessThan(2000 + COLS * ROWS * 40);
    expect(cursor).toEqual(['line 59'.length, ROWS - 1]);
    expect((await painted(text, 0)).is).toEqual(was.slice(-ROWS));
  });

  it('loses the beginning also of one line that never ends', async () => {
    const { was, is } = await painted(coloured('abcdefghij'.repeat(60)), 2000);
    expect(is.length).toBeLessThan(was.length);
    expect(is).toEqual(was.slice(-is.length));
  });

  it('is painted whole where it is not', async () => {
    const { was, is } = await painted(coloured('abcdefghij'.repeat(60)));
    expect(is).toEqual(was);
  });
});
