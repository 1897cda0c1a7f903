import { describe, expect, it } from 'vitest';
import { matchKeys } from './matchKeys.ts';

const press = (
  key: string,
  held: Partial<Record<'ctrl' | 'meta' | 'alt' | 'shift', true>> = {},
) => ({
  key,
  ctrlKey: held.ctrl ?? false,
  metaKey: held.meta ?? false,
  altKey: held.alt ?? false,
  shiftKey: held.shift ?? false,
});

describe('matchKeys', () => {
  it('takes Ctrl and Command alike for mod, and neither for a plain key', () => {
    expect(matchKeys(press('k', { ctrl: true }), 'mod+k')).toBe(true);
    expect(matchKeys(press('k', { meta: true }), 'mod+k')).toBe(true);
    expect(matchKeys(press('k'), 'mod+k')).toBe(false);
    expect(matchKeys(press('r', { ctrl: true }), 'r')).toBe(false);
  });

  it('finds signs on keyboards that need shift for them and on those that do not', () => {
    expect(matchKeys(press('?', { shift: true }), '?')).toBe(true);
    expect(matchKeys(press('?'), '?')).toBe(true);
    expect(matchKeys(press('J', { shift: true }), 'j')).toBe(false);
  });
});
