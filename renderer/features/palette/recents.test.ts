import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { readRecents, rememberRecent } from './recents.ts';

const KEY = 'nexus.palette.recent';
beforeEach(() => localStorage.removeItem(KEY));

describe('what was used last', () => {
  it('comes first, once, and at most eight are kept', () => {
    // Bug caught: the same command stands there three times, or the list grows for ever.
    fc.assert(
      fc.property(fc.array(fc.nat(11).map(String), { minLength: 1 }), (used) => {
        localStorage.removeItem(KEY);
        for (const id of used) rememberRecent(id);
        const kept = readRecents();
        expect(kept).toEqual([...new Set([...used].reverse())].slice(0, 8));
      }),
    );
  });

  it.each(['{', '{"a":1}', '[1,2]', 'null'])('a store that holds %s is empty', (text) => {
    // Bug caught: a damaged store keeps the palette from opening.
    localStorage.setItem(KEY, text);
    expect(readRecents()).toEqual([]);
    rememberRecent('page:/runs');
    expect(readRecents()).toEqual(['page:/runs']);
  });
});
