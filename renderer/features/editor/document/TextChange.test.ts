import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyChanges,
  difference,
  invertChanges,
  narrowed,
  overlaps,
  sortChanges,
  type TextChange,
} from './TextChange.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r\n', 'é', '😀'), maxLength: 12 });

/** A text and disjoint changes to it, in the order of their places. */
const changed = fc
  .tuple(word, fc.array(fc.tuple(fc.nat(20), fc.nat(20), word), { maxLength: 5 }))
  .map(([text, wishes]): [string, TextChange[]] => {
    let from = 0;
    const changes: TextChange[] = [];
    for (const [skip, take, insert] of wishes) {
      const start = Math.min(from + skip, text.length);
      const to = Math.min(start + take, text.length);
      changes.push({ from: start, to, insert });
      from = to;
    }
    return [text, changes];
  });

describe('changes to a text', () => {
  it('lead there and back to the byte', () => {
    // Bug caught: one undo of two insertions shifts the second by the length of the first.
    fc.assert(
      fc.property(changed, ([text, changes]) => {
        const after = applyChanges(text, changes);
        const back = invertChanges(text, changes);
        expect(applyChanges(after, back)).toBe(text);
        expect(applyChanges(text, invertChanges(after, back))).toBe(after);
      }),
      { numRuns: 500 },
    );
  });

  it('leave what they do not name as it is', () => {
    fc.assert(
      fc.property(changed, ([text, changes]) => {
        const after = applyChanges(text, changes);
        const [first] = changes;
        const last = changes.at(-1);
        fc.pre(first !== undefined && last !== undefined);
        expect(after.startsWith(text.slice(0, first?.from))).toBe(true);
        expect(after.endsWith(text.slice(last?.to))).toBe(true);
      }),
    );
  });

  it('are put in order, those at one place as they were made', () => {
    const a = { from: 4, to: 4, insert: 'a' };
    const b = { from: 4, to: 4, insert: 'b' };
    const c = { from: 0, to: 1, insert: '' };
    expect(sortChanges([a, b, c])).toEqual([c, a, b]);
    expect(sortChanges([b, a])).toEqual([b, a]);
    expect(applyChanges('xxxx', sortChanges([a, b, c]))).toBe('xxxab');
  });

  it('that claim the same letter overlap, neighbours do not', () => {
    const at = (from: number, to: number) => ({ from, to, insert: '' });
    expect(overlaps([at(0, 3), at(2, 4)])).toBe(true);
    expect(overlaps([at(0, 3), at(3, 4)])).toBe(false);
    expect(overlaps([at(2, 2), at(2, 2)])).toBe(false);
    expect(overlaps([])).toBe(false);
  });
});

describe('the difference of two texts', () => {
  it('leads from one to the other and touches neither their common start nor their common end', () => {
    fc.assert(
      fc.property(word, word, word, word, (head, one, other, tail) => {
        const before = head + one + tail;
        const after = head + other + tail;
        const changes = difference(before, after);
        expect(applyChanges(before, changes)).toBe(after);
        expect(changes.length).toBe(before === after ? 0 : 1);
        const [change] = changes;
        if (!change) return;
        expect(change.to - change.from).toBeLessThanOrEqual(one.length);
        expect(change.insert.length).toBeLessThanOrEqual(other.length);
      }),
      { numRuns: 500 },
    );
  });

  it('of a letter that was typed into a row of the same is one letter', () => {
    expect(difference('aaa', 'aaaa')).toEqual([{ from: 3, to: 3, insert: 'a' }]);
    expect(difference('aaaa', 'aaa')).toEqual([{ from: 3, to: 4, insert: '' }]);
  });

  it('a change that is made narrower does the same', () => {
    fc.assert(
      fc.property(changed, ([text, changes]) => {
        for (const change of changes) {
          const less = narrowed(text, change);
          expect(applyChanges(text, less)).toBe(applyChanges(text, [change]));
          for (const one of less) {
            expect(one.from).toBeGreaterThanOrEqual(change.from);
            expect(one.to).toBeLessThanOrEqual(change.to);
          }
        }
      }),
    );
  });
});
