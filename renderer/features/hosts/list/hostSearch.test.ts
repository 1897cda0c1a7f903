import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleHost } from '#renderer/testing/samples.ts';
import { expressionOf, hasWords, isExpression, isProduction } from './hostSearch.ts';

describe('what is typed into the search of hosts', () => {
  it('is an expression as soon as it uses the language', () => {
    const expressions = [
      'web-*',
      'tag:db',
      'group:eu and env:production',
      'not web',
      'a, b',
      '(a)',
    ];
    for (const text of expressions) expect(isExpression(text), text).toBe(true);
  });

  it('is words otherwise, addresses and names with “and” inside included', () => {
    // Bug caught: “android” or an IPv6 address is sent to the platform, which refuses it.
    for (const text of ['web', 'android', '10.0.0.7', 'fe80::1', 'dead::beef', 'north store', ''])
      expect(isExpression(text), text).toBe(false);
  });

  it('finds words in name, address, groups, tags, environment and notes; all of them', () => {
    const host = sampleHost('web-1', {
      address: '10.0.0.7',
      groups: ['eu/west'],
      tags: ['nginx'],
      environment: 'production',
      notes: 'Behind the old switch',
    });
    for (const text of ['WEB', '0.0.7', 'west', 'nginx prod', 'switch'])
      expect(hasWords(host, text), text).toBe(true);
    expect(hasWords(host, 'nginx staging')).toBe(false);
  });
});

describe('the expression of a selection', () => {
  it('names each host, so that a host called “all” or “not” is only itself', () => {
    expect(expressionOf(['all', 'web-1'])).toBe('name:all, name:web-1');
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z][a-z0-9.-]{0,9}$/), { minLength: 1 }),
        (names) => {
          expect(isExpression(expressionOf(names))).toBe(true);
        },
      ),
    );
  });
});

describe('production', () => {
  it('is what the platform takes for it, and nothing that only begins like it', () => {
    expect(['production', 'Prod', 'PRODUCTION'].every(isProduction)).toBe(true);
    expect(['product-lab', 'pre-production', undefined].some(isProduction)).toBe(false);
  });
});
