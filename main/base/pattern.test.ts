import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from './pattern.ts';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 12 });

describe('matchesPattern', () => {
  it('means the same as a regular expression in which * is .*', () => {
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        const source = pattern
          .split('*')
          .map((part) => part.replaceAll('.', '\\.'))
          .join('.*');
        expect(matchesPattern(pattern, text)).toBe(new RegExp(`^${source}$`, 's').test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['**', 'anything\nat all', true],
    ['web-*', 'web-', true],
    ['web-*', 'Web-1', false],
    ['*.example.org', 'a.b.example.org', true],
    ['*.example.org', 'example.org', false],
    ['(a+)+$', '(a+)+$', true],
  ])('%j on %j is %s', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  it('is not hung by a pattern that makes backtracking matchers hang', () => {
    // Bug caught: 2^40 steps, and with them the whole platform, for one line of a rule.
    expect(matchesPattern(`${'*a'.repeat(40)}b`, 'a'.repeat(5000))).toBe(false);
  });
});
