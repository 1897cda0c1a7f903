import { describe, expect, it } from 'vitest';

describe('components', () => {
  const sources = import.meta.glob<string>(['../**/*.tsx', '!../**/*.test.tsx', '!../testing/**'], {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const attribute =
    /\s(?:aria-label|title|placeholder|alt|label)="(?!Nexus")(?=[^"]*[A-Za-z]{2})[^"]*"/g;

  it('hold no words of their own in what is read out', () => {
    // Bug caught: aria-label="Close" in a component can never be German.
    expect(Object.keys(sources).length).toBeGreaterThan(50);
    for (const [file, text] of Object.entries(sources))
      expect(text.match(attribute) ?? [], file).toEqual([]);
  });
});
