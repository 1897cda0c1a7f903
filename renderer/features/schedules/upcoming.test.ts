import { describe, expect, it } from 'vitest';
import type { Schedule } from '#contract/schedules.ts';
import { upcoming } from './upcoming.ts';

const schedule = (id: string, next: string[], paused = false): Schedule => ({
  id,
  workflow: id,
  origin: 'added',
  expression: '* * * * *',
  words: '',
  timezone: 'UTC',
  missed: 'last',
  paused,
  next,
});

describe('upcoming', () => {
  it('orders by the instant, not by the text of different offsets', () => {
    const next = upcoming(
      [
        schedule('a', ['2026-01-01T12:00:00+02:00']),
        schedule('b', ['2026-01-01T09:00:00Z', '2026-01-01T11:00:00Z']),
      ],
      3,
    );
    expect(next.map((one) => one.schedule.id)).toEqual(['b', 'a', 'b']);
  });

  it('leaves paused schedules out', () => {
    expect(upcoming([schedule('a', ['2026-01-01T12:00:00Z'], true)], 5)).toEqual([]);
  });
});
