import { describe, expect, test } from 'vitest';
import { failure, give } from './functions.testing.ts';

describe('the work of an expression is bounded', () => {
  const list = Array.from({ length: 3000 }, (_, i) => i);

  test.each([
    ['a product of lists', 'inputs.l.map(a, inputs.l.map(b, inputs.l.filter(c, c > a))).size()'],
    [
      'texts that double',
      `${Array.from({ length: 24 }, (_, i) => `cel.bind(t${i + 1}, ${i === 0 ? 'inputs.t + inputs.t' : `t${i} + t${i}`}, `).join('')}t24.size()${')'.repeat(24)}`,
    ],
    [
      'texts that are looked at again and again',
      'inputs.l.map(x, inputs.t.lowerAscii().indexOf("y")).size()',
    ],
    ['a join of long texts', 'inputs.l.map(x, inputs.t).join(inputs.t).size()'],
  ])('%s ends with an error and not with the process', (_, expression) => {
    const error = failure(expression, { l: list, t: 'x'.repeat(200_000) });
    expect(error.code).toMatch(/^expression\.(too_expensive|failed)$/);
    expect(error.message).not.toContain('gave');
  });

  test('one expression that was too much leaves the next its whole budget', () => {
    const inputs = { l: list };
    expect(
      failure('inputs.l.map(a, inputs.l.map(b, inputs.l.map(c, c))).size()', inputs).code,
    ).toBe('expression.too_expensive');
    expect(give('inputs.l.map(a, a).size()', inputs)).toBe(3000);
  });
});
