import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readBody } from './body.ts';

/** A request whose body comes as the test says. */
function request(headers: Record<string, string>): IncomingMessage {
  const made = new IncomingMessage(new Socket());
  Object.assign(made.headers, headers);
  return made;
}

describe('a body', () => {
  afterEach(() => vi.useRealTimers());

  it('that dribbles in for ever is given up after a minute, and one that came is not', async () => {
    // Bug caught: the server waits for files without an end, and so for every other body too.
    vi.useFakeTimers();
    const slow = request({ 'transfer-encoding': 'chunked' });
    const reading = readBody(slow, 1000).catch((error: unknown) => error);
    slow.push('x');
    await vi.advanceTimersByTimeAsync(59_000);
    slow.push('y');
    await vi.advanceTimersByTimeAsync(1000);
    expect(await reading).toMatchObject({ code: 'http.body_late' });
    const quick = request({ 'content-length': '2' });
    const read = readBody(quick, 1000);
    quick.push('ab');
    quick.push(null);
    await vi.advanceTimersByTimeAsync(0);
    expect((await read).toString()).toBe('ab');
    expect(vi.getTimerCount()).toBe(0);
  });
});
