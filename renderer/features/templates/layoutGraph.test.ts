import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutGraph } from './layoutGraph.ts';

const step = (id: string, ...needs: string[]) => ({ id, uses: 'shell', needs });

describe('layoutGraph', () => {
  it('puts branches of one step side by side and their join after them', () => {
    const { steps, columns, rows } = layoutGraph([
      step('a'),
      step('b', 'a'),
      step('c', 'a'),
      step('d', 'b', 'c'),
    ]);
    expect(steps.map(({ column, row }) => [column, row])).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 0],
    ]);
    expect([columns, rows]).toEqual([3, 2]);
  });

  it('does not hang on a cycle', () => {
    expect(layoutGraph([step('a', 'b'), step('b', 'a')]).steps).toHaveLength(2);
  });

  it('never draws two steps in one place, and never a step left of what it needs', () => {
    const dag = fc
      .array(fc.array(fc.nat(20), { maxLength: 3 }), { maxLength: 20 })
      .map((rows) =>
        rows.map((needs, index) =>
          step(`s${index}`, ...needs.filter((n) => n < index).map((n) => `s${n}`)),
        ),
      );
    fc.assert(
      fc.property(dag, (steps) => {
        const placed = layoutGraph(steps).steps;
        const places = new Set(placed.map((one) => `${one.column},${one.row}`));
        expect(places.size).toBe(steps.length);
        for (const one of placed) {
          for (const id of one.needs) {
            const before = placed.find((other) => other.id === id);
            expect(before?.column ?? -1).toBeLessThan(one.column);
          }
        }
      }),
    );
  });
});
