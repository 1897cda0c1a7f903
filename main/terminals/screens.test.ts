/* oxlint-disable no-control-regex -- control characters are what this is about */
import { describe, expect, it, onTestFinished } from 'vitest';
import { Screens, type ScreenListener } from './screens.ts';

const size = { cols: 40, rows: 10, scrollback: 100 };

function listener() {
  let parsed = 0;
  const titles: string[] = [];
  const replies: string[] = [];
  let wake: () => void = () => undefined;
  const heard: ScreenListener = {
    onParsed(bytes) {
      parsed += bytes;
      wake();
    },
    onReply: (data) => replies.push(data),
    onTitle: (title) => titles.push(title),
  };
  return {
    heard,
    titles,
    replies,
    async until(bytes: number) {
      while (parsed < bytes) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

const bytes = (text: string) => new Uint8Array(new TextEncoder().encode(text));

describe('the thread of the screens', () => {
  it('keeps the sessions going when it dies, and tells it', async () => {
    // Bug caught: one broken screen leaves every shell paused for ever, and every reload waiting.
    const crashes: unknown[] = [];
    const screens = new Screens((error) => crashes.push(error));
    onTestFinished(() => screens.close());
    const one = listener();
    const screen = screens.open('one', size, one.heard);
    screen.write(bytes('before'));
    await one.until(6);
    // What no caller can send, and the terminal throws at.
    screen.resize(1.5, 2);
    screen.resize(size.cols, size.rows);
    screen.write(bytes('it'));
    const waiting = screen.snapshot();
    // Nobody waits for what died with it: the bytes count as parsed, the snapshot is empty.
    await one.until(8);
    expect((await waiting).text).not.toContain('before');
    expect(crashes).toHaveLength(1);
    screen.write(bytes('after'));
    await one.until(13);
    expect((await screen.snapshot()).text).toContain('after');
  });

  it('ends with the last session and starts again with the next', async () => {
    const screens = new Screens(() => undefined);
    onTestFinished(() => screens.close());
    const first = listener();
    const one = screens.open('one', size, first.heard);
    one.write(bytes('gone'));
    await first.until(4);
    one.close();
    one.close();
    const second = listener();
    const two = screens.open('one', size, second.heard);
    two.write(bytes('fresh'));
    await second.until(5);
    const text = (await two.snapshot()).text;
    expect(text).toContain('fresh');
    expect(text).not.toContain('gone');
  });

  it('tells a million titles and questions in a few messages', async () => {
    // Bug caught: a file that is shown keeps the platform busy with its titles, and answers with
    // megabytes that nobody reads.
    const screens = new Screens(() => undefined);
    onTestFinished(() => screens.close());
    const one = listener();
    const screen = screens.open('one', size, one.heard);
    const flood = bytes('\x1b]0;a title\x07\x1b[c'.repeat(4000) + '\x1b]0;the last\x07\x1b[5n');
    const { length } = flood;
    for (let n = 0; n < 3; n += 1) screen.write(flood.slice());
    await one.until(3 * length);
    expect(one.titles).toEqual(['the last', 'the last', 'the last']);
    expect(one.replies).toHaveLength(3);
    for (const reply of one.replies) {
      expect(reply).toMatch(/^(\x1b\[\?1;2c)+$/);
      expect(reply.length).toBeLessThan(5000);
    }
    // An ordinary question is answered as ever, and before its bytes count as parsed.
    screen.write(bytes('\x1b[5n\x1b[6n'));
    await one.until(3 * length + 8);
    expect(one.replies.at(-1)).toMatch(/^\x1b\[0n\x1b\[\d+;\d+R$/);
  });

  it('stands still for no count that a file that is shown may hold', async () => {
    const screens = new Screens(() => undefined);
    onTestFinished(() => screens.close());
    const one = listener();
    const screen = screens.open('one', size, one.heard);
    // Bug caught: a hundred bytes stop the screens of all terminals for hours.
    const hostile = 'STLMIZb'
      .split('')
      .map((final) => `x\x1b[2147483647${final}`)
      .join('');
    const flood = bytes(`${hostile}\x1b[H\x1b[2Ja${'\u0301'.repeat(1000)}\r\nthere`);
    const { length } = flood;
    screen.write(flood);
    await one.until(length);
    expect((await screen.snapshot()).text).toContain('there');
  });
});
