import { EditorState } from '@codemirror/state';
import { ensureSyntaxTree } from '@codemirror/language';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shell } from './shell.ts';

/** The coloured pieces of a script: `kind:text`. */
function pieces(text: string): string[] {
  const state = EditorState.create({ doc: text, extensions: [shell] });
  const tree = ensureSyntaxTree(state, text.length, 5_000);
  if (!tree) throw new Error('not parsed in time');
  const found: string[] = [];
  tree.iterate({
    enter: ({ name, from, to, node }) => {
      if (!node.firstChild && name !== 'Document') found.push(`${name}:${text.slice(from, to)}`);
    },
  });
  return found;
}
const of = (kind: string, text: string) =>
  pieces(text)
    .filter((one) => one.startsWith(`${kind}:`))
    .map((one) => one.slice(kind.length + 1));

describe('the colours of a shell script', () => {
  it('a comment begins at a word, not inside of one', () => {
    // Bug caught: everything behind the # of an address or of $# looks switched off.
    expect(of('comment', 'make it # why')).toEqual(['# why']);
    expect(of('comment', 'curl http://x/#top')).toEqual([]);
    expect(of('comment', 'echo $# a#b')).toEqual([]);
    expect(of('comment', 'echo "# no"')).toEqual([]);
  });

  it('words of the language only stand alone', () => {
    expect(of('keyword', 'if true; then done-it; fi')).toEqual(['if', 'then', 'fi']);
    expect(of('keyword', 'printf iffy')).toEqual([]);
  });

  it('a text goes over lines until its own quote', () => {
    expect(of('string', "echo 'a\nb' c").join('')).toBe("'ab'");
    expect(of('string', `echo "it's" x`).join('')).toBe(`"it's"`);
  });

  it('variables of all kinds are seen', () => {
    expect(of('variableName', 'echo $HOME ${A:-b} $? $1 $@')).toEqual([
      '$HOME',
      '${A:-b}',
      '$?',
      '$1',
      '$@',
    ]);
  });

  it('an escaped quote opens nothing', () => {
    expect(of('string', String.raw`echo \" open`)).toEqual([]);
  });

  it('whatever is typed is coloured to its end', () => {
    // Bug caught: a token that takes no character hangs the window while somebody types.
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...`$"'#\\{} \nab1-`.split('')) }), (text) => {
        expect(pieces(text).join('').length).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });
});
