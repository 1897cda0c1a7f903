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
  keyType,
  knownName,
  namesMatch,
  parseKnownHosts,
} from './known-hosts.ts';

let dir: string;
let key: Buffer;
let other: Buffer;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nexus-lines-'));
  const blob = (name: string, type: string) =>
    Buffer.from(
      readFileSync(`${makeKey(join(dir, name), type)}.pub`, 'utf8').split(' ')[1]!,
      'base64',
    );
  key = blob('one', 'ed25519');
  other = blob('two', 'ecdsa');
});
afterAll(() => rmSync(dir, { recursive: true }));

const label = fc.string({
  unit: fc.constantFrom('a', 'B', '0', '-', '.', 'z'),
  minLength: 1,
  maxLength: 12,
});
const address = fc.oneof(label, fc.constantFrom('10.0.0.1', 'fd00::1', '::1', 'web.example'));
const port = fc.oneof(fc.constant(22), fc.integer({ min: 1, max: 65_535 }));

/** Whether ssh-keygen finds the name in the file. */
function found(file: string, name: string): boolean {
  try {
    return execFileSync('ssh-keygen', ['-F', name, '-f', file], { stdio: 'pipe' }).length > 0;
  } catch {
    return false;
  }
}

describe('a line of known_hosts', () => {
  it('is read back as it was written, among any other lines', () => {
    const noise = fc
      .oneof(fc.string({ maxLength: 40 }), fc.constantFrom('# a', '', '\r', '|1|x', '@cert'))
      .map((text) => text.replaceAll('\n', ' '));
    fc.assert(
      fc.property(
        address,
        port,
        fc.boolean(),
        fc.array(noise, { maxLength: 5 }),
        fc.boolean(),
        (host, at, hashed, lines, crlf) => {
          const name = knownName(host, at);
          const line = formatKnownHost(hashed ? hashName(name) : name, key);
          const text = [...lines, line].join(crlf ? '\r\n' : '\n');
          const read = parseKnownHosts(text).at(-1)!;
          expect(read).toMatchObject({ type: 'ssh-ed25519', line: lines.length + 1 });
          expect(read.key.equals(key)).toBe(true);
          expect(namesMatch(read.names, name)).toBe(true);
          expect(namesMatch(read.names, `x${name}`)).toBe(false);
        },
      ),
    );
  });

  it('means the same host to us as to ssh-keygen', () => {
    // Bug caught: a host that OpenSSH knows is asked about again, or the other way round.
    const pattern = fc.constantFrom(
      '*',
      '*.example',
      'web*',
      '?eb.example',
      '!web.example',
      'web.example',
      '[web.example]:22',
      '[web.example]:*',
      '10.0.0.*',
    );
    const name = fc.constantFrom(
      'web.example',
      'deb.example',
      '[web.example]:2222',
      '10.0.0.1',
      'webx',
    );
    const file = join(dir, 'patterns');
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), name, (patterns, host) => {
        const names = patterns.join(',');
        writeFileSync(file, `${formatKnownHost(names, key)}\n`);
        expect(namesMatch(names, host)).toBe(found(file, host));
      }),
      { numRuns: 40 },
    );
  });

  it('with a hashed name is found by ssh-keygen under that name alone', () => {
    const file = join(dir, 'hashed');
    fc.assert(
      fc.property(label, port, (host, at) => {
        const name = knownName(host, at);
        writeFileSync(file, `${formatKnownHost(hashName(name), key)}\n`);
        expect(readFileSync(file, 'utf8')).not.toContain(` ${name} `);
        expect(found(file, name)).toBe(true);
        expect(found(file, `${host}x`)).toBe(false);
      }),
      { numRuns: 10 },
    );
  });
});

describe('a key’s blob', () => {
  it('names its own type, and anything else names none', () => {
    expect(keyType(key)).toBe('ssh-ed25519');
    expect(keyType(other)).toBe('ecdsa-sha2-nistp256');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const type = keyType(Buffer.from(bytes));
        expect(type.length).toBeLessThanOrEqual(64);
        if (type) expect(Buffer.from(bytes).readUInt32BE(0)).toBe(type.length);
      }),
    );
  });

  it('has the fingerprint that ssh-keygen shows', () => {
    for (const [name, blob] of [
      ['one', key],
      ['two', other],
    ] as const)
      expect(
        execFileSync('ssh-keygen', ['-l', '-f', join(dir, `${name}.pub`)]).toString(),
      ).toContain(`${fingerprint(blob)} `);
  });
});

describe('the file of Nexus', () => {
  const made = () => {
    const folder = mkdtempSync(join(dir, 'home-'));
    const own = join(folder, 'deep', 'known_hosts');
    return { own, keys: new HostKeys(own, []) };
  };
  const owner = (name: string) => ({ name, address: `${name}.example`, port: 22 });

  it('keeps every key however many are trusted and forgotten at once', async () => {
    // Bug caught: two first connections at once, and one of the two keys is lost.
    const { own, keys } = made();
    const names = Array.from({ length: 20 }, (_, i) => `h${i}`);
    await Promise.all(names.map((name) => keys.trust(owner(name), key)));
    const gone = names.filter((_, index) => index % 3 === 0);
    await Promise.all([
      ...gone.map((name) => keys.forget(owner(name))),
      keys.trust(owner('late'), other),
    ]);
    for (const name of names) {
      const verdict = await keys.judge(owner(name), key);
      expect(verdict.is).toBe(gone.includes(name) ? 'new' : 'known');
    }
    expect((await keys.judge(owner('late'), other)).is).toBe('known');
    expect(execFileSync('stat', ['-c', '%a', own]).toString().trim()).toBe('600');
  });

  it('is read again when somebody else has changed it', async () => {
    const { own, keys } = made();
    await keys.trust(owner('a'), key);
    expect((await keys.judge(owner('a'), key)).is).toBe('known');
    writeFileSync(own, `${formatKnownHost('a.example', other)}\n# and some more to be sure\n`);
    expect((await keys.judge(owner('a'), key)).is).toBe('changed');
  });

  it('loses nothing that people wrote into it', async () => {
    const { own, keys } = made();
    await keys.trust(owner('a'), key);
    const mine = `# mine\n\nweb,10.0.0.1 ${keyType(key)} ${key.toString('base64')} a comment\nnot a line`;
    writeFileSync(own, mine);
    await keys.trust(owner('b'), key);
    expect(readFileSync(own, 'utf8').startsWith(`${mine}\n`)).toBe(true);
    expect(await keys.forget(owner('b'))).toBe(1);
    expect(readFileSync(own, 'utf8')).toBe(`${mine}\n`);
  });

  it('under an alias has the alias, whatever the address and its case', async () => {
    const { keys } = made();
    await keys.trust({ ...owner('a'), alias: 'Cluster' }, key);
    const judge = (more: object) => keys.judge({ ...owner('b'), ...more }, key);
    expect((await judge({ alias: 'cluster', port: 2222 })).is).toBe('known');
    expect((await judge({})).is).toBe('new');
  });
});
