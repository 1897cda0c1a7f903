import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import * as headless from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundTerminal } from './terminalBounds.ts';

const COLS = 30;
const ROWS = 6;
const FINALS = ['S', 'T', 'L', 'M', 'I', 'Z', 'b'];

interface Lines {
  splice(...args: unknown[]): void;
}

function make(bounded: boolean) {
  const terminal = new headless.Terminal({
    cols: COLS,
    rows: ROWS,
    scrollback: 50,
    allowProposedApi: true,
  });
  // The parser is the same in a window; what differs is the drawing.
  const graphemes = new UnicodeGraphemesAddon() as unknown as headless.ITerminalAddon;
  if (bounded) boundTerminal(terminal, graphemes);
  else terminal.loadAddon(graphemes);
  const write = (text: string) => new Promise<void>((done) => terminal.write(text, done));
  const seen = () => {
    const { active } = terminal.buffer;
    const lines = [`${active.cursorX},${active.cursorY},${active.length}`];
    for (let y = 0; y < active.length; y += 1)
      lines.push(active.getLine(y)!.translateToString(true));
    return lines;
  };
  return { terminal, write, seen };
}

const SCREEN = `${Array.from({ length: ROWS + 3 }, (_, y) => `line ${y}`).join('\r\n')}\x1b[3;4H`;

describe('a count in a sequence', () => {
  it.each(FINALS)('of %s is done no more often than the screen is large', async (final) => {
    // Bug caught: fifteen bytes of a file that is shown stop every terminal for hours.
    const { terminal, write } = make(true);
    await write(SCREEN);
    type Core = { _core: { buffer: { lines: Lines } } };
    const { lines } = (terminal as unknown as Core)._core.buffer;
    const splice = lines.splice.bind(lines);
    let calls = 0;
    lines.splice = (...args) => {
      calls += 1;
      if (calls > 1000) throw new Error('it goes on and on');
      splice(...args);
    };
    await write(`\x1b[2147483647${final}there`);
    expect(calls).toBeLessThanOrEqual(2 * COLS);
  });

  it.each(FINALS)('of %s shows what the same count without bounds shows', async (final) => {
    await fc.assert(
      fc.asyncProperty(
        // Repeating a character more often than the screen has cells only fills the scrollback.
        fc.oneof(
          fc.integer({ min: 0, max: 40 }),
          fc.integer({ min: 0, max: final === 'b' ? COLS * ROWS : 2000 }),
        ),
        fc.constantFrom('', '\x1b[2;5r\x1b[3;4H', 'x', '漢', 'e\u0301'),
        async (count, before) => {
          const [ours, theirs] = [make(true), make(false)];
          for (const one of [ours, theirs])
            await one.write(`${SCREEN}${before}\x1b[${count}${final}there`);
          expect(ours.seen()).toEqual(theirs.seen());
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('marks on one character', () => {
  it('do not go on for ever in one cell', async () => {
    // Bug caught: a hundred megabytes of marks are kept, all of them, in the platform and the window.
    const { terminal, write } = make(true);
    await write(`a${'\u0301'.repeat(10_000)}`);
    const { active } = terminal.buffer;
    for (let y = 0; y < active.length; y += 1)
      for (let x = 0; x < COLS; x += 1)
        expect(active.getLine(y)!.getCell(x)!.getChars().length).toBeLessThanOrEqual(21);
  });

  it.each([
    ['an accent', 'e\u0301x'],
    ['many marks', `Z${'\u0351\u036b\u0343'.repeat(5)}x`],
    ['a family with skin tones', '👨🏻‍👩🏿‍👧🏽‍👦🏾x'],
    ['two flags', '🇩🇪🇫🇷x'],
    ['Hangul made of parts', '\u1112\u1161\u11abx'],
    ['letters of Devanagari', 'नमस्तेx'],
  ])('of people stay as they are: %s', async (_, text) => {
    const [ours, theirs] = [make(true), make(false)];
    await ours.write(text);
    await theirs.write(text);
    expect(ours.seen()).toEqual(theirs.seen());
  });

  it('are counted anew for each character', async () => {
    const { seen, write } = make(true);
    await write('a\u0301'.repeat(25));
    expect(seen()[1]).toBe('a\u0301'.repeat(25));
  });
});
