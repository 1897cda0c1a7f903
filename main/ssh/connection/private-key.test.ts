import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testFabric } from '../testing/fabric.ts';
import { withSshd } from '../testing/place.ts';
import type { Sshd } from '../testing/sshd.ts';
import { isEncrypted, parsePrivateKey } from './private-key.ts';

let sshd: Sshd;
let dir: string;
withSshd((made) => (sshd = made));
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nexus-keys-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const PASSPHRASE = 'a phrase with ü';
let made = 0;

/** A key as ssh-keygen or openssl writes it, its public half beside it. */
function written(type: string, format: string, passphrase: string): string {
  const file = join(dir, `key-${(made += 1)}`);
  if (format !== 'openssl') {
    const as = format === '' ? [] : ['-m', format];
    const args = ['-q', '-t', type, ...as, '-N', passphrase, '-C', '', '-f', file];
    execFileSync('ssh-keygen', args);
    return file;
  }
  const cipher = passphrase ? ['-aes-256-cbc', '-pass', `pass:${passphrase}`] : [];
  const kind: Record<string, string[]> = {
    rsa: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
    ecdsa: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
    ed25519: ['ED25519'],
  };
  execFileSync('openssl', [
    'genpkey',
    '-quiet',
    '-algorithm',
    ...kind[type]!,
    ...cipher,
    '-out',
    file,
  ]);
  const key = parsePrivateKey(readFileSync(file), passphrase || undefined);
  writeFileSync(`${file}.pub`, `${key!.type} ${key!.getPublicSSH().toString('base64')}\n`);
  return file;
}

const FORMATS = ['rsa', 'ecdsa', 'ed25519'].flatMap((type) =>
  ['', 'PEM', 'PKCS8', 'openssl'].flatMap((format) =>
    ['', PASSPHRASE].map((passphrase) => [type, format, passphrase] as const),
  ),
);

describe('a private key', () => {
  it.each(FORMATS)('logs in, whoever wrote it: %s %s %s', async (type, format, passphrase) => {
    // Bug caught: `ssh` logs in with a key of PKCS#8, and Nexus says it is none that can be used.
    const file = written(type, format, passphrase);
    writeFileSync(join(sshd.dir, 'authorized'), readFileSync(`${file}.pub`), { mode: 0o644 });
    expect(isEncrypted(readFileSync(file))).toBe(passphrase !== '');
    const test = testFabric();
    test.secrets.set('P', passphrase);
    const options = passphrase ? { passphrase_secret: 'P' } : {};
    test.host('a', sshd, { identity: [file], options: { client: 'builtin', ...options } });
    const said = await test.fabric.run('a', 'echo in', { interactive: false });
    expect(said.stdout.toString()).toBe('in\n');
  });

  it('has the public half that ssh-keygen sees in it', () => {
    for (const [type, format] of [
      ['rsa', 'PKCS8'],
      ['ecdsa', 'PKCS8'],
      ['ed25519', ''],
    ] as const) {
      const file = written(type, format, '');
      const [, blob] = execFileSync('ssh-keygen', ['-y', '-f', file]).toString().split(/\s/);
      expect(parsePrivateKey(readFileSync(file))?.getPublicSSH().toString('base64')).toBe(blob);
    }
  });

  it('of PKCS#8 is not opened by a wrong passphrase, nor by none', () => {
    const text = readFileSync(written('ed25519', 'openssl', PASSPHRASE));
    expect(parsePrivateKey(text)).toBeUndefined();
    expect(parsePrivateKey(text, 'wrong')).toBeUndefined();
    expect(parsePrivateKey(text, PASSPHRASE)).toBeDefined();
  });

  it('of a kind that SSH does not have is none', () => {
    const { privateKey } = generateKeyPairSync('x25519');
    const text = privateKey.export({ type: 'pkcs8', format: 'pem' });
    expect(parsePrivateKey(Buffer.from(text))).toBeUndefined();
    const { publicKey } = generateKeyPairSync('ed25519');
    const pub = publicKey.export({ type: 'spki', format: 'pem' });
    expect(parsePrivateKey(Buffer.from(pub))).toBeUndefined();
  });

  it('that is damaged anywhere is read or refused, and nothing is thrown', () => {
    const text = readFileSync(written('ecdsa', 'openssl', ''));
    const damage = fc.tuple(fc.nat(text.length - 1), fc.nat(255), fc.nat(text.length));
    fc.assert(
      fc.property(damage, ([at, byte, end]) => {
        const other = Buffer.from(text);
        other[at] = byte;
        parsePrivateKey(other.subarray(0, end));
        isEncrypted(other.subarray(0, end));
      }),
    );
  });
});
