import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COALESCE_MS, newHistory, record, redo, undo } from './history.ts';
import {
  applyChanges,
  difference,
  invertChanges,
  narrowed,
  overlaps,
  sortChanges,
} from './TextChange.ts';

const type = (text: string, more: string) => [{ from: text.length, to: text.length, insert: more }];

describe('history', () => {
  it('typing is one step back, a pause or another field starts a new one', () => {
    let history = newHistory('');
    history = record(history, type('', 'a'), 0, { key: 'x' });
    history = record(history, type('a', 'b'), 500, { key: 'x' });
    history = record(history, type('ab', 'c'), 500 + COALESCE_MS + 1, { key: 'x' });
    history = record(history, type('abc', 'd'), 1_600, { key: 'y' });
    history = record(history, type('abcd', 'e'), 1_601);
    history = record(history, type('abcde', 'f'), 1_602);
    const seen: string[] = [];
    for (; history.past.length > 0; history = undo(history)) seen.push(history.text);
    expect([...seen, history.text]).toEqual(['abcdef', 'abcde', 'abcd', 'abc', 'ab', '']);
  });

  it('typing after an undo does not join what was undone, and ends the way forth', () => {
    let history = record(newHistory(''), type('', 'a'), 0, { key: 'x' });
    history = record(history, type('a', 'b'), 10, { key: 'x' });
    history = undo(history);
    expect(redo(history).text).toBe('ab');
    history = record(history, type('', 'z'), 20, { key: 'x' });
    expect(redo(history)).toBe(history);
    expect(undo(history).text).toBe('');
  });

  it('a redone gesture does not swallow the next one', () => {
    let history = record(newHistory(''), type('', 'a'), 0, { key: 'x' });
    history = record(redo(undo(history)), type('a', 'b'), 1, { key: 'x' });
    expect(undo(history).text).toBe('a');
  });

  it('nothing done is nothing to undo', () => {
    const history = newHistory('a');
    expect(record(history, [], 0)).toBe(history);
    expect(undo(history)).toBe(history);
  });
});

describe('text changes', () => {
  const changed = fc
    .tuple(
      fc.string({ maxLength: 40 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(5), fc.string({ maxLength: 5 })), { maxLength: 5 }),
    )
    .map(([text, raw]) => {
      const changes = sortChanges(
        raw.map(([at, length, insert]) => {
          const from = at % (text.length + 1);
          return { from, to: Math.min(text.length, from + length), insert };
        }),
      );
      return { text, changes };
    })
    .filter(({ changes }) => !overlaps(changes));

  it('the inverse leads back to the byte', () => {
    fc.assert(
      fc.property(changed, ({ text, changes }) => {
        const after = applyChanges(text, changes);
        expect(applyChanges(after, invertChanges(text, changes))).toBe(text);
      }),
    );
  });

  it('difference and narrowing lead to the same text', () => {
    fc.assert(
      fc.property(changed, fc.string(), ({ text, changes }, other) => {
        expect(applyChanges(text, difference(text, other))).toBe(other);
        const narrow = changes.flatMap((change) => narrowed(text, change));
        expect(applyChanges(text, narrow)).toBe(applyChanges(text, changes));
      }),
    );
  });
});
