import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newShell } from './newShell.ts';
import { Screen } from './screen.ts';

function open() {
  const screen = new Screen({
    cols: 40,
    rows: 10,
    scrollback: 500,
    onReply: () => undefined,
    onTitle: () => undefined,
  });
  const write = (data: string | Uint8Array) =>
    new Promise<void>((done) => screen.write(Buffer.from(data as string), done));
  return { screen, write };
}

/** The text of a snapshot, line by line. */
const linesOf = (snapshot: string) =>
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  snapshot.replace(/\x1b\[[\d;?]*[A-Za-z]|\x1b\[\d* q/g, '').split('\r\n');

const rule = '─'.repeat(40);

describe('a new shell on a used screen', () => {
  it('writes below what is there, never over it', async () => {
    // Bug caught: leaving a second screen that was never entered moves the cursor to the top, and
    // the new shell writes over the output that explains why the old one ended.
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.boolean(), async (count, full) => {
        const { screen, write } = open();
        const old = Array.from({ length: count }, (_, index) => `old line ${index}`);
        await write(old.join('\r\n'));
        if (full) await write('\x1b[?1049h\x1b[2J\x1b[Ha full-screen program');
        await write(newShell(40));
        await write('$ new');
        const lines = linesOf((await screen.snapshot()).text);
        expect(lines.slice(0, count)).toEqual(old);
        expect(lines.slice(count, count + 2)).toEqual([rule, '$ new']);
        screen.dispose();
      }),
      { numRuns: 40 },
    );
  });

  it('finds every mode switched off that a program may have switched on', async () => {
    // Bug caught: mouse reports and paste marks of a dead program are typed into the new shell.
    const modes = ['9', '1000', '1002', '1003', '1004', '1006', '1016', '2004', '1', '6', '45'];
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(modes),
        fc.subarray(['\x1b[3;7r', '\x1b[4h', '\x1b[?25l', '\x1b[?7l', '\x1b[1;31m', '\x1b=']),
        async (on, more) => {
          const { screen, write } = open();
          await write(on.map((mode) => `\x1b[?${mode}h`).join('') + more.join('') + '\x1b[H');
          await write(newShell(40));
          await write('plain');
          const left = (await screen.snapshot()).text;
          // oxlint-disable-next-line no-control-regex -- control characters are what this is about
          expect(left.match(/\x1b\[\?\d+[hl]|\x1b\[4h|\x1b\[\d+;\d+r/g)).toBeNull();
          expect(left).toMatch(/\r\nplain\r\n/);
          screen.dispose();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is as wide as the screen and no wider', async () => {
    const { screen, write } = open();
    await write(newShell(40));
    expect(linesOf((await screen.snapshot()).text).filter((line) => line.includes('─'))).toEqual([
      rule,
    ]);
  });
});
