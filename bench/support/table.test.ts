import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { median, number, percentile, printRows } from './table.ts';

afterEach(() => vi.restoreAllMocks());

/** What printRows writes. */
function printed(rows: Parameters<typeof printRows>[0]): string[] {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  printRows(rows);
  return lines;
}

describe('the table of figures', () => {
  it('stands in columns, values to the right, and ends no line in blanks', () => {
    const rows = [
      { bench: 'vault', figure: 'unlock', value: '312 ms' },
      { bench: 'engine, 10 at once', figure: 'runs/s', value: '1,234', ratio: 'bare 9' },
    ];
    expect(printed(rows)).toEqual([
      'bench               figure   value  beside',
      'vault               unlock  312 ms',
      'engine, 10 at once  runs/s   1,234  bare 9',
    ]);
  });

  it('has a head alone where nothing was measured', () => {
    expect(printed([])).toEqual(['bench  figure  value  beside']);
  });
});

describe('a number', () => {
  it.each([
    [0, '0'],
    [1_234_567.8, '1,234,568'],
    [999.6, '1,000'],
    [100, '100'],
    [99.96, '100'],
    [12.345, '12.3'],
    [1.234, '1.23'],
    [0.4567, '0.457'],
    // Bug caught: a get of the vault in 0.004 µs was 0 µs in the table.
    [0.0045, '0.0045'],
    [-12.345, '-12.3'],
    [Number.NaN, 'NaN'],
  ])('%d is %s', (value, text) => {
    expect(number(value)).toBe(text);
  });
});

describe('a percentile', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 });

  it('is one of the values, is not exceeded by its part of them, and rises with the part', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, part) => {
        const found = percentile(all, part);
        expect(all).toContain(found);
        expect(all.filter((one) => one <= found).length).toBeGreaterThan((all.length - 1) * part);
        expect(percentile(all, 0)).toBe(Math.min(...all));
        expect(percentile(all, 1)).toBe(Math.max(...all));
      }),
    );
  });

  it('minds neither the order nor touches it', () => {
    const all = [3, 1, 2];
    expect(median(all)).toBe(2);
    expect(all).toEqual([3, 1, 2]);
    expect(median([4, 1, 3, 2])).toBe(2);
    expect(percentile([], 0.5)).toBeNaN();
  });
});
