import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STREAM_WINDOW } from '#contract/stream.ts';
import { gated } from './gated.ts';
import { sizeOf } from './sizeOf.ts';
import { StreamGates } from './streamGates.ts';

const free = () => ({ streams: new StreamGates(false), signal: undefined, check: () => undefined });
async function* from<T>(items: T[]) {
  yield* items;
}

describe('a gated stream', () => {
  it('gives every item once and in order, whatever their sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 40_000 }), { maxLength: 30 }),
        async (items) => {
          const streams = new StreamGates(true);
          const seen: string[] = [];
          for await (const frame of gated(() => from(items), {
            streams,
            signal: undefined,
            check: () => undefined,
          })) {
            seen.push(...frame.items);
            streams.acknowledge(frame.stream, frame.bytes);
          }
          expect(seen).toEqual(items);
          expect(streams.size).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('names itself before the first item comes', async () => {
    // Bug caught: a view that shows nothing, not even that it is connected, until something happens.
    const stream = gated(() => new ReadableStream() as AsyncIterable<never>, free());
    expect(await stream.next()).toEqual({
      done: false,
      value: { stream: '', bytes: 0, items: [] },
    });
  });

  it('gives what it had before the source failed', async () => {
    const failing = async function* () {
      yield 1;
      yield 2;
      throw new Error('broken');
    };
    const stream = gated(failing, free());
    await stream.next();
    expect((await stream.next()).value).toMatchObject({ items: [1, 2] });
    await expect(stream.next()).rejects.toThrow('broken');
  });

  it('ends while its source is silent, and tells the source', async () => {
    // Bug caught: return() that waits for a source's next item, for ever.
    let told: AbortSignal | undefined;
    const stop = new AbortController();
    const streams = new StreamGates(true);
    const stream = gated(
      (signal) => {
        told = signal;
        return {
          [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
        };
      },
      { streams, signal: stop.signal, check: () => undefined },
    );
    await stream.next();
    const next = stream.next();
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(told?.aborted).toBe(true);
    expect(streams.size).toBe(0);
  });

  it('ends while it waits for credit', async () => {
    const stop = new AbortController();
    const streams = new StreamGates(true);
    const stream = gated(() => from(['x'.repeat(STREAM_WINDOW), 'y']), {
      streams,
      signal: stop.signal,
      check: () => undefined,
    });
    await stream.next();
    await stream.next();
    const next = stream.next();
    stop.abort();
    expect((await next).done).toBe(true);
  });

  it('sends nothing more once the caller may not listen', async () => {
    // Bug caught: a revoked token that goes on hearing.
    let allowed = true;
    const stream = gated(() => from([1]), {
      ...free(),
      check: () => {
        if (!allowed) throw new Error('revoked');
      },
    });
    await stream.next();
    allowed = false;
    await expect(stream.next()).rejects.toThrow('revoked');
  });

  it('takes acknowledgements only from its own connection, and never more credit than was used', async () => {
    const mine = new StreamGates(true);
    const gate = mine.start();
    gate.sent(STREAM_WINDOW);
    new StreamGates(true).acknowledge(gate.id, STREAM_WINDOW);
    const order: string[] = [];
    const opened = gate.open(new AbortController().signal).then(() => order.push('open'));
    await Promise.resolve();
    order.push('still shut');
    mine.acknowledge(gate.id, Number.MAX_SAFE_INTEGER);
    await opened;
    expect(order).toEqual(['still shut', 'open']);
    gate.sent(STREAM_WINDOW - 1);
    await gate.open(new AbortController().signal);
  });

  it('limits how many are open on one connection', () => {
    const streams = new StreamGates(true);
    for (let i = 0; i < 256; i += 1) streams.start();
    expect(() => streams.start()).toThrow(expect.objectContaining({ code: 'stream.too_many' }));
  });
});

describe('sizeOf', () => {
  it('is near the length of the JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const real = JSON.stringify(value).length;
        expect(sizeOf(value)).toBeGreaterThanOrEqual(real / 8 - 20);
        expect(sizeOf(value)).toBeLessThanOrEqual(real * 8 + 20);
      }),
    );
  });
});
