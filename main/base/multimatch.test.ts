import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MultiMatcher } from './multimatch.ts';

// A small alphabet, so that patterns overlap, repeat and hold each other.
const letters = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength, maxLength });
const patterns = fc.array(letters(3, 9), { minLength: 1, maxLength: 12 });

/** What a search of every pattern at every place covers. */
function covered(text: string, list: string[]): boolean[] {
  const marks = Array.from(text, () => false);
  for (const pattern of list)
    for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1))
      marks.fill(true, at, at + pattern.length);
  return marks;
}

describe('MultiMatcher', () => {
  it('covers what a search of each text by itself covers', () => {
    fc.assert(
      fc.property(patterns, letters(0, 80), (list, text) => {
        const marks = Array.from(text, () => false);
        const ranges = new MultiMatcher(list).find(text);
        for (let i = 0; i < ranges.length; i += 2) marks.fill(true, ranges[i], ranges[i + 1]);
        expect(marks).toEqual(covered(text, list));
        expect(ranges).toEqual(ranges.toSorted((a, b) => a - b));
      }),
      { numRuns: 2000 },
    );
  });

  it('holds back from the first place at which a text may have begun', () => {
    fc.assert(
      fc.property(patterns, letters(0, 40), (list, text) => {
        const open = Array.from(text, (_, at) => text.slice(at)).findIndex((rest) =>
          list.some((pattern) => pattern.length > rest.length && pattern.startsWith(rest)),
        );
        const found = new MultiMatcher(list).openEnd(text, 0);
        // A whole text at the end may be held back too; less than what may continue never is.
        expect(found).toBeLessThanOrEqual(open < 0 ? text.length : open);
        expect(text.length - found).toBeLessThan(Math.max(...list.map((p) => p.length)));
      }),
      { numRuns: 2000 },
    );
  });
});
