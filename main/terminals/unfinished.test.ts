import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { Screen } from './screen.ts';
import { Unfinished } from './unfinished.ts';

const newScreen = () =>
  new Screen({
    cols: 40,
    rows: 6,
    scrollback: 30,
    onReply: () => undefined,
    onTitle: () => undefined,
  });
const write = (screen: Screen, bytes: Uint8Array) =>
  new Promise<void>((done) => screen.write(Uint8Array.from(bytes), done));

describe('a picture of the screen in the middle of something', () => {
  it('goes on at any byte: a sequence, a character, a title', async () => {
    // Bug caught: a window that is reloaded while output floods in shows the end of a colour as text,
    // and half a character as a question mark.
    const text =
      '\x1b[31mred\x1b[0m grün 漢字 𝔘 \x1b[38;2;1;2;3mfine\x1b[0m\r\n\x1b]0;a title: ü\x07' +
      `\x1b]2;another\x1b\\${'é'.repeat(50)}\r\n\x1bP$qm\x1b\\\x1b(B\x1b[2;3Hthere\u009b1mbold`;
    const bytes = Buffer.from(text);
    const followed = newScreen();
    await write(followed, bytes);
    const whole = (await followed.snapshot()).text;
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const [before, after] = [newScreen(), newScreen()];
      await write(before, bytes.subarray(0, cut));
      const picture = await before.snapshot();
      await write(after, Buffer.from(picture.text));
      await write(after, picture.rest);
      await write(after, bytes.subarray(cut));
      expect({ cut, text: (await after.snapshot()).text }).toEqual({ cut, text: whole });
      before.dispose();
      after.dispose();
    }
  });
});

describe('what is unfinished', () => {
  it('is the same however the output comes in pieces', async () => {
    const bytes = Buffer.from('a\x1b]0;ü€\u0301 title that goes on');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: bytes.length }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        async (end, sizes) => {
          const [one, other] = [newScreen(), newScreen()];
          await write(one, bytes.subarray(0, end));
          for (let at = 0, n = 0; at < end; n += 1) {
            const to = Math.min(end, at + sizes[n % sizes.length]!);
            await write(other, bytes.subarray(at, to));
            at = to;
          }
          const rest = Buffer.from((await other.snapshot()).rest);
          expect(rest.equals((await one.snapshot()).rest)).toBe(true);
          one.dispose();
          other.dispose();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is forgotten where it never ends, and keeps no piece of the output alive', () => {
    const unfinished = new Unfinished();
    const piece = new Uint8Array(32_768).fill(0x78);
    unfinished.parsed(Uint8Array.of(0x1b, 0x5d), true);
    unfinished.parsed(piece, true);
    expect(unfinished.bytes).toHaveLength(32_770);
    unfinished.parsed(piece, true);
    expect(unfinished.bytes).toHaveLength(0);
    unfinished.parsed(Uint8Array.of(0x61, 0xe6, 0xbc), false);
    expect([...unfinished.bytes]).toEqual([0xe6, 0xbc]);
    expect(unfinished.bytes.buffer.byteLength).toBeLessThan(100);
    unfinished.parsed(Uint8Array.of(0xa2), false);
    expect(unfinished.bytes).toHaveLength(0);
  });
});
