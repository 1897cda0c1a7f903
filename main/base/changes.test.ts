import { describe, expect, it } from 'vitest';
import { Changes } from './changes.ts';

describe('whoever watches changes', () => {
  it('sees what there is at once, and what it has become, not every step on the way', async () => {
    // Bug caught: a slow window gets a queue of a thousand old states.
    const changes = new Changes();
    const stop = new AbortController();
    let value = 0;
    const seen = changes.watch(() => value, stop.signal);
    expect((await seen.next()).value).toBe(0);
    for (; value < 1000; value += 1) changes.tell();
    expect((await seen.next()).value).toBe(1000);
    const next = seen.next();
    value = 1001;
    changes.tell();
    expect((await next).value).toBe(1001);
    stop.abort();
    expect((await seen.next()).done).toBe(true);
  });

  it('sees a change that comes while it takes the last one', async () => {
    // Bug caught: the mark is taken back after the look, and the change in between is lost.
    const changes = new Changes();
    const stop = new AbortController();
    let value = 'old';
    const seen = changes.watch(() => {
      const was = value;
      if (was === 'old') {
        value = 'new';
        changes.tell();
      }
      return was;
    }, stop.signal);
    expect((await seen.next()).value).toBe('old');
    expect((await seen.next()).value).toBe('new');
    stop.abort();
  });

  it('ends where it waits, in the pause too, and leaves nothing behind', async () => {
    const changes = new Changes();
    for (const pauseMs of [0, 3_600_000]) {
      const stop = new AbortController();
      const seen = changes.watch(() => 1, stop.signal, pauseMs);
      await seen.next();
      const last = seen.next();
      stop.abort();
      expect((await last).done).toBe(true);
    }
    const gone = new AbortController();
    gone.abort();
    expect((await changes.watch(() => 1, gone.signal).next()).done).toBe(true);
  });

  it('does not lose the last change where it looks seldom, and others see it without delay', async () => {
    // Bug caught: what is told during the pause is forgotten, and the old state stands for ever.
    const changes = new Changes();
    const stop = new AbortController();
    let value = 0;
    const seldom = changes.watch(() => value, stop.signal, 20);
    const often = changes.watch(() => value, stop.signal);
    await seldom.next();
    await often.next();
    const later = seldom.next();
    value = 1;
    changes.tell();
    expect((await often.next()).value).toBe(1);
    value = 2;
    changes.tell();
    expect((await often.next()).value).toBe(2);
    expect((await later).value).toBe(2);
    stop.abort();
  });
});
