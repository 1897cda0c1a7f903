import { describe, expect, it } from 'vitest';
import { expressionSpans, references, renameInText } from './expressions.ts';

const rename = (text: string, bare = false) => renameInText(text, new Map([['a', 'b']]), bare);

describe('renaming steps in expressions', () => {
  it.each([
    [
      '${{ steps.a.outputs.x }} and ${{steps.a.status}}',
      '${{ steps.b.outputs.x }} and ${{steps.b.status}}',
      'only the first is found',
    ],
    ['steps.a.x', 'steps.a.x', 'plain text is taken for an expression'],
    [
      '${{ steps.ab.x + my.steps.a + xsteps.a }}',
      '${{ steps.ab.x + my.steps.a + xsteps.a }}',
      'a part of another name is renamed',
    ],
    [
      '${{ "steps.a" + steps["a"].x }}',
      '${{ "steps.a" + steps["b"].x }}',
      'a string literal is renamed',
    ],
    [
      "${{ steps['a'].x + '}}' + steps.a.y }}",
      "${{ steps['b'].x + '}}' + steps.b.y }}",
      'a literal with braces ends the expression',
    ],
    ['${{ steps . a . x }}', '${{ steps . b . x }}', 'white space hides a reference'],
    ['${{ steps.a', '${{ steps.a', 'an open expression loops or is renamed'],
  ])('%s', (text, expected, _bug) => {
    expect(rename(text)).toBe(expected);
  });

  it('a condition is an expression without its braces', () => {
    expect(rename('steps.a.ok && success()', true)).toBe('steps.b.ok && success()');
    expect(rename('${{ steps.a.ok }} x steps.a', true)).toBe('${{ steps.b.ok }} x steps.a');
  });

  it('an id with a dash is put in brackets', () => {
    expect(renameInText('${{ steps.a.x }}', new Map([['a', 'a-b']]), false)).toBe(
      "${{ steps['a-b'].x }}",
    );
  });

  it('two ids can be swapped: one after the other they would collapse', () => {
    const swap = new Map([
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(renameInText('${{ steps.a.x + steps.b.x }}', swap, false)).toBe(
      '${{ steps.b.x + steps.a.x }}',
    );
  });

  it('spans and references have their places', () => {
    expect(expressionSpans('x ${{ y }} z', false)).toEqual([[5, 8]]);
    expect(expressionSpans('', true)).toEqual([]);
    expect(references('${{ steps.a.x }}', false)).toEqual([{ from: 4, to: 11, id: 'a' }]);
  });
});
