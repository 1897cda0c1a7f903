import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Text } from './utf8.ts';

describe('bytes as text', () => {
  it('are the text that they were made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(utf8Text(Buffer.from(text), true)).toBe(text);
      }),
    );
  });

  it('are none in another encoding, nor cut in a character', () => {
    // Bug caught: a password in Latin-1 is kept with a replacement character in it.
    for (const bytes of [[0xfc], [0xff, 0xfe, 0x61, 0], [0xe2, 0x82], [0xc0, 0x80]])
      expect(utf8Text(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('lose the mark at their beginning, unless it is to stay', () => {
    const marked = Uint8Array.from([0xef, 0xbb, 0xbf, 0x61]);
    expect([utf8Text(marked), utf8Text(marked, true)]).toEqual(['a', '\ufeffa']);
  });
});
