import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hunks, lineDiff } from './lineDiff.ts';

describe('comparing texts', () => {
  it('either side can be read back from the comparison: no line is lost or made up', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '', 'x: 1'), { maxLength: 12 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (left, right) => {
        const lines = lineDiff(left, right);
        const side = (not: string) =>
          lines
            .filter((line) => line.kind !== not)
            .map((line) => line.text)
            .join('\n');
        expect(side('right')).toBe(left);
        expect(side('left')).toBe(right);
      }),
    );
  });

  it('a line in the middle is one change, and what is far from it is left out', () => {
    const left = Array.from({ length: 30 }, (_, at) => `line ${at}`);
    const right = left.with(15, 'changed');
    const shown = hunks(lineDiff(left.join('\n'), right.join('\n')), 2);
    expect(shown.map((line) => line?.text ?? '…')).toEqual([
      '…',
      'line 13',
      'line 14',
      'line 15',
      'changed',
      'line 16',
      'line 17',
      '…',
    ]);
  });

  it('huge differences do not take huge tables', () => {
    const left = Array.from({ length: 3_000 }, (_, at) => `a${at}`).join('\n');
    const right = Array.from({ length: 3_000 }, (_, at) => `b${at}`).join('\n');
    expect(lineDiff(left, right)).toHaveLength(6_000);
  });
});
