import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '../testing/sshd.ts';
import { HostKeys } from './host-keys.ts';
import {
  fingerprint,
  formatKnownHost,
  hashName,
  knownName,
  namesMatch,
  parseKnownHosts,
} from './known-hosts.ts';

let dir: string;
const keys: Buffer[] = [];
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nexus-keys-'));
  for (const [index, type] of ['ed25519', 'ed25519', 'ecdsa'].entries()) {
    makeKey(join(dir, `k${index}`), type);
    keys.push(
      Buffer.from(readFileSync(join(dir, `k${index}.pub`), 'utf8').split(' ')[1]!, 'base64'),
    );
  }
});
afterAll(() => rmSync(dir, { recursive: true }));

const owner = { name: 'web', address: 'web.example', port: 22 };
const fresh = () => {
  const folder = mkdtempSync(join(dir, 'case-'));
  const file = (name: string, ...lines: string[]) => {
    writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''));
    return join(folder, name);
  };
  return { file, own: join(folder, 'own') };
};

describe('lines of known_hosts', () => {
  it('are written as ssh-keygen reads them, hashed names too', () => {
    const { file } = fresh();
    const path = file('kh', formatKnownHost(hashName('[web.example]:2222'), keys[0]!));
    const found = execFileSync('ssh-keygen', ['-l', '-F', '[web.example]:2222', '-f', path]);
    expect(found.toString()).toContain(fingerprint(keys[0]!));
  });

  it('are found where ssh-keygen has hashed them', () => {
    const { file } = fresh();
    const path = file('kh', formatKnownHost('web.example,10.0.0.1', keys[0]!));
    execFileSync('ssh-keygen', ['-H', '-f', path], { stdio: 'ignore' });
    const lines = parseKnownHosts(readFileSync(path, 'utf8'));
    expect(lines.filter((line) => namesMatch(line.names, '10.0.0.1'))).toHaveLength(1);
    expect(lines.filter((line) => namesMatch(line.names, '10.0.0.2'))).toHaveLength(0);
  });

  it.each([
    ['web.example', 'web.example', true],
    ['WEB.example', 'web.example', true],
    ['*.example,!bad.example', 'web.example', true],
    ['*.example,!bad.example', 'bad.example', false],
    ['!bad.example,*.example', 'bad.example', false],
    ['web.example', '[web.example]:2222', false],
    ['[web.example]:2222', '[web.example]:2222', true],
    ['web?example', 'webXexample', true],
    ['|1|notbase64|x', 'web.example', false],
    ['|2|AAAA|AAAA', 'web.example', false],
  ])('%s for %s: %s', (names, name, is) => {
    expect(namesMatch(names, name)).toBe(is);
  });

  it('pass over what is none, and read any text', () => {
    const good = formatKnownHost('a', keys[0]!);
    const text = `# comment\n\n@unknown ${good}\nonly two\na ssh-rsa ${keys[0]!.toString('base64')}\n${good} a comment\n@revoked ${good}\r\n`;
    expect(parseKnownHosts(text).map(({ line, marker }) => [line, marker])).toEqual([
      [6, undefined],
      [7, 'revoked'],
    ]);
    fc.assert(fc.property(fc.string(), (any) => Array.isArray(parseKnownHosts(any))));
  });

  it('keep a port other than 22 apart', () => {
    expect(knownName('Web', 22)).toBe('web');
    expect(knownName('fd00::1', 2222)).toBe('[fd00::1]:2222');
  });
});

describe('judging a key', () => {
  it('knows, does not know, and notices a change, of the type as well', async () => {
    const { file, own } = fresh();
    const known = new HostKeys(own, [file('user', formatKnownHost('web.example', keys[0]!))]);
    expect(await known.judge(owner, keys[0]!)).toEqual({ is: 'known' });
    expect(await known.judge(owner, keys[1]!)).toMatchObject({ is: 'changed' });
    // Bug caught: whoever stands between offers a key of another type and counts as new.
    expect(await known.judge(owner, keys[2]!)).toMatchObject({ is: 'changed' });
    expect(await known.judge({ ...owner, port: 23 }, keys[0]!)).toMatchObject({ is: 'new' });
  });

  it('refuses a revoked key even where another line trusts it, and trusts no authority as a key', async () => {
    const { file, own } = fresh();
    const line = formatKnownHost('web.example', keys[0]!);
    const revoked = new HostKeys(own, [
      file('a', line, `@revoked * ${line.split(' ').slice(1).join(' ')}`),
    ]);
    expect(await revoked.judge(owner, keys[0]!)).toMatchObject({ is: 'revoked' });
    const authority = new HostKeys(own, [file('b', `@cert-authority ${line}`)]);
    expect(await authority.judge(owner, keys[0]!)).toMatchObject({ is: 'new' });
  });

  it('writes and forgets in its own file only, several at once', async () => {
    const { file, own } = fresh();
    const user = file('user', formatKnownHost('web.example', keys[0]!));
    const known = new HostKeys(own, [user]);
    const owners = [1, 2, 3, 4, 5].map((n) => ({ ...owner, address: `h${n}` }));
    await Promise.all(owners.map((one) => known.trust(one, keys[1]!)));
    for (const one of owners) expect(await known.judge(one, keys[1]!)).toEqual({ is: 'known' });
    expect(readFileSync(own, 'utf8')).not.toContain('h1');
    expect(await known.forget(owners[0]!)).toBe(1);
    expect(await known.judge(owners[0]!, keys[1]!)).toMatchObject({ is: 'new' });
    expect(await known.judge(owners[1]!, keys[1]!)).toEqual({ is: 'known' });
    expect(await known.forget(owner)).toBe(0);
    expect(readFileSync(user, 'utf8')).toContain('web.example');
  });
});
