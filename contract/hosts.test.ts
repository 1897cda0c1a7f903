import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { relativePath } from './files.ts';
import { execInput } from './hostCommands.ts';
import { forwardInput } from './hostForwards.ts';
import { hostChange, hostInput, hostName, hostOptions } from './hosts.ts';

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;
const web = { name: 'web', address: 'web.example' };
const takesHost = (more: object) => takes(hostInput, { ...web, ...more });

describe('a host', () => {
  it('needs a name and an address, and has the habits of OpenSSH otherwise', () => {
    expect(hostInput.parse(web)).toEqual({
      ...web,
      port: 22,
      identity: [],
      jump: [],
      groups: [],
      tags: [],
      options: {},
    });
    expect(takes(hostInput, { name: 'web' })).toBe(false);
    expect(takes(hostInput, { address: 'web' })).toBe(false);
  });

  it.each(['web', 'WEB-1', 'db_2.internal', '0', 'x'.repeat(128)])('is called %s', (name) =>
    expect(takes(hostName, name)).toBe(true),
  );

  it.each(['', '-web', '.web', '_web', 'a b', 'a/b', 'a:b', 'ü', 'a\n', 'x'.repeat(129)])(
    'is not called %j',
    (name) => expect(takes(hostName, name)).toBe(false),
  );

  it('has no address, user or jump that a program could take for an option', () => {
    // Bug caught: the address `-oProxyCommand=sh` runs a command on this machine (CVE-2017-1000117).
    const word = fc.string({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(word, (text) => {
        const plain = /^[^-\s\p{Cc}][^\s\p{Cc}]*$/u.test(text);
        expect(takesHost({ address: text })).toBe(plain);
        expect(takesHost({ user: text })).toBe(plain);
        expect(takesHost({ jump: [text] })).toBe(plain);
      }),
    );
    for (const address of ['-oProxyCommand=sh', '', ' ', 'a b', 'a\nb', 'a\u0000', 'x'.repeat(256)])
      expect(takesHost({ address })).toBe(false);
    for (const address of ['10.0.0.1', 'fe80::1%eth0', 'web.example', 'bücher.example'])
      expect(takesHost({ address })).toBe(true);
  });

  it('has ports that there are', () => {
    for (const port of [1, 22, 65_535]) expect(takesHost({ port })).toBe(true);
    for (const port of [0, -1, 65_536, 22.5, '22', null]) expect(takesHost({ port })).toBe(false);
  });

  it('has groups, tags and an environment that an expression can name', () => {
    for (const label of ['prod', 'eu/west-1', 'v1.2_x']) {
      expect(takesHost({ tags: [label], groups: [label], environment: label })).toBe(true);
    }
    for (const label of ['', '-x', 'a b', 'a,b', 'a(b', 'a:b', 'x'.repeat(65)]) {
      expect(takesHost({ tags: [label] })).toBe(false);
      expect(takesHost({ groups: [label] })).toBe(false);
      expect(takesHost({ environment: label })).toBe(false);
    }
  });

  it('knows no key that nobody knows: a slip is told, and not a host of another kind', () => {
    // Bug caught: `adress`, `tag` or `options.password` is dropped without a word.
    for (const slip of [{ tag: ['x'] }, { environement: 'production' }, { id: 'host_1' }])
      expect(takesHost(slip)).toBe(false);
    for (const slip of [{ password: 'x' }, { acceptNew: true }, { client: 'putty' }])
      expect(takes(hostOptions, slip)).toBe(false);
    expect(takes(hostChange, { adress: 'x' })).toBe(false);
  });

  it('has certificates whose paths can stand in quotes', () => {
    expect(takes(hostOptions, { certificates: ['~/.ssh/my key-cert.pub'] })).toBe(true);
    for (const path of ['', 'a"b', 'a\nb']) {
      expect(takes(hostOptions, { certificates: [path] })).toBe(false);
    }
  });

  it('is changed in what is named alone; null takes away what need not be there', () => {
    expect(hostChange.parse({})).toEqual({});
    expect(hostChange.parse({ user: null, environment: null, notes: null })).toEqual({
      user: null,
      environment: null,
      notes: null,
    });
    for (const key of ['name', 'address', 'port', 'tags', 'identity', 'options'])
      expect(takes(hostChange, { [key]: null }), key).toBe(false);
  });
});

describe('a command on hosts', () => {
  const least = { hosts: 'web', command: 'uptime' };

  it('goes to all at once, is tried once, and keeps 8 MiB of output', () => {
    expect(execInput.parse(least)).toEqual({
      ...least,
      strategy: 'all',
      retries: 0,
      max_bytes: 8 * 1024 * 1024,
      interactive: true,
    });
  });

  it.each([
    { hosts: '' },
    { command: '' },
    { command: 'x'.repeat(128 * 1024 + 1) },
    { parallel: 0 },
    { parallel: 201 },
    { strategy: 'some' },
    { timeout_ms: 0 },
    { timeout_ms: 86_400_001 },
    { retries: -1 },
    { retries: 11 },
    { max_bytes: -1 },
    { max_bytes: 256 * 1024 * 1024 + 1 },
  ])('is refused with %j', (wrong) => {
    expect(takes(execInput, { ...least, ...wrong })).toBe(false);
  });

  it('keeps everything or nothing where that is asked for', () => {
    for (const max_bytes of [null, 0]) expect(takes(execInput, { ...least, max_bytes })).toBe(true);
  });
});

describe('a forward', () => {
  it('listens on this machine alone, on a free port, unless it is told otherwise', () => {
    // Bug caught: a forward that the whole network can use.
    expect(forwardInput.parse({ host: 'web', kind: 'dynamic' })).toEqual({
      host: 'web',
      kind: 'dynamic',
      listen_address: '127.0.0.1',
      listen_port: 0,
    });
  });

  it.each([
    { kind: 'reverse' },
    { listen_port: -1 },
    { listen_port: 65_536 },
    { target_port: 0 },
    { target_address: '' },
    { listen_address: '' },
  ])('is refused with %j', (wrong) => {
    expect(takes(forwardInput, { host: 'web', kind: 'local', ...wrong })).toBe(false);
  });
});

describe('a path below a folder', () => {
  it('never leads out of it, whatever it is made of', () => {
    // Bug caught: `a/../../.ssh/authorized_keys` in a folder that a browser sends.
    const part = fc.constantFrom('..', '.', '', 'a', 'b c', '.x', '...', '\\', '\u0000', 'ü');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const path = parts.join('/');
        const good = parts.every((one) => !['..', '.', '', '\\', '\u0000'].includes(one));
        expect(takes(relativePath, path), path).toBe(good);
      }),
    );
  });

  it('has parts that a file system can hold', () => {
    expect(takes(relativePath, 'x'.repeat(255))).toBe(true);
    expect(takes(relativePath, 'x'.repeat(256))).toBe(false);
    expect(takes(relativePath, `${'a/'.repeat(2048)}a`)).toBe(false);
    expect(takes(relativePath, '/etc/passwd')).toBe(false);
  });
});
