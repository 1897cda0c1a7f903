import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rotationState } from './rotation.ts';

const DAY = 86_400_000;

describe('a rotation policy', () => {
  it('says nothing where there is none', () => {
    expect(rotationState(undefined, 0, 10_000 * DAY)).toEqual({ state: 'ok' });
  });

  it.each([
    [0, 'ok'],
    [76 * DAY - 1, 'ok'],
    [76 * DAY, 'expiring'],
    [90 * DAY - 1, 'expiring'],
    [90 * DAY, 'expired'],
    [900 * DAY, 'expired'],
  ])('of 90 days that warns 14 before: at %i ms it is %s', (now, state) => {
    expect(rotationState({ max_age_days: 90, warn_days: 14 }, 0, now)).toEqual({
      state,
      warns_at: new Date(76 * DAY).toISOString(),
      expires_at: new Date(90 * DAY).toISOString(),
    });
  });

  it('never warns before the value was set, nor after it is due', () => {
    // Bug caught: a policy of a week with the usual two weeks of warning begins in the past.
    const days = fc.integer({ min: 1, max: 3650 });
    const warn = fc.integer({ min: 0, max: 365 });
    fc.assert(
      fc.property(days, warn, fc.integer({ min: 0, max: 4e12 }), (max_age_days, warn_days, at) => {
        const found = rotationState({ max_age_days, warn_days }, at, at);
        expect(Date.parse(found.warns_at!)).toBeGreaterThanOrEqual(at);
        expect(found.warns_at! <= found.expires_at!).toBe(true);
        expect(found.state).toBe(warn_days >= max_age_days ? 'expiring' : 'ok');
      }),
    );
  });
});
