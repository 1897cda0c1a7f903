import graphemes from '@xterm/addon-unicode-graphemes/lib/addon-unicode-graphemes.js';
import headless from '@xterm/headless/lib-headless/xterm-headless.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSafeReply } from './safeReply.ts';
import { Screen } from './screen.ts';

function newScreen(cols = 40, rows = 10) {
  const replies: string[] = [];
  const titles: string[] = [];
  const screen = new Screen({
    cols,
    rows,
    scrollback: 50,
    onReply: (data) => replies.push(data),
    onTitle: (title) => titles.push(title),
  });
  const write = (text: string | Uint8Array) =>
    new Promise<void>((resolve) => screen.write(Buffer.from(text as string), resolve));
  return { screen, write, replies, titles };
}

const breaks = fc.constantFrom('\r\n', '\n', '\r', '\t');
const modes = fc.constantFrom(
  '\x1b[?1049h',
  '\x1b[?1049l',
  '\x1b[?25l',
  '\x1b[?25h',
  '\x1b[2;7r',
  '\x1b[r',
  '\x1b[?2004h',
  '\x1b[?1000h\x1b[?1006h',
  '\x1b[?1l',
  '\x1b[?1h',
  '\x1b[?7l',
  '\x1b[?7h',
  '\x1b[38;5;120m',
  '\x1b[48;2;10;20;30m',
  '\x1b[0m',
  '\x1b[4 q',
  '\x1bM',
  '\x1b[4:3m',
);
const moves = fc
  .tuple(
    fc.constantFrom(...'ABCDEFGHJKLMPSTXdhlm@'.split('')),
    fc.array(fc.nat(60), { maxLength: 3 }),
  )
  .map(([final, numbers]) => `\x1b[${numbers.join(';')}${final}`);

/** What programs write: colours, movement, modes, the second screen, edits in the middle of lines. */
const plain = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 60 }) },
  { weight: 3, arbitrary: fc.oneof(breaks, fc.constant('\b')) },
  { weight: 4, arbitrary: moves },
  { weight: 3, arbitrary: modes },
);
/** Text in many scripts. No edits: half of a wide character, which they leave, cannot be painted. */
const worldly = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 60 }) },
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 3, arbitrary: breaks },
  {
    weight: 2,
    arbitrary: fc.constantFrom('\x1b[38;5;120m', '\x1b[48;2;10;20;30m', '\x1b[0m', '\x1b[4:3m'),
  },
);
/** Two outputs, one after the other. */
const written = (before: number, after: number) =>
  fc.oneof(
    ...[plain, worldly].map((piece) =>
      fc.tuple(fc.array(piece, { maxLength: before }), fc.array(piece, { maxLength: after })),
    ),
  );

/**
 * Whether `after` leaves the second screen without having entered it. That goes to the cursor that
 * was saved long ago, and saved cursors are not painted.
 */
function leavesTwice(before: string[], after: string[]): boolean {
  const isSwitch = (one: string) => /\[\?1049[hl]$/.test(one);
  const switches = [before.findLast(isSwitch) ?? 'l', ...after.filter(isSwitch)];
  return switches.some((one, at) => at > 0 && one.endsWith('l') && switches[at - 1]!.endsWith('l'));
}

/** A terminal as a window has it. */
function newWindow(cols = 40, rows = 10) {
  const terminal = new headless.Terminal({ cols, rows, scrollback: 50, allowProposedApi: true });
  terminal.loadAddon(new graphemes.UnicodeGraphemesAddon());
  return {
    write: (text: string) => new Promise<void>((resolve) => terminal.write(text, resolve)),
    /** All that can be seen: each cell with its looks, the cursor, the modes. */
    look() {
      const { active } = terminal.buffer;
      const lines: string[] = [];
      for (let y = 0; y < active.length; y += 1) {
        const line = active.getLine(y)!;
        let text = '';
        for (let x = 0; x < line.length; x += 1) {
          const cell = line.getCell(x)!;
          const looks = [
            cell.getFgColorMode() && cell.getFgColor(),
            cell.getBgColorMode() && cell.getBgColor(),
            cell.isBold(),
            cell.isUnderline(),
            cell.isInverse(),
          ].map(Number);
          text += `${cell.getChars() || ' '}${looks.some(Boolean) ? looks.join() : ''}|`;
        }
        lines.push(text.replace(/( \|)+$/, ''));
      }
      while (lines.at(-1) === '' && lines.length > active.baseY + active.cursorY + 1) lines.pop();
      const { cursorX, cursorY, type } = active;
      return { lines, cursorX, cursorY, type, modes: terminal.modes };
    },
    dispose: () => terminal.dispose(),
  };
}

describe('a screen', () => {
  it('is painted into another terminal as it was', async () => {
    // Bug caught: a window that reloads shows another screen than the one before: colours, cursor,
    // modes, the second screen of an editor.
    await fc.assert(
      fc.asyncProperty(written(40, 0), async ([pieces]) => {
        const text = pieces.join('');
        const { screen, write } = newScreen();
        const followed = newWindow();
        const painted = newWindow();
        await write(text);
        await followed.write(text);
        await painted.write((await screen.snapshot()).text);
        expect(painted.look()).toEqual(followed.look());
        for (const one of [screen, followed, painted]) one.dispose();
      }),
      { numRuns: 200 },
    );
  });

  it('goes on after a snapshot as if there had been none', async () => {
    // Bug caught: margins, hidden cursors and attributes that are lost, so that what a program
    // writes next lands elsewhere.
    await fc.assert(
      fc.asyncProperty(written(20, 8), async ([before, after]) => {
        fc.pre(!leavesTwice(before, after));
        const { screen, write } = newScreen();
        const followed = newWindow();
        const painted = newWindow();
        await write(before.join(''));
        await followed.write(before.join(''));
        await painted.write((await screen.snapshot()).text);
        for (const one of [followed, painted]) await one.write(after.join(''));
        expect(painted.look()).toEqual(followed.look());
        for (const one of [screen, followed, painted]) one.dispose();
      }),
      { numRuns: 200 },
    );
  });

  it('changes its size between what came before and what comes after', async () => {
    // Bug caught: a resize that overtakes output which was made for the old size.
    const direct = newScreen();
    const queued = newScreen();
    const before = `${'x'.repeat(35)}\r\n`.repeat(30);
    await direct.write(before);
    direct.screen.resize(20, 5);
    await direct.write('after');
    // All at once: nothing is parsed yet when the size changes.
    const written = queued.write(before);
    queued.screen.resize(20, 5);
    await Promise.all([written, queued.write('after')]);
    expect((await queued.screen.snapshot()).text).toBe((await direct.screen.snapshot()).text);
  });

  it('answers what programs ask and nothing that repeats their text', async () => {
    // Bug caught: `cat evil.txt` types a command into the shell by asking for a title or a setting.
    const { write, replies, titles, screen } = newScreen();
    await write('\x1b[c\x1b[>c\x1b[5n\x1b[6n\x1b[?2026$p');
    expect(replies.length).toBe(5);
    replies.length = 0;
    await write('\x1b]2;;rm -rf ~;\x07\x1b[21t\x1b[20t\x1b[18t\x1b[14t\x1b[19t');
    await write('\x1bP$q;rm -rf ~\x1b\\\x1bP+q544e\x1b\\\x05\x1b[>q\x1bZ');
    await write('\x1b]52;c;?\x07\x1b]52;c;cm0gLXJmIH4=\x07\x1b]10;?\x07\x1b]4;1;?\x07');
    await write('\x1bP$qm\x1b\\\x1b]1337;ReportCellSize\x07\x1b[?996n\x9b6n');
    for (const reply of replies) expect(reply).not.toMatch(/rm|cm0|[a-zA-Z]{2,}/);
    expect(replies.every((reply) => isSafeReply(reply))).toBe(true);
    expect(titles).toEqual([';rm -rf ~;']);
    screen.dispose();
  });

  it('survives whatever bytes come', async () => {
    // Bug caught: a binary file shown by mistake ends the thread that keeps every screen.
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        const { screen, write } = newScreen();
        await write(bytes);
        await write('\x1bcalive');
        expect((await screen.snapshot()).text).toContain('alive');
        screen.dispose();
      }),
      { numRuns: 200 },
    );
  });
});
