import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { Breaker } from './breaker.ts';
import { sshError } from './errors.ts';

const failure = (name = 'unreachable') => sshError(name, 'nothing listens there', 'look');
const START = 1_800_000_000_000;

function made(random = 0.5) {
  const clock = new ManualClock(START);
  const breaker = new Breaker(clock, () => random);
  const fail = (times: number) => {
    for (let i = 0; i < times; i += 1) breaker.failed(failure());
  };
  return { clock, breaker, fail };
}

describe('a breaker', () => {
  it('lets two failures in a row pass, and leaves the host alone after the third', () => {
    const { breaker, fail } = made();
    fail(2);
    expect(() => breaker.check('a')).not.toThrow();
    fail(1);
    expect(() => breaker.check('a')).toThrow(
      expect.objectContaining({
        code: 'ssh.circuit_open',
        message: expect.stringMatching(/^a failed 3 times in a row and is left alone for 1 s/),
        details: expect.objectContaining({
          last: 'ssh.unreachable',
          retry_at: new Date(START + 1000).toISOString(),
        }),
      }),
    );
  });

  it('lets the next try through exactly when the time is over', () => {
    const { breaker, clock, fail } = made();
    fail(3);
    clock.advance(999);
    expect(breaker.retryAt).toBe(START + 1000);
    clock.advance(1);
    expect(breaker.retryAt).toBeUndefined();
    expect(() => breaker.check('a')).not.toThrow();
    // Bug caught: one failure after the pause counts as the first, and the host is hammered again.
    breaker.failed(failure());
    expect(() => breaker.check('a')).toThrow(/failed 4 times/);
  });

  it('leaves a host alone no longer because the clock was put back', () => {
    // Bug caught: the clock of this machine was a day ahead, and a host that failed is not tried for a day.
    let now = 1_700_000_000_000;
    const breaker = new Breaker({ now: () => now, at: () => () => undefined }, () => 0.5);
    for (let i = 0; i < 3; i += 1) breaker.failed(failure());
    expect(breaker.retryAt).toBeDefined();
    now -= 86_400_000;
    expect(breaker.retryAt).toBeUndefined();
    expect(() => breaker.check('web')).not.toThrow();
  });

  it('waits twice as long each time, and a minute at the most', () => {
    const { breaker, clock, fail } = made();
    fail(2);
    const waits = Array.from({ length: 12 }, () => {
      breaker.failed(failure());
      const wait = (breaker.retryAt ?? clock.now()) - clock.now();
      clock.advance(wait);
      return wait;
    });
    expect(waits.slice(0, 7)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
    expect(waits.at(-1)).toBe(60_000);
  });

  it('spreads the tries by a tenth up and down', () => {
    for (const [random, wait] of [
      [0, 900],
      [1, 1100],
    ] as const) {
      const { breaker, fail } = made(random);
      fail(3);
      expect(breaker.retryAt).toBeCloseTo(START + wait, 3);
    }
  });

  it('remembers the last failure until a success forgets it all', () => {
    const { breaker, fail } = made();
    fail(5);
    breaker.failed(failure('auth_failed'));
    expect(breaker.last?.code).toBe('ssh.auth_failed');
    breaker.succeeded();
    expect(breaker.last).toBeUndefined();
    expect(breaker.retryAt).toBeUndefined();
    fail(2);
    expect(() => breaker.check('a')).not.toThrow();
  });

  it('behaves as its description for any course of events', () => {
    type Step = { kind: 'fail' } | { kind: 'succeed' } | { kind: 'wait'; ms: number };
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 5, arbitrary: fc.constant({ kind: 'fail' } as const) },
      { weight: 1, arbitrary: fc.constant({ kind: 'succeed' } as const) },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('wait' as const),
          ms: fc.integer({ min: 1, max: 70_000 }),
        }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { breaker, clock } = made();
        let failures = 0;
        let until = 0;
        for (const one of steps) {
          if (one.kind === 'wait') clock.advance(one.ms);
          if (one.kind === 'succeed') {
            breaker.succeeded();
            [failures, until] = [0, 0];
          }
          if (one.kind === 'fail') {
            breaker.failed(failure());
            failures += 1;
            const wait = Math.min(60_000, 1000 * 2 ** Math.max(0, failures - 3));
            if (failures >= 3) until = clock.now() + wait;
          }
          const open = until > clock.now();
          expect(breaker.retryAt).toBe(open ? until : undefined);
          const check = () => breaker.check('a');
          if (open) expect(check).toThrow(expect.objectContaining({ code: 'ssh.circuit_open' }));
          else expect(check).not.toThrow();
        }
      }),
    );
  });
});
