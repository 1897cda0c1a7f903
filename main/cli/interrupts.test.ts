import { afterEach, describe, expect, it, vi } from 'vitest';
import { onInterrupt } from './interrupts.ts';

afterEach(() => vi.useRealTimers());

describe('onInterrupt', () => {
  it('takes a Ctrl-C that arrives twice (terminal and npx) as one, so that the run is still cancelled', () => {
    vi.useFakeTimers();
    const first = vi.fn<() => void>();
    const exit = vi.fn<(code: number) => void>();
    const stop = onInterrupt(first, exit);
    process.emit('SIGINT');
    process.emit('SIGINT');
    expect(first).toHaveBeenCalledTimes(1);
    expect(exit).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    process.emit('SIGINT');
    expect(exit).toHaveBeenCalledWith(130);
    stop();
  });

  it('leaves no listener behind', () => {
    const before = process.listenerCount('SIGINT');
    onInterrupt(() => undefined)();
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
