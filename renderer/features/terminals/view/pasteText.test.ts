import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanPaste, needsLook } from './pasteText.ts';

describe('a paste', () => {
  it('holds no key presses and cannot end the marks around it', () => {
    // Bug caught: ESC [201~ in a copied text ends the paste, and the rest runs as if it was typed.
    expect(cleanPaste('a\x1b[201~rm -rf ~\x03\r')).toBe('a[201~rm -rf ~\n');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex -- control characters are what this is about
        expect(cleanPaste(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('keeps what a person copied otherwise', () => {
    expect(cleanPaste('äöü €\t🦊\r\nnext')).toBe('äöü €\t🦊\nnext');
  });

  it('is looked at when its lines would run at once, or when it is very long', () => {
    expect(needsLook('ls', false)).toBe(false);
    expect(needsLook('ls\n', false)).toBe(true);
    expect(needsLook('a\nb', true)).toBe(false);
    expect(needsLook('x'.repeat(200_000), true)).toBe(true);
  });
});
