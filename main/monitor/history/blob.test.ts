import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Aggregate, merge, single } from './aggregate.ts';
import { decodeBucket, decodeRaw, encodeBucket, encodeRaw } from './blob.ts';
import { keyOf, secondOf } from './levels.ts';

const slot = fc.integer({ min: 0, max: 5000 });
const value = fc.float({ noNaN: true, noDefaultInfinity: true });
const aggregate = fc
  .tuple(fc.array(value, { minLength: 1, maxLength: 20 }))
  .map(
    ([values]) =>
      values.reduce<Aggregate | undefined>((sum, one) => merge(sum, single(one)), undefined)!,
  );

describe('rows of history', () => {
  test('give back what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(slot, value)), (pairs) => {
        const values = new Map(pairs);
        expect(decodeRaw(encodeRaw(values))).toEqual(values);
      }),
    );
  });

  test('buckets too, to the precision that is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(slot, aggregate)), (pairs) => {
        const written = new Map(pairs);
        const read = decodeBucket(encodeBucket(written));
        expect([...read.keys()]).toEqual([...written.keys()]);
        for (const [key, { count, min, avg, max }] of written) {
          const constant = Math.fround(min) === Math.fround(max);
          expect(read.get(key)).toEqual({
            count,
            min: Math.fround(min),
            avg: Math.fround(constant ? min : avg),
            max: Math.fround(max),
          });
        }
      }),
    );
  });

  // Bug caught: one damaged row makes a chart, or the roll-up of a whole host, throw for ever.
  test('that are damaged are read as far as they go', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const decode of [decodeRaw, decodeBucket]) {
          const values = decode(Buffer.from(bytes));
          for (const one of values.values())
            for (const number of typeof one === 'number' ? [one] : Object.values(one))
              expect(Number.isFinite(number)).toBe(true);
        }
      }),
    );
  });

  test('are small: a sample of forty metrics takes at most six bytes each', () => {
    const values = new Map(Array.from({ length: 40 }, (_, i) => [i, i * 1.5]));
    expect(encodeRaw(values).length).toBe(40 * 5);
    // What did not move is kept once.
    const still = new Map([...values].map(([key, one]) => [key, merge(single(one), single(one))]));
    expect(encodeBucket(still).length).toBe(40 * 6);
  });
});

describe('spans put together', () => {
  const values = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 60 });
  const of = (list: readonly number[]) =>
    list.reduce<Aggregate | undefined>((sum, one) => merge(sum, single(one)), undefined)!;

  test('are the span of all values, however they were cut', () => {
    fc.assert(
      fc.property(values, fc.array(fc.nat(60)), (list, cuts) => {
        const places = [...new Set([0, ...cuts.map((cut) => cut % list.length), list.length])].sort(
          (a, b) => a - b,
        );
        const parts = places.slice(1).map((end, i) => of(list.slice(places[i], end)));
        const whole = parts.reduce<Aggregate | undefined>(
          (sum, one) => merge(sum, one),
          undefined,
        )!;
        const direct = of(list);
        expect(whole).toMatchObject({ count: direct.count, min: direct.min, max: direct.max });
        const average = list.reduce((sum, one) => sum + one, 0) / list.length;
        expect(whole.avg).toBeCloseTo(average, 4);
        expect(direct.avg).toBeCloseTo(average, 4);
      }),
    );
  });

  test('keep the average between the ends', () => {
    fc.assert(
      fc.property(values, (list) => {
        const { min, avg, max } = of(list);
        expect(avg).toBeGreaterThanOrEqual(min - 1e-6);
        expect(avg).toBeLessThanOrEqual(max + 1e-6);
      }),
    );
  });
});

describe('keys', () => {
  test('sort by host, then by time, and tell the time', () => {
    const second = fc.integer({ min: 0, max: 2 ** 33 - 1 });
    const host = fc.integer({ min: 1, max: 2 ** 20 - 1 });
    fc.assert(
      fc.property(host, second, host, second, (a, at, b, to) => {
        expect(Number.isSafeInteger(keyOf(a, at))).toBe(true);
        expect(secondOf(keyOf(a, at))).toBe(at);
        expect(Math.sign(keyOf(a, at) - keyOf(b, to))).toBe(Math.sign(a - b || at - to));
      }),
    );
  });

  test('a second before 1970 or after 2242 stays with its host', () => {
    expect(keyOf(7, -5)).toBe(keyOf(7, 0));
    expect(keyOf(7, 1e15)).toBeLessThan(keyOf(8, 0));
  });
});
