import fc from 'fast-check';
import { expect, it } from 'vitest';
import { titleText } from './titleText.ts';

it('makes one short line without anything that is not seen', () => {
  // Bug caught: a title that turns the direction of writing round, or fills the tab bar.
  expect(titleText('vim\n \u202egnp.exe\u0007\u200b!')).toBe('vim gnp.exe !');
  expect(Array.from(titleText('🦊'.repeat(200)))).toHaveLength(80);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
      const text = titleText(title);
      expect(Array.from(text).length).toBeLessThanOrEqual(80);
      expect(text).toBe(text.trim());
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }),
  );
});
