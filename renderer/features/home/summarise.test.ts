import { describe, expect, it } from 'vitest';
import { summarise } from './summarise.ts';

const bucket = (succeeded: number, failed: number, cancelled = 0) => ({
  at: '2026-01-01T00:00:00.000Z',
  succeeded,
  failed,
  cancelled,
});

describe('summarise', () => {
  it('has no success rate where nothing ended, rather than 0 % or 100 %', () => {
    expect(summarise([]).rate).toBeNull();
    expect(summarise([bucket(0, 0, 4)])).toMatchObject({ rate: null, total: 4 });
  });

  it('leaves cancelled runs out of the rate and in the total', () => {
    expect(summarise([bucket(3, 1, 6)])).toMatchObject({ rate: 0.75, total: 10, failed: 1 });
  });
});
