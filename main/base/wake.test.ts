import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwayGauge } from './wake.ts';

/** A gauge that looks every two seconds, on clocks that the test moves. */
function gauge() {
  let wall = 1_700_000_000_000;
  let steady = 5000;
  const one = new AwayGauge({ wall: () => wall, steady: () => steady }, 2000);
  return (moved: { wall: number; steady: number }) => {
    wall += moved.wall;
    steady += moved.steady;
    return one.look();
  };
}

describe('the gauge of sleep', () => {
  it('sees the lid of a laptop on Linux and macOS, where the steady clock stands still', () => {
    const look = gauge();
    expect(look({ wall: 2000, steady: 2000 })).toBe(0);
    expect(look({ wall: 3_602_000, steady: 2000 })).toBe(3_600_000);
    // Bug caught: one sleep that is told again and again.
    expect(look({ wall: 2000, steady: 2000 })).toBe(0);
  });

  it('sees it on Windows too, where both clocks go on and the look comes late', () => {
    const look = gauge();
    expect(look({ wall: 62_000, steady: 62_000 })).toBe(60_000);
  });

  it('takes a busy process and a clock that is set a little for no sleep', () => {
    // Bug caught: every pause of the collector has all connections looked at.
    const short = fc.integer({ min: 0, max: 9_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(short, short)), (moves) => {
        const look = gauge();
        for (const [late, set] of moves)
          expect(look({ wall: 2000 + late + set, steady: 2000 + late })).toBe(0);
      }),
    );
  });

  it('does not mind a clock that is set back', () => {
    const look = gauge();
    expect(look({ wall: -3_600_000, steady: 2000 })).toBe(0);
    expect(look({ wall: 2000, steady: 2000 })).toBe(0);
  });
});
