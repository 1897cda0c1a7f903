import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { completeNames, insideExpression, nameCompletions } from './expression.ts';

const names = [
  { label: 'inputs.host', type: 'property' as const, value: 'db-1', detail: 'The host' },
  { label: 'size', type: 'function' as const },
];

function complete(text: string, bare = false, explicit = false) {
  const state = EditorState.create({ doc: text });
  return completeNames(
    () => names,
    () => bare,
  )(new CompletionContext(state, text.length, explicit));
}

describe('completing names', () => {
  it('offers names inside of an expression only', () => {
    expect(complete('${{ inp')?.options.map((option) => option.label)).toEqual([
      'inputs.host',
      'size',
    ]);
    expect(complete('inp')).toBeNull();
    expect(complete('${{ a }} inp')).toBeNull();
    expect(complete('inp', true)?.from).toBe(0);
  });

  it('replaces the whole word, its dots included', () => {
    expect(complete('${{ inputs.ho')?.from).toBe(4);
  });

  it('a dollar offers an expression', () => {
    expect(complete('price $')?.options).toMatchObject([{ label: '${{ }}' }]);
  });

  it('knows where an expression ends', () => {
    expect(insideExpression('${{ a', 5)).toBe(true);
    expect(insideExpression('${{ a }} b', 10)).toBe(false);
    expect(insideExpression('a', 1)).toBe(false);
  });

  it('shows the value of the last run beside the name', () => {
    expect(nameCompletions(names)[0]).toMatchObject({ detail: '"db-1"', info: 'The host' });
    expect(nameCompletions(names)[1]).toMatchObject({ apply: 'size(' });
  });
});
