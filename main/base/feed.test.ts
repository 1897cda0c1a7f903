import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Feed } from './feed.ts';

async function take<T>(feed: AsyncIterable<T>, count: number): Promise<T[]> {
  const seen: T[] = [];
  for await (const item of feed) if (seen.push(item) === count) break;
  return seen;
}

describe('a feed', () => {
  it('hands every item to each reader, in order, at the reader’s own pace', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer(), { minLength: 1, maxLength: 150 }), async (items) => {
        const feed = new Feed<number>();
        const [one, two] = [feed.watch(), feed.watch()];
        for (const item of items) feed.push(item);
        expect(await take(one, items.length)).toEqual(items);
        expect(await take(two, items.length)).toEqual(items);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the newest for a reader that lags, and never more than its queue', async () => {
    const feed = new Feed<number>();
    const reader = feed.watch();
    for (let i = 0; i < 1000; i += 1) feed.push(i);
    expect(await take(reader, 200)).toEqual(Array.from({ length: 200 }, (_, i) => 800 + i));
  });

  it('hands on what comes while a reader waits', async () => {
    const feed = new Feed<string>();
    const reading = take(feed.watch(), 2);
    feed.push('a');
    await Promise.resolve();
    feed.push('b');
    expect(await reading).toEqual(['a', 'b']);
  });

  it('ends with its signal: before it began, while it waits, and with items left', async () => {
    // Bug caught: a window that was closed keeps its reader, and its queue, for ever.
    const feed = new Feed<string>();
    const gone = AbortSignal.abort();
    expect(await take(feed.watch(gone), 1)).toEqual([]);
    const stop = new AbortController();
    const waiting = take(feed.watch(stop.signal), 1);
    stop.abort();
    expect(await waiting).toEqual([]);
    const later = new AbortController();
    const full = feed.watch(later.signal);
    feed.push('left behind');
    later.abort();
    expect(await take(full, 1)).toEqual([]);
  });
});
