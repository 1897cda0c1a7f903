import { expect, it } from 'vitest';
import { hasWebglHardware, wantsWebgl, WebglPool } from './webglPool.ts';

it('gives out so many contexts and no more, and each again when it is given back', () => {
  // Bug caught: the browser takes the oldest context away, and a terminal goes black.
  const pool = new WebglPool(12);
  const users = Array.from({ length: 20 }, () => ({}));
  expect(users.filter((user) => pool.acquire(user))).toHaveLength(12);
  expect(pool.acquire(users[0]!)).toBe(true);
  expect(pool.size).toBe(12);
  pool.release(users[0]!);
  pool.release(users[0]!);
  expect(pool.acquire(users[19]!)).toBe(true);
  expect(pool.acquire(users[18]!)).toBe(false);
});

it('wants none where there is no WebGL', () => {
  expect(hasWebglHardware()).toBe(false);
  expect(wantsWebgl('auto')).toBe(false);
});

it('draws as the person chose, whatever the hardware', () => {
  expect(wantsWebgl('webgl')).toBe(true);
  expect(wantsWebgl('elements')).toBe(false);
});
