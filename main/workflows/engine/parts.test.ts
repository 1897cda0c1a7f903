import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import type { Json } from '#contract/common.ts';
import { resolveInputs } from './inputs.ts';
import { Live } from './live.ts';
import { preview } from './outputs.ts';
import { matches, retryDelay } from './retrying.ts';
import { RECHECK_MS, Timers } from './timers.ts';

const policy = { attempts: 4, backoffMs: 100, factor: 3, maxMs: 500, jitter: 0, on: undefined };
const down = { code: 'http.timeout', message: '', kind: 'operational' as const };

test('retries back off by the factor up to the maximum, and end with the attempts', () => {
  expect([1, 2, 3, 4].map((n) => retryDelay(policy, n, down))).toEqual([100, 300, 500, undefined]);
  expect(retryDelay(undefined, 1, down)).toBeUndefined();
});

test('jitter only shortens, so that max stays the maximum', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(8), (share, n) => {
      const delay = retryDelay({ ...policy, attempts: 99, jitter: 0.5 }, n + 1, down, () => share)!;
      expect(delay).toBeLessThanOrEqual(500);
      expect(delay).toBeGreaterThanOrEqual(50);
    }),
  );
});

test('an error that cannot pass, or that the policy does not name, is not retried', () => {
  expect(retryDelay(policy, 1, { ...down, details: { retryable: false } })).toBeUndefined();
  expect(retryDelay({ ...policy, on: ['shell.*'] }, 1, down)).toBeUndefined();
  expect(retryDelay({ ...policy, on: ['shell.*', 'http.*'] }, 1, down)).toBe(100);
  expect([matches('http.timeout', 'http.timeout'), matches('http', 'http.timeout')]).toEqual([
    true,
    false,
  ]);
});

test('one timer serves all due times, the earliest first, however they are given', () => {
  const clock = new ManualClock(0);
  const due = [500, 100, 300];
  const fired: number[] = [];
  const timers = new Timers(clock, () => {
    while (due.length > 0 && Math.min(...due) <= clock.now())
      fired.push(due.splice(due.indexOf(Math.min(...due)), 1)[0]!);
    return due.length > 0 ? Math.min(...due) : null;
  });
  for (const at of [500, 100, 300]) timers.at(at);
  clock.advance(99);
  expect(fired).toEqual([]);
  clock.advance(201);
  expect(fired).toEqual([100, 300]);
  clock.advance(10_000);
  expect(fired).toEqual([100, 300, 500]);
});

test('after a jump of the clock a due time is found at the next re-check, without its timer', () => {
  let now = 0;
  const armed: { at: number; fire: () => void }[] = [];
  const clock = {
    now: () => now,
    at: (at: number, fire: () => void) => {
      armed.push({ at, fire });
      return () => undefined;
    },
  };
  let fired = 0;
  const timers = new Timers(clock, () => ((fired += 1), null));
  timers.at(3_600_000);
  expect(armed.at(-1)!.at).toBe(RECHECK_MS);
  // The machine slept for two hours; only the short timer comes back.
  now = 7_200_000;
  armed.at(-1)!.fire();
  expect(fired).toBe(1);
});

test('a slow reader of a run gets the latest state once, not every change', async () => {
  const live = new Live();
  const reader = live.of('r')[Symbol.asyncIterator]();
  expect((await reader.next()).value).toMatchObject({ all: true });
  for (let n = 0; n < 1000; n += 1) live.changed('r', ['a', 'b']);
  live.changed('other', ['x']);
  const { value } = await reader.next();
  expect([...value!.steps]).toEqual(['a', 'b']);
  live.close();
  expect((await reader.next()).done).toBe(true);
});

test('a reader that goes away leaves nothing behind', async () => {
  const live = new Live();
  const stop = new AbortController();
  const reader = live.of('r', stop.signal)[Symbol.asyncIterator]();
  await reader.next();
  const waiting = reader.next();
  stop.abort();
  expect((await waiting).done).toBe(true);
  expect(live.watched()).toEqual([]);
});

test('a preview is small whatever it is made from, and leaves small values as they are', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      expect(JSON.stringify(preview(value as Json)).length).toBeLessThan(20_000_000);
    }),
  );
  expect(preview({ a: [1, 'x', null] })).toEqual({ a: [1, 'x', null] });
  expect(
    JSON.stringify(preview(Array.from({ length: 1e5 }, () => 'y'.repeat(999)))).length,
  ).toBeLessThan(6000);
});

test('texts become what the definition asks for, and only where they are that', () => {
  const of = (type: 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'string', v: Json) => {
    try {
      return resolveInputs({ v: { type } }, { v })['v'];
    } catch {
      return 'refused';
    }
  };
  expect(of('number', '1.5')).toBe(1.5);
  expect(of('number', '')).toBe('refused');
  expect(of('integer', '1.5')).toBe('refused');
  expect(of('integer', '12')).toBe(12);
  expect(of('boolean', 'false')).toBe(false);
  expect(of('boolean', 'yes')).toBe('refused');
  expect(of('array', '[1]')).toEqual([1]);
  expect(of('object', '[1]')).toBe('refused');
  expect(of('string', 7)).toBe('7');
  expect(of('string', null)).toBe('refused');
});
