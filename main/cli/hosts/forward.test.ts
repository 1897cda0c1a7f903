import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseForward } from './forward.ts';

const port = fc.integer({ min: 0, max: 65_535 });
const name = fc.stringMatching(/^[a-z0-9.-]{1,20}$/);
const ipv6 = fc.ipV6().filter((address) => !address.includes('.'));
const address = fc.oneof(
  name.map((one) => ({ written: one, meant: one })),
  ipv6.map((one) => ({ written: `[${one}]`, meant: one })),
);

describe('a forward as OpenSSH writes it', () => {
  it('is read with and without an address to listen on, IPv6 in brackets', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('local' as const, 'remote' as const),
        fc.option(address, { nil: undefined }),
        port,
        address,
        port,
        (kind, listen, listenPort, target, targetPort) => {
          const spec = [listen?.written, listenPort, target.written, targetPort]
            .filter((part) => part !== undefined)
            .join(':');
          expect(parseForward(kind, 'web', spec)).toEqual({
            host: 'web',
            kind,
            ...(listen ? { listen_address: listen.meant } : {}),
            listen_port: listenPort,
            target_address: target.meant,
            target_port: targetPort,
          });
        },
      ),
    );
  });

  it('is read as a SOCKS proxy', () => {
    expect(parseForward('dynamic', 'web', '1080')).toEqual({
      host: 'web',
      kind: 'dynamic',
      listen_port: 1080,
    });
    expect(parseForward('dynamic', 'web', '[::1]:1080')).toMatchObject({ listen_address: '::1' });
  });

  it('is read or refused as an error of usage, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('local' as const, 'remote' as const, 'dynamic' as const),
        fc.string({
          unit: fc.constantFrom(':', '[', ']', '1', '9', 'a', '-', ' ', '.'),
          maxLength: 20,
        }),
        (kind, spec) => {
          try {
            const { listen_port } = parseForward(kind, 'web', spec);
            expect(listen_port).toBeLessThanOrEqual(65_535);
          } catch (error) {
            expect(error).toMatchObject({
              code: 'usage.invalid',
              hint: expect.stringContaining('e.g.'),
            });
          }
        },
      ),
    );
  });

  it.each([
    ['local', ''],
    ['local', '8080'],
    ['local', '8080:host'],
    ['local', '70000:host:80'],
    ['local', 'x:host:80'],
    ['local', '8080::80:x'],
    ['local', '[::1]8080:host:80'],
    ['remote', '1:2:3:4:5'],
    ['dynamic', '1:2:3'],
    ['dynamic', '1e3'],
  ] as const)('%s “%s” is none', (kind, spec) => {
    expect(() => parseForward(kind, 'web', spec)).toThrow(
      expect.objectContaining({ message: `“${spec}” is no ${kind} forward.` }),
    );
  });
});
