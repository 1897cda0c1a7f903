import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatExact, formatRelative } from './time.ts';

describe('formatDuration', () => {
  it('uses the unit a person would', () => {
    const times = [0, 840, 3210, 59_999, 61_000, 7_500_000, 90_000_000];
    expect(times.map((ms) => formatDuration(ms))).toEqual([
      '0 ms',
      '840 ms',
      '3.2 s',
      '59 s',
      '1 min 1 s',
      '2 h 5 min',
      '1 d 1 h',
    ]);
  });

  it('writes tenths as the reader does', () => {
    // Bug caught: German pages say 3.2 s, which there is a date or a typing error.
    expect(formatDuration(3210, 'de')).toBe('3,2 s');
    expect(formatDuration(3000, 'de')).toBe('3,0 s');
    expect(formatDuration(840, 'de')).toBe('840 ms');
  });

  it('never shows 60 s, 60 min or a negative time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 10 }), (ms) => {
        expect(formatDuration(ms)).not.toMatch(/\b60 (s|min)\b|-/);
      }),
    );
    expect(formatDuration(-1)).toBe('');
  });
});

describe('formatRelative', () => {
  it('says now for what just happened, and looks both ways', () => {
    const now = 1_700_000_000_000;
    expect(formatRelative(now - 3_000, now, 'en')).toBe('now');
    expect(formatRelative(now - 180_000, now, 'en')).toBe('3 min. ago');
    expect(formatRelative(now + 7_200_000, now, 'de')).toBe('in 2 Std.');
  });
});

describe('times of any distance', () => {
  const now = 1_700_000_000_000;
  const distance = fc.integer({ min: -(10 ** 11), max: 10 ** 11 });

  it('never turn past into future, nor anything into 60 of a smaller unit', () => {
    fc.assert(
      fc.property(distance, fc.constantFrom('en', 'de'), (ms, language) => {
        const said = formatRelative(now + ms, now, language);
        expect(said).not.toBe('');
        if (Math.abs(ms) < 10_000) return;
        const past = /ago|vor |gestern|yesterday|last|letzt/.test(said);
        const future = /^in |morgen|tomorrow|next|nächst/.test(said);
        expect([past, future].filter(Boolean).length).toBeLessThanOrEqual(1);
        if (past) expect(ms).toBeLessThan(0);
        if (future) expect(ms).toBeGreaterThan(0);
        expect(said).not.toMatch(/\b60 (sec|min|Sek|Min)/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('the exact time has its second and its zone, in the language of the reader', () => {
    expect(formatExact(now, 'en')).toMatch(/2023.*:\d\d:20/);
    expect(formatExact(now, 'de')).toMatch(/November 2023/);
    expect(formatExact(now, 'de')).not.toBe(formatExact(now, 'en'));
  });
});
