import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import { harness, outputsOf, type Harness } from './harness.testing.ts';
import { compareJson, listField, shapeList } from './list.ts';
import { transform } from './transform.ts';

let h: Harness;
beforeEach(() => {
  h = harness();
});
afterEach(() => h.remove());

const hosts: Json[] = [
  { name: 'c', env: 'prod', load: 2 },
  { name: 'a', env: 'test', load: 9 },
  { name: 'b', env: 'prod', load: 9 },
  { name: 'a', env: 'prod', load: 1 },
];

describe('transform', () => {
  it('passes what is set on as outputs, of any type', async () => {
    const set = { n: 1, deep: { list: [null, true] } };
    expect(await outputsOf(transform, { set }, h.context)).toEqual(set);
  });

  it('sorts by several fields, stable, then limits and picks', async () => {
    const list = { from: hosts, sort_by: ['-load', 'name'], limit: 3, pick: 'name' };
    expect(await outputsOf(transform, { list }, h.context)).toEqual({
      items: ['a', 'b', 'c'],
      count: 3,
    });
  });

  it('groups before it picks, so that the field to group by may be left out', () => {
    expect(shapeList({ from: hosts, group_by: 'env', pick: ['name'] })['groups']).toEqual([
      { key: 'prod', count: 3, items: [{ name: 'c' }, { name: 'b' }, { name: 'a' }] },
      { key: 'test', count: 1, items: [{ name: 'a' }] },
    ]);
  });

  it('keeps the first of each value and tells 1 from "1"', () => {
    const from: Json[] = [{ k: 1 }, { k: '1' }, { k: 1 }, {}, { k: null }];
    expect(shapeList({ from, unique_by: 'k' })['items']).toEqual([{ k: 1 }, { k: '1' }, {}]);
  });

  it('does not reach JavaScript’s own properties by a field', () => {
    expect(listField({ a: 1 }, 'constructor.name')).toBeNull();
    expect(listField('text', 'length')).toBeNull();
    expect(listField({ a: [5] }, 'a.0')).toBe(5);
  });

  it('says at validation when it makes nothing', () => {
    expect(transform.check?.({})).toHaveLength(1);
    expect(transform.check?.({ set: {} })).toEqual([]);
  });

  it('orders any mix of values totally: antisymmetric, transitive', () => {
    const value = fc.jsonValue() as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(Math.sign(compareJson(a, b))).toBe(-Math.sign(compareJson(b, a)) + 0);
        const sorted = [a, b, c].sort(compareJson);
        expect(compareJson(sorted[0]!, sorted[2]!)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
