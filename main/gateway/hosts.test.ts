import { describe, expect, it } from 'vitest';
import { hostPolicy, isLoopback } from './hosts.ts';

describe('host names', () => {
  const policy = hostPolicy(8420, ['nexus.example.org', 'Box.lan:9000']);

  it.each([
    'localhost:8420',
    'LOCALHOST:8420',
    '127.0.0.1:8420',
    '[::1]:8420',
    'nexus.example.org',
    'nexus.example.org:443',
    'box.lan:9000',
  ])('knows %s', (host) => expect(policy.allowsHost(host, '127.0.0.1')).toBe(true));

  it.each([
    undefined,
    '',
    'evil.example:8420',
    'localhost',
    'localhost:1',
    'localhost:8420.evil.example',
    'localhost.:8420',
    'evil.example@localhost:8420',
    'localhost:8420,evil.example',
    'box.lan',
    '127.0.0.2:8420',
    '2130706433:8420',
    '[::ffff:7f00:1]:8420',
    'xn--localhost-:8420',
    'nexus.example.org.evil.example',
  ])('refuses %s', (host) => expect(policy.allowsHost(host, '127.0.0.1')).toBe(false));

  it('takes the literal address at which the connection arrived', () => {
    // A name can be made to point here by anyone; a literal cannot.
    expect(policy.allowsHost('192.0.2.7:8420', '192.0.2.7')).toBe(true);
    expect(policy.allowsHost('192.0.2.7:8420', '::ffff:192.0.2.7')).toBe(true);
    expect(policy.allowsHost('[2001:db8::1]:8420', '2001:db8::1')).toBe(true);
    expect(policy.allowsHost('192.0.2.8:8420', '192.0.2.7')).toBe(false);
    expect(policy.allowsHost('192.0.2.7:1', '192.0.2.7')).toBe(false);
  });

  it('lets only pages of the very same host talk', () => {
    expect(policy.allowsOrigin(undefined, 'localhost:8420')).toBe(true);
    expect(policy.allowsOrigin('http://localhost:8420', 'localhost:8420')).toBe(true);
    expect(policy.allowsOrigin('https://nexus.example.org', 'nexus.example.org')).toBe(true);
    for (const origin of [
      'null',
      '',
      'http://localhost:3000',
      'http://127.0.0.1:8420',
      'ftp://localhost:8420',
      'http://localhost:8420.evil.example',
      'http://evil.example',
    ])
      expect(policy.allowsOrigin(origin, 'localhost:8420')).toBe(false);
  });

  it('tells loopback from the rest', () => {
    expect(['localhost', '127.0.0.1', '127.9.9.9', '::1'].map(isLoopback)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['0.0.0.0', '::', '192.168.0.1', '127.evil.example'].map(isLoopback)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
