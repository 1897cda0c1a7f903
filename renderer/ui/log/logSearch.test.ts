import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchLines, splitHits } from './logSearch.ts';

describe('searchLines', () => {
  it('finds words that colours interrupt', () => {
    const lines = [{ text: 'ok' }, { text: '\u001b[31mER\u001b[0mROR here' }];
    expect(searchLines(lines, 'error')).toEqual([1]);
  });

  it('finds nothing for an empty search and stops at the limit', () => {
    const lines = Array.from({ length: 50 }, () => ({ text: 'x' }));
    expect(searchLines(lines, '')).toEqual([]);
    expect(searchLines(lines, 'x', 10)).toHaveLength(10);
  });
});

describe('splitHits', () => {
  it('loses no character, and every odd piece is a hit', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1, maxLength: 3 }), (text, needle) => {
        const pieces = splitHits(text, needle);
        expect(pieces.join('')).toBe(text);
        for (let index = 1; index < pieces.length; index += 2) {
          expect(pieces[index]?.toLowerCase()).toBe(needle.toLowerCase());
        }
      }),
    );
  });
});
