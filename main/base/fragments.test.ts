import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fragments, SHORTEST_CUT } from './fragments.ts';

const word = fc.string({
  unit: fc.constantFrom(...'ABCDabcd0123+/'.split('')),
  minLength: SHORTEST_CUT,
  maxLength: 200,
});

describe('fragments', () => {
  it('know every end of a text at the beginning of a line, and every piece that is a whole line', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.nat(), (texts, n) => {
        const text = texts[n % texts.length]!;
        const fragments = new Fragments(texts);
        const from = n % (text.length - SHORTEST_CUT + 1);
        const end = text.slice(from);
        expect(fragments.atStart(`${end} and more`)).toBeGreaterThanOrEqual(end.length);
        const piece = text.slice(from, from + SHORTEST_CUT + (n % 30));
        expect(fragments.atStart(piece)).toBe(piece.length);
        expect(fragments.atStart(`${piece}\r\n`)).toBeGreaterThanOrEqual(piece.length);
      }),
    );
  });

  it('never take more of a line than belongs to a text', () => {
    fc.assert(
      fc.property(word, fc.string(), (text, line) => {
        const length = new Fragments([text]).atStart(line);
        if (length > 0) expect(text).toContain(line.slice(0, length));
      }),
    );
  });

  it('leave alone what is too short, goes on as something else, or is nowhere', () => {
    const fragments = new Fragments(['ABCDEFGHIJKLMNOPQRSTUVWXYZ']);
    for (const line of ['', 'OPQRSTUVWXYZ'.slice(1), 'CDEFGHIJKLMNOP and on', 'abcdefghijklmnop'])
      expect(fragments.atStart(line), line).toBe(0);
    expect(fragments.atStart('NOPQRSTUVWXYZ=')).toBe(13);
  });

  it('do not run over from one text into the next', () => {
    expect(new Fragments(['ABCDEFGHIJKL', 'MNOPQRSTUVWX']).atStart('GHIJKLMNOPQR')).toBe(0);
  });
});
