import { expect, it } from 'vitest';
import { addressOf } from './address.ts';

it('an address is written so that its parts can be told apart', () => {
  // Bug caught: an IPv6 address with a port reads like a longer address.
  expect(addressOf({ address: 'web', port: 22 })).toBe('web');
  expect(addressOf({ address: 'web', port: 2222, user: 'ops' })).toBe('ops@web:2222');
  expect(addressOf({ address: 'fe80::1', port: 2222 })).toBe('[fe80::1]:2222');
});
