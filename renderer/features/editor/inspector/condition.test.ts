import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operators, readCondition, writeCondition } from './condition.ts';

describe('conditions', () => {
  it.each([
    [undefined, { mode: 'success' }],
    ['always()', { mode: 'always' }],
    ['${{ failure() }}', { mode: 'failure' }],
    [
      'steps.a.outputs.n > 3',
      { mode: 'compare', left: 'steps.a.outputs.n', operator: '>', right: '3' },
    ],
    [
      'inputs.env == "prod"',
      { mode: 'compare', left: 'inputs.env', operator: '==', right: 'prod' },
    ],
    [
      "steps['a-b'].status != 'failed'",
      { mode: 'compare', left: "steps['a-b'].status", operator: '!=', right: 'failed' },
    ],
    [
      'inputs.name.startsWith("x")',
      { mode: 'compare', left: 'inputs.name', operator: 'startsWith', right: 'x' },
    ],
    ['a && b', { mode: 'raw', text: 'a && b' }],
    ['inputs.n == "3"', { mode: 'raw', text: 'inputs.n == "3"' }],
    ['inputs.list.contains(5)', { mode: 'raw', text: 'inputs.list.contains(5)' }],
    [String.raw`inputs.x == 'a\nb'`, { mode: 'raw', text: String.raw`inputs.x == 'a\nb'` }],
    [String.raw`inputs.x == "\x41"`, { mode: 'raw', text: String.raw`inputs.x == "\x41"` }],
    ['${{ a }} x ${{ b }}', { mode: 'raw', text: '${{ a }} x ${{ b }}' }],
  ])('%s: the form shows something else than it means', (text, expected) => {
    expect(readCondition(text)).toEqual(expected);
  });

  it('what the form writes it reads again: a quote or a number in the value breaks the expression', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('inputs.x', 'steps.a.outputs.b', 'item'),
        fc.constantFrom(...operators),
        fc.oneof(
          fc.string(),
          fc.integer().map(String),
          fc.constantFrom('true', 'null', '"', "it's", '\\'),
        ),
        (left, operator, right) => {
          const condition = { mode: 'compare' as const, left, operator, right };
          expect(readCondition(writeCondition(condition))).toEqual(condition);
        },
      ),
    );
  });

  it('text that the form cannot show comes back as it was', () => {
    const shown = (text: string) => writeCondition(readCondition(text)) ?? 'success()';
    expect(shown('a && b')).toBe('a && b');
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        fc.pre(!text.includes('${{') && readCondition(text).mode === 'raw');
        expect(shown(text)).toBe(text.trim());
      }),
    );
  });
});
