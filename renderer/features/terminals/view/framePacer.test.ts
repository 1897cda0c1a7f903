import { Terminal } from '@xterm/xterm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FramePacer, paceFrames } from './framePacer.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

/** A browser that draws when the test says so. */
class Browser {
  asked = new Map<number, FrameRequestCallback>();
  #ids = 0;

  requestAnimationFrame = (draw: FrameRequestCallback): number => {
    this.#ids += 1;
    this.asked.set(this.#ids, draw);
    return this.#ids;
  };

  cancelAnimationFrame = (id: number): void => void this.asked.delete(id);

  frame(): void {
    const asked = [...this.asked.values()];
    this.asked.clear();
    for (const draw of asked) draw(performance.now());
  }
}

function paced() {
  const browser = new Browser();
  const pacer = new FramePacer(browser);
  const drawn: string[] = [];
  const ask = (name = 'frame') => pacer.request(() => drawn.push(name));
  /** So many frames of 16 ms, with so much output in each, and one request in each. */
  const play = (frames: number, bytes: number) => {
    const before = drawn.length;
    for (let n = 0; n < frames; n += 1) {
      pacer.count(bytes);
      ask();
      vi.advanceTimersByTime(16);
      browser.frame();
    }
    return drawn.length - before;
  };
  return { browser, pacer, drawn, ask, play };
}

describe('the frames of a terminal', () => {
  it('are all drawn at the pace of a person or a program on the whole screen', () => {
    // Bug caught: typing and vim are drawn at fifteen frames a second.
    const { play } = paced();
    expect(play(60, 200)).toBe(60);
    expect(play(60, 8_000)).toBe(60);
  });

  it('are few in a flood, and what they were asked for is drawn together', () => {
    // Bug caught: most of the time goes into screens that nobody can read.
    const { play, browser, ask, drawn, pacer } = paced();
    play(12, 100_000);
    const draws = vi.spyOn(browser, 'requestAnimationFrame');
    ask('rows');
    ask('selection');
    pacer.count(200_000);
    vi.advanceTimersByTime(66);
    browser.frame();
    expect(drawn.slice(-2)).toEqual(['rows', 'selection']);
    draws.mockClear();
    // A second of flood: a request that comes with each piece is one frame in four.
    let frames = 0;
    for (let n = 0; n < 60; n += 1) {
      pacer.count(100_000);
      ask();
      vi.advanceTimersByTime(16);
      if (browser.asked.size > 0) frames += 1;
      browser.frame();
    }
    expect(frames).toBeGreaterThan(8);
    expect(frames).toBeLessThan(18);
  });

  it('the last screen of a flood is drawn without further output', () => {
    // Bug caught: the prompt after a long build log is seen only when a key is pressed.
    const { play, ask, drawn, browser } = paced();
    play(20, 100_000);
    const before = drawn.length;
    ask('prompt');
    vi.advanceTimersByTime(70);
    browser.frame();
    expect(drawn.slice(before)).toContain('prompt');
  });

  it('come at once again when the flood is over', () => {
    // Bug caught: a selection that is drawn with the mouse lags, since there was a flood once.
    const { play, browser } = paced();
    play(30, 100_000);
    vi.advanceTimersByTime(500);
    browser.frame();
    expect(play(10, 0)).toBe(10);
  });

  it('that are taken back are not drawn, held back or not', () => {
    // Bug caught: a terminal that is gone is drawn, and xterm throws.
    const { play, ask, pacer, drawn, browser } = paced();
    const soon = ask('soon');
    pacer.cancel(soon);
    browser.frame();
    play(20, 100_000);
    const held = ask('held');
    pacer.cancel(held);
    pacer.cancel(held);
    vi.advanceTimersByTime(70);
    browser.frame();
    expect(drawn).not.toContain('soon');
    expect(drawn).not.toContain('held');
    ask('gone');
    pacer.dispose();
    vi.advanceTimersByTime(70);
    browser.frame();
    expect(drawn).not.toContain('gone');
  });
});

describe('in xterm', () => {
  it('all that is drawn is asked of the pacer', () => {
    // Bug caught: a new version of xterm draws past the pacer, and floods are slow again.
    const terminal = new Terminal({ cols: 20, rows: 5 });
    const moved = vi.fn();
    const inner = { window: window as Window };
    // What open() makes; there is nothing to open it on here, the bench measures the rest.
    const core = (terminal as unknown as { _core: Record<string, unknown> })._core;
    expect(core['_syncTextArea']).toBeTypeOf('function');
    core['_coreBrowserService'] = inner;
    core['_syncTextArea'] = moved;
    const browser = new Browser();
    paceFrames(terminal, new FramePacer(browser));
    const draw = vi.fn();
    const id = inner.window.requestAnimationFrame(draw);
    inner.window.cancelAnimationFrame(id);
    inner.window.requestAnimationFrame(draw);
    (core['_syncTextArea'] as () => void)();
    (core['_syncTextArea'] as () => void)();
    expect(browser.asked.size).toBe(2);
    browser.frame();
    expect(draw).toHaveBeenCalledTimes(1);
    expect(moved).toHaveBeenCalledTimes(1);
    (core['_syncTextArea'] as () => void)();
    browser.frame();
    expect(moved).toHaveBeenCalledTimes(2);
    // Everything else is the window's own.
    expect(inner.window.getComputedStyle(document.body)).toBeDefined();
    expect(inner.window.devicePixelRatio).toBe(window.devicePixelRatio);
  });
});
