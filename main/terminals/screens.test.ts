import { describe, expect, it, onTestFinished } from 'vitest';
import { Screens, type ScreenListener } from './screens.ts';

const size = { cols: 40, rows: 10, scrollback: 100 };

function listener() {
  let parsed = 0;
  let wake: () => void = () => undefined;
  const heard: ScreenListener = {
    onParsed(bytes) {
      parsed += bytes;
      wake();
    },
    onReply: () => undefined,
    onTitle: () => undefined,
  };
  return {
    heard,
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
    expect(await waiting).not.toContain('before');
    expect(crashes).toHaveLength(1);
    screen.write(bytes('after'));
    await one.until(13);
    expect(await screen.snapshot()).toContain('after');
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
    const text = await two.snapshot();
    expect(text).toContain('fresh');
    expect(text).not.toContain('gone');
  });
});
