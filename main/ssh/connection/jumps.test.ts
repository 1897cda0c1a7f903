import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { host as hostSchema, type Host } from '#contract/hosts.ts';
import { closeFabrics, testFabric } from '../testing/fabric.ts';
import { startSshd, stopAll, type Sshd } from '../testing/sshd.ts';
import { adHoc, jumpChain } from './jumps.ts';

const NOW = '2026-01-01T00:00:00.000Z';

function host(name: string, jump: string[] = [], more: Partial<Host> = {}): Host {
  return hostSchema.parse({
    id: `host_${name}`,
    name,
    address: `${name}.example`,
    port: 22,
    identity: [`/keys/${name}`],
    jump,
    groups: [],
    tags: [],
    options: {},
    source: 'added',
    created_at: NOW,
    updated_at: NOW,
    ...more,
  });
}

function inventory(...hosts: Host[]) {
  const find = (name: string) => hosts.find((one) => one.name === name || one.id === name);
  return { find, chain: (of: string) => jumpChain(find(of)!, find).map((one) => one.name) };
}

describe('the way to a host', () => {
  it('is direct where nothing is named', () => {
    expect(inventory(host('web')).chain('web')).toEqual([]);
  });

  it('goes through each jump host’s own way before it', () => {
    const { chain } = inventory(
      host('gate'),
      host('bastion', ['gate']),
      host('inner', ['bastion']),
      host('web', ['inner']),
    );
    expect(chain('web')).toEqual(['gate', 'bastion', 'inner']);
  });

  it('that is written out stands as it is, behind the first one’s own way alone', () => {
    // As ssh -J a,b does: b is reached from a, whatever b's own entry says.
    const { chain } = inventory(
      host('gate'),
      host('a', ['gate']),
      host('b', ['elsewhere']),
      host('elsewhere'),
      host('web', ['a', 'b']),
    );
    expect(chain('web')).toEqual(['gate', 'a', 'b']);
  });

  it('leads the last one back to the first: the pool looks at one host at a time', () => {
    const { find } = inventory(host('gate'), host('a', ['gate']), host('b'), host('c'));
    const way = jumpChain(host('web', ['a', 'root@10.0.0.9:2200', 'c']), find);
    expect(way.map((one) => one.name)).toEqual(['gate', 'a', 'root@10.0.0.9:2200', 'c']);
    for (let at = way.length - 1; at > 0; at -= 1)
      expect(jumpChain(way[at]!, find).map(({ name }) => name)).toEqual(
        way.slice(0, at).map(({ name }) => name),
      );
  });

  it.each([
    ['itself', { a: ['a'] }],
    ['two that name each other', { a: ['b'], b: ['a'] }],
    ['a ring of three', { a: ['b'], b: ['c'], c: ['a'] }],
    ['the same one twice', { a: ['b', 'b'], b: [] }],
    ['the same address twice', { a: ['x@h:1', 'x@h:1'] }],
  ])('that goes in a circle is refused: %s', (_, ways: Record<string, string[]>) => {
    const { chain } = inventory(...Object.entries(ways).map(([name, jump]) => host(name, jump)));
    expect(() => chain('a')).toThrow(
      expect.objectContaining({
        code: 'ssh.jump_loop',
        details: expect.objectContaining({ retryable: false }),
      }),
    );
  });

  it('of any inventory ends: in a chain without repetition, or in a clear error', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const jump = fc.array(fc.constantFrom(...names, 'u@h:2200', 'h2'), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(jump, { minLength: 6, maxLength: 6 }), (ways) => {
        const hosts = names.map((name, index) => host(name, ways[index]));
        const { find } = inventory(...hosts);
        for (const one of hosts) {
          let way: Host[];
          try {
            way = jumpChain(one, find);
          } catch (error) {
            expect(error).toMatchObject({ code: 'ssh.jump_loop' });
            continue;
          }
          const ids = way.map((hop) => hop.name);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids).not.toContain(one.name);
          expect(ids.slice(-one.jump.length || ids.length)).toEqual(one.jump);
          const last = way.at(-1);
          if (last) expect(jumpChain(last, find).map((hop) => hop.name)).toEqual(ids.slice(0, -1));
        }
      }),
    );
  });
});

describe('an address that is written out', () => {
  const like = host('web', [], {
    identity: ['/keys/mine'],
    options: {
      accept_new: true,
      passphrase_secret: 'PP',
      password_secret: 'PW',
      host_key_alias: 'alias',
      proxy_command: 'nc',
      client: 'openssh',
    },
  });

  it.each([
    ['10.0.0.1', undefined, '10.0.0.1', 22],
    ['root@10.0.0.1', 'root', '10.0.0.1', 22],
    ['root@gate.example:2200', 'root', 'gate.example', 2200],
    ['[fd00::1]', undefined, 'fd00::1', 22],
    ['me@[fd00::1]:2200', 'me', 'fd00::1', 2200],
  ])('%s', (text, user, address, port) => {
    expect(adHoc(text, like)).toMatchObject({ name: text, address, port });
    expect(adHoc(text, like).user).toBe(user);
  });

  it.each([
    '',
    '@',
    'root@',
    'a:b',
    'a:0',
    'a:65536',
    'a:22:23',
    '-oProxyCommand=id',
    'root@-oProxyCommand=id',
    '[-oProxyCommand=id]',
  ])('%j is refused', (text) => {
    expect(() => adHoc(text, like)).toThrow(expect.objectContaining({ code: 'ssh.jump_invalid' }));
  });

  it('logs in with the keys of the host behind it, never with its password', () => {
    // Bug caught: the password of an inner host is offered to a machine on the way.
    const { identity, options } = adHoc('10.0.0.1', like);
    expect(identity).toEqual(['/keys/mine']);
    expect(options).toEqual({ accept_new: true, passphrase_secret: 'PP' });
  });

  it('shares its connection with those of the same way and login, and with no others', () => {
    // Bug caught: 10.0.0.1 behind one bastion was taken for 10.0.0.1 behind another.
    const { find } = inventory(host('east'), host('west'));
    const via = (name: string, jump: string[], more: Partial<Host> = {}) =>
      jumpChain(host(name, jump, more), find).at(-1)!.id;
    const keys = { identity: ['/k'] };
    const one = via('a', ['east', '10.0.0.1'], keys);
    expect(via('b', ['east', '10.0.0.1'], keys)).toBe(one);
    expect(via('c', ['west', '10.0.0.1'], keys)).not.toBe(one);
    expect(via('d', ['10.0.0.1'], keys)).not.toBe(one);
    expect(via('e', ['east', '10.0.0.1'], { identity: ['/other'] })).not.toBe(one);
    expect(via('f', ['east', 'root@10.0.0.1'], keys)).not.toBe(one);
  });
});

describe('on real servers', () => {
  let servers: Sshd[];
  beforeAll(async () => {
    servers = await Promise.all([startSshd(), startSshd(), startSshd()]);
  });
  afterEach(closeFabrics);
  afterAll(stopAll);

  it('the same address behind two bastions is reached through each of them', async () => {
    const [east, west, inner] = servers as [Sshd, Sshd, Sshd];
    const test = testFabric();
    test.host('east', east);
    test.host('west', west);
    const written = `root@127.0.0.1:${inner.port}`;
    for (const side of ['east', 'west']) test.host(`web-${side}`, inner, { jump: [side, written] });
    const before = inner.log().match(/Accepted/g)?.length ?? 0;
    for (const side of ['east', 'west', 'east'])
      expect((await test.fabric.run(`web-${side}`, 'true')).exitCode).toBe(0);
    // Each side logs in to the inner one twice: as what is gone through, and as the host behind it.
    expect(inner.log().match(/Accepted/g)!.length - before).toBe(4);
    for (const bastion of [east, west]) expect(bastion.log().match(/Accepted/g)).toHaveLength(1);
  });
});
