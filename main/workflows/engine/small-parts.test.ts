import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Live } from './live.ts';
import type { LiveRun } from './live-run.ts';
import { newRecord } from './steps.ts';
import { preview } from './outputs.ts';
import { Slots } from './slots.ts';
import type { Json } from '#contract/common.ts';

const run = (id: string) => ({ id }) as unknown as LiveRun;

describe('places for steps', () => {
  test('are never more than the limit, go to whoever waits longest, and none is lost, whatever happens', () => {
    const act = fc.oneof(
      fc.record({ do: fc.constantFrom('want', 'release', 'leave'), run: fc.nat(2) }),
      fc.record({ do: fc.constant('limit'), run: fc.nat(5) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        let limit = 2;
        const runs = [run('a'), run('b'), run('c')];
        const begun: number[] = [];
        const gone = new Set<number>();
        let next = 0;
        let held = 0;
        const slots = new Slots(
          () => limit,
          ({ at }) => {
            begun.push(at);
            held += 1;
          },
        );
        const wanted: { at: number; run: LiveRun }[] = [];
        for (const one of acts) {
          if (one.do === 'want') {
            const at = next++;
            if (slots.take()) held += 1;
            else {
              slots.wait({ run: runs[one.run]!, at, record: newRecord('s', -1) });
              wanted.push({ at, run: runs[one.run]! });
            }
          } else if (one.do === 'release' && held > 0) {
            held -= 1;
            slots.release();
          } else if (one.do === 'leave') {
            for (const { at } of slots.leave(runs[one.run]!)) gone.add(at);
          } else if (one.do === 'limit') {
            limit = one.run;
            slots.grant();
          }
          expect(slots.taken).toBe(held);
          expect(begun).toEqual(begun.toSorted((a, b) => a - b));
          // Nobody waits while there is room.
          expect(slots.waiting === 0 || slots.taken >= limit).toBe(true);
        }
        const waiting = wanted.filter(({ at }) => !begun.includes(at) && !gone.has(at));
        expect(slots.waiting).toBe(waiting.length);
      }),
      { numRuns: 500 },
    );
  });

  test('a step that fails at once while it is given a place hands it on, and does not sink into itself', () => {
    const begun: number[] = [];
    let limit = 0;
    const slots: Slots = new Slots(
      () => limit,
      ({ at }) => {
        begun.push(at);
        slots.release();
      },
    );
    for (let at = 0; at < 20_000; at += 1)
      slots.wait({ run: run('a'), at, record: newRecord('s', -1) });
    limit = 1;
    slots.grant();
    expect(begun).toHaveLength(20_000);
    expect(slots.taken).toBe(0);
  });
});

describe('news of runs', () => {
  test('reach a slow reader once for each step, and always the last of them', async () => {
    const live = new Live();
    const news = live.of('r');
    expect((await news.next()).value).toMatchObject({ all: true });
    for (let i = 0; i < 1000; i += 1) live.changed('r', [`s${i % 3}`]);
    live.logged('r');
    const { value } = await news.next();
    expect([...value!.steps].toSorted()).toEqual(['s0', 's1', 's2']);
    expect(value).toMatchObject({ status: true, log: true, all: false });
    live.changed('other', ['x']);
    const waiting = news.next();
    live.changed('r', ['s9']);
    expect([...(await waiting).value!.steps]).toEqual(['s9']);
    live.close();
    expect(await news.next()).toEqual({ done: true, value: undefined });
  });

  test('of all runs name each once, the latest last, and a reader far behind hears of the latest', async () => {
    const live = new Live();
    const all = live.runs();
    const first = all.next();
    live.changed('a', []);
    live.changed('b', []);
    live.changed('a', []);
    expect((await first).value).toEqual(['b', 'a']);
    for (let i = 0; i < 6000; i += 1) live.changed(`r${i}`, []);
    const { value } = await all.next();
    expect(value).toHaveLength(5000);
    expect(value!.at(-1)).toBe('r5999');
    live.close();
  });

  test('end with the reader: who left is not kept in mind', async () => {
    const live = new Live();
    const stop = new AbortController();
    const news = live.of('r', stop.signal);
    await news.next();
    expect(live.heard('r')).toBe(true);
    const waiting = news.next();
    stop.abort();
    expect((await waiting).done).toBe(true);
    expect(live.heard('r')).toBe(false);
    expect(live.watched()).toEqual([]);
    const other = live.of('r');
    await other.next();
    await other.return(undefined);
    expect(live.heard('r')).toBe(false);
  });
});

describe('the preview of a large output', () => {
  test('is small whatever it is of, of the same kind, and the very thing where that is small', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }), (given) => {
        const value = JSON.parse(JSON.stringify(given)) as Json;
        const shown = preview(value);
        expect(JSON.stringify(shown).length).toBeLessThan(2_000_000);
        expect(Array.isArray(shown)).toBe(Array.isArray(value));
        expect(typeof shown).toBe(typeof value);
        if (JSON.stringify(value).length < 20) expect(shown).toEqual(value);
      }),
    );
    const wide = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`k${i}`, 'x'.repeat(10_000)]),
    );
    expect(
      JSON.stringify(preview({ wide, list: Array<Json>(100_000).fill(wide) })).length,
    ).toBeLessThan(200_000);
    expect(preview('x'.repeat(1000))).toMatch(/^x{200}… \(1000 characters\)$/);
    expect(preview(Array.from({ length: 30 }, (_, i) => i))).toHaveLength(21);
  });
});
