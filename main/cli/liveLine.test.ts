import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { captured } from './here.testing.ts';
import { withoutColours } from './io.ts';
import { canRedraw, drawLine, eraseLine } from './liveLine.ts';

const { columns } = process.stderr;
const wide = (width: number) => Object.assign(process.stderr, { columns: width });
afterEach(() => Object.assign(process.stderr, { columns }));

const ERASE = '\r\u001b[2K';
const drawn = async (line: string) => (await captured(() => drawLine(line))).stderr;

describe('the line of progress', () => {
  it('never fills the last column nor begins a second row, however long and narrow', async () => {
    // Bug caught: on a terminal of 40 columns each step left a row of the old bar behind.
    const text = fc.string({ unit: fc.constantFrom('a', '━', ' ', '\n', '\t', 'ü') });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 10, max: 200 }), async (line, width) => {
        wide(width);
        const shown = await drawn(line);
        expect(shown.startsWith(ERASE)).toBe(true);
        const rest = withoutColours(shown.slice(ERASE.length));
        expect(rest.length).toBeLessThan(width);
        expect(rest).not.toMatch(/[\n\t]/);
      }),
    );
  });

  it('keeps its colours where it has room, and is cut with a sign where not', async () => {
    const line = '\u001b[32m━━━━━\u001b[39m 1/2 backup';
    wide(80);
    expect(await drawn(line)).toBe(ERASE + line);
    wide(12);
    expect(await drawn(line)).toBe(`${ERASE}━━━━━ 1/2 …`);
  });

  it('is drawn on a terminal alone, and not on one that cannot take it back', () => {
    // Bug caught: TERM=dumb (a shell in an editor) shows the escape sequences themselves.
    const { isTTY } = process.stderr;
    const drawable = (tty: boolean, term: string) => {
      Object.assign(process.stderr, { isTTY: tty });
      vi.stubEnv('TERM', term);
      return canRedraw();
    };
    expect(drawable(true, 'xterm')).toBe(true);
    expect(drawable(true, 'dumb')).toBe(false);
    expect(drawable(false, 'xterm')).toBe(false);
    Object.assign(process.stderr, { isTTY });
    vi.unstubAllEnvs();
  });

  it('is as wide as usual where the terminal does not say, and can be taken away', async () => {
    wide(0);
    expect((await drawn('x'.repeat(100))).length).toBe(ERASE.length + 79);
    expect((await captured(eraseLine)).stderr).toBe(ERASE);
  });
});
