import { describe, expect, it } from 'vitest';
import { de, en } from './resources.ts';

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const name = prefix ? `${prefix}.${key}` : key;
    if (typeof value === 'string') found.set(name, value);
    else for (const [inner, text] of flatten(value, name)) found.set(inner, text);
  }
  return found;
}

const placeholders = (text: string) => (text.match(/{{\w+}}/g) ?? []).sort();

describe('locales', () => {
  const english = flatten(en);
  const german = flatten(de);

  it('has every text in both languages, so that no key shows up on screen', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('fills the same values in both languages, so that no {{name}} shows up on screen', () => {
    for (const [key, text] of english) {
      // A singular may spell the number out.
      if (key.endsWith('_one')) continue;
      expect(placeholders(german.get(key) ?? ''), key).toEqual(placeholders(text));
    }
  });

  it('has no empty text and no exclamation mark', () => {
    for (const text of [...english.values(), ...german.values()]) {
      expect(text.trim()).not.toBe('');
      expect(text).not.toMatch(/!$/);
    }
  });
});
