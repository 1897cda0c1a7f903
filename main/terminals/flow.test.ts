import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SessionLog } from './sessionLog.ts';
import { Flow } from './flow.ts';
import { PlayedShell } from './terminals.testing.ts';
import { Viewer } from './viewer.ts';

const limits = { high: 1000, low: 300, stallMs: 5000, holdMs: 2000 };

/** A flow whose time the test owns. */
function open() {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const viewers = new Set<Viewer>();
  const flow = new Flow(limits, viewers);
  onTestFinished(() => flow.close());
  const shell = new PlayedShell();
  flow.channel = shell;
  const viewer = () => {
    const size = { cols: 80, rows: 24 };
    const snapshot = async () => [
      { type: 'snapshot' as const, text: '', ...size, offset: 0, resync: false },
    ];
    const one = new Viewer(snapshot, () => flow.adjust(), Date.now());
    viewers.add(one);
    return one;
  };
  return { flow, shell, viewers, viewer };
}

const data = { type: 'data' as const, data: '' };

/** Leaves a viewer so far behind that the shell waits for it. */
function fallBehind(flow: Flow, viewer: Viewer): void {
  viewer.push(data, 1001);
  flow.adjust();
}

/** Twenty seconds in which a viewer takes something every second, but never catches up. */
function takeSlowly(viewer: Viewer): void {
  for (let i = 0; i < 20; i += 1) {
    vi.advanceTimersByTime(1000);
    viewer.lastTaken = Date.now();
  }
}

describe('flow control', () => {
  it('pauses above the high limit and goes on below the low one, and not in between', () => {
    // Bug caught: a shell that is paused and resumed with every single piece.
    const { flow, shell } = open();
    flow.taken(1000);
    expect(shell.paused).toBe(false);
    flow.taken(1);
    expect(shell.paused).toBe(true);
    flow.parsed(600);
    expect(shell.paused).toBe(true);
    flow.parsed(101);
    expect(shell.paused).toBe(false);
    flow.taken(500);
    expect(shell.paused).toBe(false);
  });

  it('heeds whoever is furthest behind: the parser, the log or a viewer', () => {
    const { flow, shell, viewer } = open();
    const log = { pending: 0 } as SessionLog;
    flow.log = log;
    const one = viewer();
    viewer();
    const steps: [() => void, boolean][] = [
      [() => one.push(data, 1001), true],
      [() => (one.pending = 300), false],
      [() => (log.pending = 1001), true],
      [() => (log.pending = 301), true],
      [() => (log.pending = 300), false],
    ];
    for (const [step, paused] of steps) {
      step();
      flow.adjust();
      expect(shell.paused).toBe(paused);
    }
  });

  it('never pauses a shell that has nothing waiting, nor lets one run that has too much', () => {
    // Bug caught: a pause that is forgotten stops a terminal for ever.
    const step = fc.oneof(
      fc.record({ kind: fc.constant('taken' as const), bytes: fc.nat(900) }),
      fc.record({ kind: fc.constant('parsed' as const), bytes: fc.nat(900) }),
      fc.record({ kind: fc.constant('log' as const), bytes: fc.nat(1500) }),
      fc.record({ kind: fc.constant('viewer' as const), bytes: fc.nat(1500) }),
      fc.record({ kind: fc.constant('again' as const), bytes: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { flow, viewer } = open();
        let shell = new PlayedShell();
        flow.channel = shell;
        const log = { pending: 0 } as SessionLog;
        flow.log = log;
        const one = viewer();
        let unparsed = 0;
        for (const { kind, bytes } of steps) {
          const most = () => Math.max(unparsed, log.pending, one.pending);
          if (kind === 'taken') {
            unparsed += bytes;
            flow.taken(bytes);
          } else if (kind === 'parsed') {
            const part = Math.min(bytes, unparsed);
            unparsed -= part;
            flow.parsed(part);
          } else if (kind === 'again') {
            // A new shell begins unpaused, and is paused at once where too much waits.
            shell = new PlayedShell();
            flow.channel = shell;
          } else {
            (kind === 'log' ? log : one).pending = bytes;
            flow.adjust();
          }
          if (most() > limits.high) expect(shell.paused).toBe(true);
          if (most() <= limits.low) expect(shell.paused).toBe(false);
        }
        flow.close();
      }),
    );
  });

  it('leaves a viewer behind that takes nothing for five seconds, though it is alone', () => {
    // Bug caught: a window that hangs stops the build in its terminal for good.
    const { flow, shell, viewer } = open();
    const one = viewer();
    fallBehind(flow, one);
    vi.advanceTimersByTime(4900);
    expect(shell.paused).toBe(true);
    vi.advanceTimersByTime(500);
    expect(shell.paused).toBe(false);
    expect(one.pending).toBe(0);
  });

  it('waits for a slow one as long as nobody else has to', () => {
    const { flow, shell, viewer } = open();
    const slow = viewer();
    fallBehind(flow, slow);
    takeSlowly(slow);
    expect(shell.paused).toBe(true);
    expect(slow.pending).toBe(1001);
    // Now another one looks on, and keeps up.
    viewer();
    vi.advanceTimersByTime(300);
    expect(shell.paused).toBe(false);
    expect(slow.pending).toBe(0);
  });

  it('does not hurry a slow one for the sake of one that was left behind', () => {
    // Bug caught: beside a window that hangs, a second one on a slow line loses output every 2 s.
    const { flow, shell, viewer } = open();
    const hung = viewer();
    fallBehind(flow, hung);
    vi.advanceTimersByTime(6000);
    expect(hung.behind).toBe(true);
    const slow = viewer();
    fallBehind(flow, slow);
    takeSlowly(slow);
    expect(shell.paused).toBe(true);
    expect(slow.behind).toBe(false);
  });

  it('leaves one behind that stops between the two limits, whoever caused the pause', () => {
    // Bug caught: the parser was behind, the shell was paused, and a window that hangs with less
    // than the high limit waiting kept it so for ever.
    const { flow, shell, viewer } = open();
    const hung = viewer();
    const other = viewer();
    hung.push(data, 500);
    flow.taken(1001);
    flow.parsed(1001);
    expect(shell.paused).toBe(true);
    vi.advanceTimersByTime(2300);
    expect(shell.paused).toBe(false);
    expect([hung.behind, other.behind]).toEqual([true, false]);
  });

  it('has no timer while nobody is held back', () => {
    // Bug caught: sixty-four idle terminals that wake the machine four times a second.
    const { flow, shell } = open();
    expect(vi.getTimerCount()).toBe(0);
    flow.taken(5000);
    expect(shell.paused).toBe(true);
    expect(vi.getTimerCount()).toBe(1);
    flow.parsed(5000);
    expect(vi.getTimerCount()).toBe(0);
    flow.taken(5000);
    flow.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
