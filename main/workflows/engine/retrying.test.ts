import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ErrorShape } from '#contract/errors.ts';
import type { CompiledRetry } from '../language/compiled.ts';
import { matches, retryDelay } from './retrying.ts';

const error = (code = 'http.status', details?: Record<string, unknown>): ErrorShape => ({
  code,
  message: 'x',
  kind: 'operational',
  ...(details ? { details } : {}),
});
const policy = (change: Partial<CompiledRetry> = {}): CompiledRetry => ({
  attempts: 5,
  backoffMs: 1000,
  factor: 2,
  maxMs: 6000,
  jitter: 0,
  on: undefined,
  ...change,
});

test('the delay doubles up to the maximum, and ends with the attempts', () => {
  const delays = [1, 2, 3, 4, 5].map((made) => retryDelay(policy(), made, error()));
  expect(delays).toEqual([1000, 2000, 4000, 6000, undefined]);
});

test('whatever the policy, a delay is whole, never negative, and within maximum and jitter', () => {
  const any = fc.record({
    attempts: fc.integer({ min: 1, max: 50 }),
    backoffMs: fc.integer({ min: 0, max: 10_000_000 }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    maxMs: fc.integer({ min: 0, max: 86_400_000 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    on: fc.constant(undefined),
  });
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(any, fc.integer({ min: 1, max: 60 }), share, (one, made, random) => {
      const delay = retryDelay(one, made, error(), () => random);
      const full = Math.min(one.maxMs, one.backoffMs * one.factor ** (made - 1));
      const within =
        Number.isInteger(delay) &&
        delay! >= Math.floor(full * (1 - one.jitter)) &&
        delay! <= Math.ceil(full);
      expect(within).toBe(made < one.attempts);
      expect(delay === undefined).toBe(made >= one.attempts);
    }),
    { numRuns: 1000 },
  );
});

test('the delay does not become infinite after many attempts', () => {
  const delay = retryDelay(policy({ attempts: 5000, factor: 10 }), 4000, error());
  expect(delay).toBe(6000);
  // Nothing times infinity is not a number, and a timer for that never fires.
  const none = policy({ attempts: 5000, factor: 10, backoffMs: 0 });
  expect(retryDelay(none, 4000, error())).toBe(0);
});

test('an error that cannot pass is not tried again, whatever the policy says', () => {
  expect(retryDelay(policy(), 1, error('x.y', { retryable: false }))).toBeUndefined();
  expect(retryDelay(policy(), 1, error('x.y', { retryable: true }))).toBe(1000);
  expect(retryDelay(undefined, 1, error())).toBeUndefined();
});

test.each([
  [['http.status'], 'http.status', true],
  [['http.status'], 'http.status_code', false],
  [['http.*'], 'http.timeout', true],
  [['http.*'], 'https.timeout', false],
  [['*'], 'anything', true],
  [['step.timeout', 'http.*'], 'step.timeout', true],
  [[], 'http.status', false],
])('on %j means %s: %s', (on, code, meant) => {
  expect(retryDelay(policy({ on }), 1, error(code)) !== undefined).toBe(meant);
});

test('a code matches itself and its own beginnings, and a dot is a dot', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z_.]*$/), fc.nat(20), (code, cut) => {
      expect(matches(`${code.slice(0, cut)}*`, code)).toBe(true);
      expect(matches(code, code)).toBe(true);
    }),
  );
  expect(matches('a.b', 'axb')).toBe(false);
});
