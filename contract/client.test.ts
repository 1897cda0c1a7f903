import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { createNexusClient, type NexusClient, type NexusLink, readStream } from './client.ts';
import { roleAllows, roles } from './define.ts';
import { STREAM_ACK_EVERY, type StreamFrame } from './stream.ts';

/** A link that answers from a function, and notes what was called. */
function linkTo(answer: (path: string, input: unknown) => unknown): {
  client: NexusClient;
  calls: [string, unknown][];
} {
  const calls: [string, unknown][] = [];
  const link: NexusLink = {
    call: async (path, input) => {
      calls.push([path.join('.'), input]);
      return answer(path.join('.'), input);
    },
  };
  return { client: createNexusClient(link), calls };
}
async function* framesOf(...frames: StreamFrame<number>[]) {
  yield* frames;
}
const frame = (bytes: number, ...items: number[]): StreamFrame<number> => ({
  stream: 's',
  bytes,
  items,
});

describe('the client', () => {
  it('throws the one shape of errors, whatever the transport threw', async () => {
    const shape = { code: 'run.not_found', message: 'No run.', hint: 'List them.', kind: 'user' };
    const { client } = linkTo(() => {
      throw new ORPCError('run.not_found', { status: 404, data: shape });
    });
    await expect(client.runs.get({ id: 'x' })).rejects.toMatchObject({
      name: 'RemoteError',
      ...shape,
    });
    const broken = linkTo(() => {
      throw new Error('socket hang up');
    });
    await expect(broken.client.runs.get({ id: 'x' })).rejects.toMatchObject({
      code: 'connection.failed',
      kind: 'operational',
      message: expect.stringContaining('socket hang up'),
    });
  });

  it('leaves the caller’s own abort as it is', async () => {
    // Bug caught: a cancelled query that shows a toast about a broken connection.
    const { client } = linkTo(() => {
      throw new DOMException('stop', 'AbortError');
    });
    const signal = AbortSignal.abort();
    await expect(client.runs.get({ id: 'x' }, { signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('reading a stream', () => {
  it('acknowledges what was consumed, every 64 KiB and not before', async () => {
    const { client, calls } = linkTo(() => ({}));
    const half = STREAM_ACK_EVERY / 2;
    const frames = Promise.resolve(
      framesOf(frame(0), frame(half, 1), frame(half, 2, 3), frame(10, 4)),
    );
    const seen: number[] = [];
    const acknowledgedBefore: number[] = [];
    for await (const item of readStream(client, frames)) {
      seen.push(item);
      acknowledgedBefore.push(calls.length);
    }
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(acknowledgedBefore).toEqual([0, 0, 0, 1]);
    expect(calls).toEqual([['streams.ack', { stream: 's', bytes: STREAM_ACK_EVERY }]]);
  });

  it('acknowledges nothing where the transport pushes back by itself', async () => {
    const { client, calls } = linkTo(() => ({}));
    const free = { stream: '', bytes: STREAM_ACK_EVERY * 2, items: [1] };
    for await (const item of readStream(client, Promise.resolve(framesOf(free))))
      expect(item).toBe(1);
    expect(calls).toEqual([]);
  });

  it('ends quietly at the abort, even while nothing comes, and ends the producer', async () => {
    const { client } = linkTo(() => ({}));
    let returned = false;
    const silent = {
      next: () => new Promise<never>(() => undefined),
      return: async () => ((returned = true), { done: true as const, value: undefined }),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
    const stop = new AbortController();
    const reading = readStream(client, Promise.resolve(silent), stop.signal).next();
    stop.abort();
    expect(await reading).toEqual({ done: true, value: undefined });
    expect(returned).toBe(true);
  });

  it('throws what the stream throws', async () => {
    const { client } = linkTo(() => ({}));
    const failing = async function* (): AsyncGenerator<StreamFrame<number>> {
      yield frame(1, 1);
      throw new Error('broken');
    };
    const reading = readStream(client, Promise.resolve(failing()));
    expect((await reading.next()).value).toBe(1);
    await expect(reading.next()).rejects.toThrow('broken');
  });
});

describe('roles', () => {
  it('allow what the weaker ones may, and no more', () => {
    const table = roles.map((role) => roles.map((needed) => roleAllows(role, needed)));
    expect(table).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
    expect(roleAllows('viewer', 'anyone')).toBe(true);
  });
});
