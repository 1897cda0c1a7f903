import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NexusError } from '#main/base/errors.ts';
import { guardedLookup, isPublicAddress } from './address.ts';
import { echo, requests, serve } from './http.testing.ts';

const { get, failure, harness } = requests();

describe('private-address guard', () => {
  const refused = [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '::',
    '::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'ff02::1',
    'fec0::1',
    '5f00::1',
    'nonsense',
  ];
  it.each(refused)('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['1.1.1.1', '8.8.8.8', '2606:4700:4700::1111', '::ffff:1.1.1.1', '64:ff9b::101:101'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it('refuses every spelling of loopback, by name and by number, before anything is sent', async () => {
    let hits = 0;
    const url = await serve((_request, response) => {
      hits += 1;
      response.end();
    });
    const { port } = new URL(url);
    harness().context.allowPrivateAddresses = false;
    for (const host of [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '[::1]',
      '[::ffff:7f00:1]',
      'localhost',
      '0',
    ]) {
      const error = await failure({ url: `http://${host}:${port}/` });
      expect([host, error.code]).toEqual([host, 'http.address_refused']);
      expect(error.details).toMatchObject({ retryable: false });
    }
    expect(hits).toBe(0);
  });

  it('hands the socket the very addresses it checked, so a second answer cannot differ', async () => {
    const answer = await new Promise<NexusError>((resolve) =>
      guardedLookup('localhost', { all: true }, (error) => resolve(error as unknown as NexusError)),
    );
    expect(answer.code).toBe('http.address_refused');
    const single = await new Promise<unknown>((resolve) =>
      guardedLookup('1.1.1.1', {}, (_error, address) => resolve(address)),
    );
    expect(single).toBe('1.1.1.1');
  });

  it('does not share a connection that was opened without the guard', async () => {
    const url = await serve(echo);
    const named = url.replace('127.0.0.1', 'localhost');
    expect((await get({ url: named }))['status']).toBe(200);
    harness().context.allowPrivateAddresses = false;
    expect((await failure({ url: named })).code).toBe('http.address_refused');
  });

  it('refuses a private proxy that a workflow names', async () => {
    const proxy = await serve(echo);
    harness().context.allowPrivateAddresses = false;
    expect((await failure({ url: 'http://1.1.1.1/', proxy })).code).toBe('http.address_refused');
  });
});

describe('an address that http may reach', () => {
  // The special-purpose registries of IANA, as of 2025, entered by hand: whatever the library thinks.
  const special = new BlockList();
  for (const net of [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ]) {
    const [address, bits] = net.split('/') as [string, string];
    special.addSubnet(address, Number(bits), 'ipv4');
  }
  const ipv4 = fc.ipV4();
  /** Near the borders of the ranges, where a wrong mask shows. */
  const near = fc
    .tuple(
      fc.constantFrom(
        0,
        9,
        10,
        11,
        99,
        100,
        101,
        126,
        127,
        128,
        169,
        172,
        192,
        198,
        203,
        223,
        224,
        239,
        240,
        255,
      ),
      fc.constantFrom(
        0,
        2,
        15,
        16,
        17,
        18,
        19,
        20,
        31,
        32,
        51,
        63,
        64,
        127,
        128,
        167,
        168,
        169,
        253,
        254,
        255,
      ),
      fc.constantFrom(0, 1, 2, 3, 99, 100, 101, 112, 113, 114, 255),
      fc.nat(255),
    )
    .map((bytes) => bytes.join('.'));

  it('is none of the special ranges, on the borders too', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, near), (address) => {
        expect(special.check(address, 'ipv4') && isPublicAddress(address), address).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });

  it('is an ordinary one, so that the guard does not shut out the internet', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, near), (address) => {
        // What the library keeps out beyond the registries: relay anycast and AS112.
        fc.pre(!/^(192\.88\.99|192\.31\.196|192\.52\.193|192\.175\.48)\./.test(address));
        expect(special.check(address, 'ipv4') || isPublicAddress(address), address).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('is not made public by a wrapping in IPv6, whichever', () => {
    fc.assert(
      fc.property(near, (address) => {
        const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        const inside = isPublicAddress(address);
        for (const wrapped of [`::ffff:${address}`, `::ffff:${hex}`, `64:ff9b::${hex}`, `::${hex}`])
          if (!inside) expect(isPublicAddress(wrapped), wrapped).toBe(false);
        // 6to4 and Teredo lead to an address that nobody looked at.
        expect(isPublicAddress(`2002:${hex}::1`)).toBe(false);
        expect(isPublicAddress(`2001:0:${hex}::1`)).toBe(false);
      }),
    );
  });

  it('is an address: no other text is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(!isPublicAddress(text) || /^[\da-fA-F.:x]+(%.*)?$/.test(text), text).toBe(true);
      }),
    );
  });
});
