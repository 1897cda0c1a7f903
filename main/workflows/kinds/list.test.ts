import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listPlan, shapeList } from './list.ts';

describe('a list that is shaped', () => {
  const row = fc.record({
    n: fc.integer({ min: 0, max: 3 }),
    s: fc.constantFrom('a', 'b', 'c'),
    deep: fc.record({ x: fc.nat(2) }),
  });
  const rows = fc.array(row, { maxLength: 12 });
  const shape = (plan: Record<string, unknown>) => shapeList(listPlan.parse(plan));

  it('loses nothing and invents nothing by sorting, and is stable', () => {
    fc.assert(
      fc.property(rows, (from) => {
        const numbered = from.map((item, at) => ({ ...item, at }));
        const { items, count } = shape({ from: numbered, sort_by: ['-n', 's'] }) as {
          items: typeof numbered;
          count: number;
        };
        expect(count).toBe(from.length);
        expect(items.toSorted((a, b) => a.at - b.at)).toEqual(numbered);
        items.slice(1).forEach((item, i) => {
          const before = items[i]!;
          const order = before.n - item.n || (before.s < item.s ? 1 : before.s > item.s ? -1 : 0);
          expect(order).toBeGreaterThanOrEqual(0);
          if (order === 0) expect(before.at).toBeLessThan(item.at);
        });
      }),
    );
  });

  it('has every item in exactly one group, groups in order of their first item', () => {
    fc.assert(
      fc.property(rows, (from) => {
        const { groups } = shape({ from, group_by: 'deep.x' }) as {
          groups: { key: number; count: number; items: typeof from }[];
        };
        expect(groups.map((group) => group.key)).toEqual([
          ...new Set(from.map((item) => item.deep.x)),
        ]);
        for (const group of groups) {
          expect(group.items).toEqual(from.filter((item) => item.deep.x === group.key));
          expect(group.count).toBe(group.items.length);
        }
      }),
    );
  });

  it('is cut after it was sorted and made unique, and picks last', () => {
    fc.assert(
      fc.property(rows, fc.nat(12), (from, limit) => {
        const { items } = shape({ from, unique_by: 's', sort_by: 's', limit, pick: 's' }) as {
          items: string[];
        };
        expect(items).toEqual([...new Set(from.map((item) => item.s))].toSorted().slice(0, limit));
      }),
    );
  });
});
