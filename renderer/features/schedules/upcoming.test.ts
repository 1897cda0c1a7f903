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
      [schedule('a', ['2026-01-01T12:00:00+02:00']), schedule('b', ['2026-01-01T09:00:00Z'])],
      3,
    );
    expect(next.map((one) => one.schedule.id)).toEqual(['b', 'a']);
  });

  it('shows a frequent schedule once, so that the others are seen', () => {
    const often = ['00', '05', '10', '15'].map((minute) => `2026-01-01T09:${minute}:00Z`);
    const next = upcoming([schedule('often', often), schedule('b', ['2026-01-02T09:00:00Z'])], 3);
    expect(next.map((one) => one.schedule.id)).toEqual(['often', 'b']);
  });

  it('leaves paused schedules out', () => {
    expect(upcoming([schedule('a', ['2026-01-01T12:00:00Z'], true)], 5)).toEqual([]);
  });
});
