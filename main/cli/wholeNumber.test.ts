import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeNumber } from './wholeNumber.ts';

describe('wholeNumber', () => {
  it('reads every whole number between its borders, and no other', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(1000), fc.nat(1000), (value, a, b) => {
        const [least, most] = [Math.min(a, b), Math.max(a, b)];
        const read = () => wholeNumber(String(value), '--n', least, most);
        if (value >= least && value <= most) expect(read()).toBe(value);
        else expect(read).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
      }),
    );
  });

  // Bug caught: Number('') is 0, Number('1e3') is 1000, Number('0x10') is 16, Number(' 5') is 5.
  it.each(['', ' ', ' 5', '1e3', '0x10', '1.5', '-1', '+1', 'NaN', '５', '9'.repeat(16)])(
    'refuses “%s”, and says what it takes',
    (text) => {
      expect(() => wholeNumber(text, '--n', 0)).toThrow(
        expect.objectContaining({
          code: 'usage.invalid',
          message: `--n cannot be “${text}”.`,
          hint: 'It is a whole number from 0 on.',
        }),
      );
    },
  );

  it('names both borders where there are two', () => {
    expect(() => wholeNumber('70000', '--port', 1, 65_535)).toThrow(
      expect.objectContaining({ hint: 'It is a whole number from 1 to 65535.' }),
    );
  });
});
