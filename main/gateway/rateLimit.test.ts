import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimit, remoteKey } from './rateLimit.ts';

describe('rate limits', () => {
  it('let a burst through, then so many a second, and say how long to wait', () => {
    let now = 0;
    const limit = new RateLimit({ burst: 3, perSecond: 0.5 }, () => now);
    expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 0]);
    expect(limit.take('a')).toBe(2);
    expect(limit.take('b')).toBe(0);
    now = 1999;
    expect(limit.take('a')).toBe(1);
    now = 2000;
    expect(limit.take('a')).toBe(0);
    expect(limit.wait('a')).toBe(2);
    now = 1_000_000;
    expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([
      0, 0, 0, 2,
    ]);
  });

  it('never let more through than burst and time allow', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { maxLength: 100 }), (pauses) => {
        let now = 0;
        let passed = 0;
        const limit = new RateLimit({ burst: 5, perSecond: 2 }, () => now);
        for (const pause of pauses) {
          now += pause;
          if (limit.take('a') === 0) passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(5 + (now / 1000) * 2);
      }),
    );
  });

  it('remember a bounded number of addresses', () => {
    // Bug caught: an attacker with a /48 who fills the memory.
    const limit = new RateLimit({ burst: 1, perSecond: 1 });
    for (let i = 0; i < 12_000; i += 1) limit.take(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    expect(limit.size).toBe(10_000);
  });

  it('take the /64 of an IPv6 address, and the IPv4 address inside one', () => {
    expect(remoteKey('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(remoteKey('192.0.2.1')).toBe('192.0.2.1');
    expect(remoteKey('2001:db8:0:1::5')).toBe('2001:db8:0:1');
    expect(remoteKey('2001:db8:0:1:ffff::1')).toBe('2001:db8:0:1');
    expect(remoteKey('2001:db8::1')).toBe('2001:db8:0:0');
    expect(remoteKey('::1')).toBe('0:0:0:0');
    expect(remoteKey('fe80::1%eth0')).toBe('fe80:0:0:0');
  });
});
