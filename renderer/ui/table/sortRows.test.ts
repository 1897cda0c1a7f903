import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortRows } from './sortRows.ts';
import type { Column } from './tableTypes.ts';
import { moveActive } from './useListKeys.ts';

interface Row {
  id: number;
  value: number | undefined;
}
const columns: Column<Row>[] = [
  { id: 'v', header: '', width: '1fr', cell: () => null, sortValue: (row) => row.value },
];

describe('sortRows', () => {
  it('puts what has no value last in both directions', () => {
    const rows = [
      { id: 1, value: undefined },
      { id: 2, value: 5 },
      { id: 3, value: 1 },
    ];
    const ids = (descending: boolean) =>
      sortRows(rows, columns, { column: 'v', descending }).map((row) => row.id);
    expect(ids(false)).toEqual([3, 2, 1]);
    expect(ids(true)).toEqual([2, 3, 1]);
  });

  it('keeps every row and the order of equal ones', () => {
    const values = fc.array(fc.option(fc.nat(5), { nil: undefined }));
    fc.assert(
      fc.property(values, fc.boolean(), (list, descending) => {
        const rows = list.map((value, id) => ({ id, value }));
        const sorted = sortRows(rows, columns, { column: 'v', descending });
        expect(sorted).toHaveLength(rows.length);
        sorted.forEach((row, index) => {
          const next = sorted[index + 1];
          expect(!next || next.value !== row.value || next.id > row.id).toBe(true);
        });
      }),
    );
  });
});

describe('moveActive', () => {
  it('stays within the list, whatever is pressed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1, max: 50 }),
        fc.constantFrom(-1, 1),
        fc.nat(50),
        (a, s, n) => {
          const next = moveActive(a, s, n);
          expect(next).toBeGreaterThanOrEqual(n === 0 ? -1 : 0);
          expect(next).toBeLessThan(Math.max(n, 0) || 1);
        },
      ),
    );
  });

  it('starts at the top going down and at the bottom going up', () => {
    expect(moveActive(-1, 1, 5)).toBe(0);
    expect(moveActive(-1, -1, 5)).toBe(4);
  });
});
