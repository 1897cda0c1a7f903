import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatRelative } from './time.ts';

describe('formatDuration', () => {
  it('uses the unit a person would', () => {
    expect([0, 840, 3210, 59_999, 61_000, 7_500_000, 90_000_000].map(formatDuration)).toEqual([
      '0 ms',
      '840 ms',
      '3.2 s',
      '59 s',
      '1 min 1 s',
      '2 h 5 min',
      '1 d 1 h',
    ]);
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
