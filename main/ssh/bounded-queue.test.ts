import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collected } from '#main/base/collected.testing.ts';
import { BoundedQueue } from './bounded-queue.ts';

/** Lets everything go on that waits for nothing but a promise. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Whether a promise has come to an end, without waiting for it. */
async function isOpen(promise: Promise<unknown> | undefined): Promise<boolean> {
  if (!promise) return false;
  let open = true;
  void promise.then(() => (open = false));
  await settle();
  return open;
}

describe('a bounded queue', () => {
  it('holds whoever pushes while more lies there than the limit, and lets go when it was read', async () => {
    // Bug caught: a fast host fills the memory while a slow terminal reads.
    const queue = new BoundedQueue<string>(10);
    expect(queue.push('a', 10)).toBeUndefined();
    const second = queue.push('b', 1);
    expect(await isOpen(second)).toBe(true);
    const reader = queue.read();
    expect(await reader.next()).toMatchObject({ value: 'a' });
    expect(await isOpen(second)).toBe(false);
  });

  it('lets go of all who wait, not of the first alone', async () => {
    const queue = new BoundedQueue<number>(0);
    const pushes = [1, 2, 3].map((item) => queue.push(item, 1));
    const reader = queue.read();
    await reader.next();
    await reader.next();
    expect(await isOpen(pushes[0])).toBe(true);
    await reader.next();
    expect(await Promise.all(pushes.map(isOpen))).toEqual([false, false, false]);
  });

  it('lets go of who waits when it ends, and takes nothing after that', async () => {
    // Bug caught: a reader that goes away leaves the command on the host waiting for ever.
    const queue = new BoundedQueue<number>(0);
    const push = queue.push(1, 5);
    queue.end();
    expect(await isOpen(push)).toBe(false);
    expect(queue.push(2, 5)).toBeUndefined();
    expect(await collected(queue.read())).toEqual([1]);
  });

  it('gives what was there before the error, then the error, whatever was thrown', async () => {
    for (const thrown of [new Error('broken'), undefined, 0]) {
      const queue = new BoundedQueue<number>(10);
      void queue.push(1);
      queue.fail(thrown);
      const got: number[] = [];
      const failure = await (async () => {
        for await (const item of queue.read()) got.push(item);
        return 'no error';
      })().catch((error: unknown) => ({ error }));
      expect(got).toEqual([1]);
      expect(failure).toEqual({ error: thrown });
    }
  });

  it('wakes a reader that came before the first item, and one that waits for the end', async () => {
    const queue = new BoundedQueue<number>(10);
    const reading = collected(queue.read());
    await settle();
    void queue.push(1);
    await settle();
    queue.end();
    expect(await reading).toEqual([1]);
  });

  it('ends a reader that waits when it fails', async () => {
    const queue = new BoundedQueue<number>(10);
    const reading = collected(queue.read());
    reading.catch(() => undefined);
    await settle();
    queue.fail(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
  });

  it('loses nothing, changes no order and holds no more than the limit and one item of each who pushes', async () => {
    const item = fc.record({ size: fc.integer({ min: 0, max: 50 }), pause: fc.boolean() });
    const producer = fc.array(item, { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(producer, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 100 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
        async (producers, limit, pauses) => {
          const queue = new BoundedQueue<{ from: number; index: number; size: number }>(limit);
          let held = 0;
          let most = 0;
          const work = producers.map(async (items, from) => {
            for (const [index, { size, pause }] of items.entries()) {
              if (pause) await settle();
              held += size;
              most = Math.max(most, held);
              await queue.push({ from, index, size }, size);
            }
          });
          void Promise.all(work).then(() => queue.end());
          const seen = producers.map(() => 0);
          let turn = 0;
          for await (const { from, index, size } of queue.read()) {
            expect(index).toBe(seen[from]);
            seen[from] = index + 1;
            held -= size;
            if (pauses[turn++ % pauses.length]) await settle();
          }
          expect(seen).toEqual(producers.map((items) => items.length));
          // What was just read counts until the reader has it in hand.
          expect(most).toBeLessThanOrEqual(limit + (producers.length + 1) * 50);
        },
      ),
      { numRuns: 60 },
    );
  });
});
