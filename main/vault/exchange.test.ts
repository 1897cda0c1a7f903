import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NexusError } from '#main/base/errors.ts';
import { onTerminal } from '#main/integration/terminal.testing.ts';
import { ageEncrypt, newIdentity } from './age.ts';
import { parseDotenv } from './dotenv.ts';
import type { Vault } from './index.ts';
import { VaultHome } from './vault.testing.ts';

let home: VaultHome;
let vault: Vault;
beforeEach(async () => {
  home = new VaultHome();
  ({ vault } = await home.fresh());
});
afterEach(() => home.remove());

const VALUES: Record<string, string> = {
  PLAIN: 'tok_4f9c2b7d1e8a',
  QUOTES: `it's "quoted" & $HOME \`x\` \\n \\`,
  LINES: '-----BEGIN KEY-----\nMIIEvQ==\n-----END KEY-----\n',
  UNICODE: 'ünïcode → 🔑',
  SPACES: '  leading and trailing # no comment  ',
};
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: NexusError) => error.code,
  );
const file = (name: string) => join(home.home, name);
const importing = (content: string | Uint8Array, more: object = {}) =>
  vault.import({ content: Buffer.from(content), format: 'auto', replace: false, ...more }, 'ann');

describe('a look at a file', () => {
  it('tells what would become of the names, and changes nothing', async () => {
    // Bug caught: the preview of an import is the import.
    await importing('A=the first value');
    const before = await vault.status();
    const told = await importing('A=other\nB=new', { dry_run: true });
    expect(told).toEqual({ added: ['B'], replaced: [], skipped: ['A'] });
    expect(await importing('A=other\nB=new', { dry_run: true, replace: true })).toEqual({
      added: ['B'],
      replaced: ['A'],
      skipped: [],
    });
    expect((await vault.status()).generation).toBe(before.generation);
    expect(all()).toEqual({ A: 'the first value' });
    vault.lock('asked');
    expect(await codeOf(importing('C=x', { dry_run: true }))).toBe('vault.locked');
  });
});

async function filled(): Promise<void> {
  await importing(JSON.stringify(VALUES));
}
function all(): Record<string, string> {
  return Object.fromEntries(vault.list().map(({ name }) => [name, vault.get(name)!]));
}

describe('Debian’s age', () => {
  it.each(['env', 'json'] as const)('opens what is exported as %s', async (format) => {
    await filled();
    const { identity, recipient } = await newIdentity();
    writeFileSync(file('key'), identity);
    for (const armor of [true, false]) {
      const made = await vault.export({ recipients: [recipient], format, armor }, 'ann');
      expect(made.secrets).toBe(5);
      writeFileSync(file('out.age'), made.file);
      const text = execFileSync('age', ['-d', '-i', file('key'), file('out.age')], {
        encoding: 'utf8',
      });
      const read =
        format === 'json' ? (JSON.parse(text) as object) : Object.fromEntries(parseDotenv(text));
      expect(read).toEqual(VALUES);
    }
  });

  it('makes files for an identity that are imported, armored or not', async () => {
    execFileSync('age-keygen', ['-o', file('key')], { stdio: 'ignore' });
    const recipient = execFileSync('age-keygen', ['-y', file('key')], { encoding: 'utf8' }).trim();
    for (const [index, flags] of [[], ['-a']].entries()) {
      const input = JSON.stringify({ [`FROM_AGE_${index}`]: VALUES['QUOTES'] });
      const sealed = execFileSync('age', [...flags, '-r', recipient], { input });
      expect(await importing(sealed, { identity: readFileSync(file('key'), 'utf8') })).toEqual({
        added: [`FROM_AGE_${index}`],
        replaced: [],
        skipped: [],
      });
      expect(vault.get(`FROM_AGE_${index}`)).toBe(VALUES['QUOTES']);
      expect(await codeOf(importing(sealed))).toBe('vault.import_invalid');
      const { identity } = await newIdentity();
      expect(await codeOf(importing(sealed, { identity }))).toBe('vault.import_invalid');
      const cut = sealed.subarray(0, sealed.length - 5);
      expect(await codeOf(importing(cut, { identity: readFileSync(file('key'), 'utf8') }))).toBe(
        'vault.import_invalid',
      );
    }
  });

  it('makes files with a passphrase that are imported', async () => {
    // age asks for it on a terminal only.
    writeFileSync(file('plain'), 'FROM_AGE=a value from afar\n');
    const age = onTerminal('age', ['-p', '-o', file('out.age'), file('plain')]);
    await age.answer('Enter passphrase', 'pass phrase one\r');
    await age.answer('Confirm passphrase', 'pass phrase one\r');
    expect(await age.ended).toBe(0);
    const sealed = readFileSync(file('out.age'));
    expect(await codeOf(importing(sealed, { passphrase: 'another one' }))).toBe(
      'vault.import_invalid',
    );
    await importing(sealed, { passphrase: 'pass phrase one' });
    expect(vault.get('FROM_AGE')).toBe('a value from afar');
  });
});

describe('an export', () => {
  it('is for recipients that are such, and of secrets that are there', async () => {
    await filled();
    const { recipient } = await newIdentity();
    const ask = (more: object) =>
      codeOf(
        vault.export({ recipients: [recipient], format: 'env', armor: false, ...more }, 'ann'),
      );
    expect(await ask({ recipients: ['age1nonsense'] })).toBe('vault.recipient_invalid');
    expect(await ask({ recipients: ['ssh-ed25519 AAAA'] })).toBe('vault.recipient_invalid');
    expect(await ask({ names: ['NOT'] })).toBe('vault.not_found');
    expect(await ask({ names: ['PLAIN'] })).toBe('accepted');
    vault.lock('asked');
    expect(await ask({})).toBe('vault.locked');
  });

  it('mixes no post-quantum recipient with another', async () => {
    const { generateHybridIdentity, identityToRecipient } = await import('age-encryption');
    const hybrid = await identityToRecipient(await generateHybridIdentity());
    const { recipient } = await newIdentity();
    expect(await codeOf(ageEncrypt('x', [hybrid, recipient]))).toBe('vault.recipient_invalid');
    expect(await codeOf(ageEncrypt('x', [hybrid]))).toBe('accepted');
  });
});

describe('an import', () => {
  it('takes all or nothing, and replaces only when asked to', async () => {
    await filled();
    expect(await codeOf(importing('GOOD=a good value\nBAD LINE\n'))).toBe('vault.import_invalid');
    expect(await codeOf(importing('{"GOOD": "a good value", "not-a-name": "x"}'))).toBe(
      'vault.name_invalid',
    );
    expect(all()).toEqual(VALUES);
    expect(await importing('PLAIN=another value\nNEW=a new value')).toEqual({
      added: ['NEW'],
      replaced: [],
      skipped: ['PLAIN'],
    });
    expect(vault.get('PLAIN')).toBe(VALUES['PLAIN']);
    expect((await importing('PLAIN=another value', { replace: true })).replaced).toEqual(['PLAIN']);
    expect(vault.history('PLAIN')).toHaveLength(2);
  });

  it('reads the recovery copy of another vault', async () => {
    await filled();
    const other = new VaultHome();
    const { vault: second, recovery } = await other.fresh();
    await second.set({ name: 'SAVED', value: 'a saved value', description: 'of the old' }, 'ann');
    const copy = readFileSync(join(other.folder, 'recovery.age'));
    expect((await importing(copy, { identity: recovery })).added).toEqual(['SAVED']);
    expect(vault.list().find(({ name }) => name === 'SAVED')?.description).toBe('of the old');
    other.remove();
  });

  it('says what is wrong without quoting it', async () => {
    for (const content of [
      '{"A": hunter2hunter2}',
      '{"A": [1, "hunter2hunter2"]}',
      "A='hunter2hunter2",
      'hunter2hunter2',
    ])
      await importing(content).then(
        () => expect.fail('accepted'),
        (error: NexusError) => {
          expect(error.code).toBe('vault.import_invalid');
          expect(JSON.stringify(error.toShape())).not.toContain('hunter2');
        },
      );
  });
});

describe('a hostile file', () => {
  it.each([
    ['bytes of Latin-1, which would become other ones', Buffer.from('A=passw\xf6rd', 'latin1')],
    ['UTF-16, as some shells write it', Buffer.from('\ufeffA=value-of-a', 'utf16le')],
    ['a number whose digits are rounded', '{"A": 12345678901234567890}'],
    ['a number that is written in another way', '{"A": 1.10}'],
    ['a number beyond all bounds', '{"A": 1e999}'],
    ['a list', '["A=value"]'],
    ['null', '{"A": null}'],
    ['nested a hundred thousand deep', `{"A": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['an endless quote', `A="${'x'.repeat(1_000_000)}`],
    ['a long line that is no pair', 'x'.repeat(4_000_000)],
    ['NUL in a name', 'A\0B=value-of-a'],
    ['one good line and a bad one', 'GOOD=value-of-good\n=nothing'],
    ['a value beyond the limit', `A=${'x'.repeat(64 * 1024 + 1)}`],
  ])('of %s changes nothing, and is said to be what it is', async (_, content) => {
    const before = await vault.status();
    expect(await codeOf(importing(content))).toMatch(
      /^vault\.(import_invalid|name_invalid|too_large_invalid)$/,
    );
    expect((await vault.status()).generation).toBe(before.generation);
  });

  it('with the mark of Windows’ editors and its line ends is read', async () => {
    // Bug caught: “line 1 is not of the form NAME=value” over a line that is.
    await importing('\ufeffA=value-of-a\r\nB="two\r\nlines"\r\n');
    await importing('\ufeff{"C": "value-of-c"}');
    expect(all()).toEqual({ A: 'value-of-a', B: 'two\r\nlines', C: 'value-of-c' });
  });

  it('may name a secret as JavaScript names its own', async () => {
    // Bug caught: a name that a library takes for the prototype is left out without a word.
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const text = `{${names.map((name) => `"${name}": "the value of ${name}"`).join(',')}}`;
    expect((await importing(text)).added).toEqual(names);
    for (const name of names) expect(vault.get(name)).toBe(`the value of ${name}`);
    const { identity, recipient } = await newIdentity();
    for (const format of ['json', 'env'] as const) {
      const request = { recipients: [recipient], format, armor: false };
      const { file: exported } = await vault.export(request, 'ann');
      const again = await importing(exported, { identity, dry_run: true });
      expect(again.skipped.toSorted()).toEqual(names.toSorted());
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes the last of two values of one name, as every reader of such files does', async () => {
    await importing('A=first-value\nA=last-value');
    await importing('{"B": "first-value", "B": "last-value"}');
    expect(all()).toEqual({ A: 'last-value', B: 'last-value' });
  });
});
