import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { nexusHere, runningNexus, tempFile, tempFolder } from '../here.testing.ts';

const PASSPHRASE = 'correct horse battery staple';
const nexus = runningNexus();
let recovery: string;
beforeAll(async () => {
  const made = await nexus.client.vault.init({
    passphrase: PASSPHRASE,
    recovery: true,
    keychain: false,
  });
  recovery = made.recovery_key!;
});

const vault = (...args: string[]) => nexus.run('vault', ...args);
const set = (name: string, value: string) => vault('set', name, '--file', tempFile(value));

function newIdentity(): { recipient: string; file: string } {
  const text = execFileSync('age-keygen', { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  return { recipient: /public key: (age1\w+)/.exec(text)![1]!, file: tempFile(text, 'key.txt') };
}

describe('its keys', () => {
  it('status and slots tell the state and what opens it, and no value', async () => {
    const { stdout } = await vault('status');
    expect(stdout).toMatch(/^The vault is unlocked: \d+ secrets, generation \d+, changed /);
    expect(stdout).toMatch(/^\S{22} +passphrase +/m);
    const { slots } = (await vault('slots', '--json')).json;
    expect(slots.map((slot: { kind: string }) => slot.kind)).toEqual(['passphrase', 'recovery']);
  });

  it('slots add recovery takes a recipient of one’s own, and rm takes it away', async () => {
    const key = newIdentity();
    const added = await vault('slots', 'add', 'recovery', '--recipient', key.recipient, '--json');
    expect(added.code).toBe(0);
    expect(added.stdout).not.toContain('AGE-SECRET-KEY');
    const { slots } = (await vault('slots', '--json')).json;
    const mine = slots.find((slot: { label: string }) => slot.label === key.recipient);
    expect((await vault('slots', 'rm', mine.id)).stdout).toBe('✓ The key slot is removed.\n');
  });

  it('restore without a number leaves a vault that is in order alone', async () => {
    // Bug caught: the newest kept generation, an older one, silently took its place.
    const before = await nexus.client.vault.status({});
    const said = await vault('restore', '--passphrase-file', tempFile(PASSPHRASE));
    expect(said.code).toBe(1);
    expect(said.stderr).toContain('[vault.not_damaged]');
    expect((await nexus.client.vault.status({})).generation).toBe(before.generation);
    expect((await nexus.client.vault.list({})).secrets).toHaveLength(before.secrets!);
  });

  it('lock and unlock are those of the running Nexus; locked, every command says what to do', async () => {
    await set('KEPT', 'a value that stays');
    expect((await vault('lock')).stdout).toBe('The vault is locked.\n');
    const wrong = await vault('unlock', '--passphrase-file', tempFile('not this one'));
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('[vault.wrong_passphrase]');
    expect((await vault('unlock', '--passphrase-file', tempFile(`${PASSPHRASE}\n`))).stdout).toBe(
      '✓ The vault is unlocked.\n',
    );
    expect((await vault('get', 'KEPT')).stdout).toBe('a value that stays\n');
  });

  // Each opening costs what a passphrase's guessing costs.
  it('--passphrase-file opens it for each command that needs it open', {
    timeout: 120_000,
  }, async () => {
    // Bug caught: a command that forgets to hand the passphrase on says that the vault is locked.
    await set('OPENED', 'by a file');
    const file = tempFile(`${PASSPHRASE}\n`);
    const out = join(tempFolder(), 'out.age');
    const { recipient } = newIdentity();
    for (const args of [
      ['get', 'OPENED', '--passphrase-file', file],
      ['list', '--passphrase-file', file],
      ['history', 'OPENED', '--passphrase-file', file],
      ['set', 'OPENED', '--file', tempFile('a longer value'), '--passphrase-file', file],
      ['rotate', 'OPENED', '--generate', '--passphrase-file', file],
      ['export', '--recipient', recipient, '--out', out, '--passphrase-file', file],
      ['import', tempFile('MORE=1'), '--passphrase-file', file],
      ['slots', 'add', 'recovery', '--passphrase-file', file],
      ['rm', 'OPENED', '--passphrase-file', file],
    ]) {
      await nexus.client.vault.lock({});
      const said = await vault(...args);
      expect([said.code, said.stderr], args[0]).toEqual([0, '']);
      expect((await nexus.client.vault.status({})).state, args[0]).toBe('unlocked');
    }
    for (const args of [
      ['status', '--passphrase-file', file],
      ['lock', '--passphrase-file', file],
    ])
      expect((await vault(...args)).stdout).toMatch(/^The vault is (unlocked|locked)/);
    expect((await nexus.client.vault.status({})).state).toBe('locked');
    await nexus.client.vault.unlock({ passphrase: PASSPHRASE });
  });

  it('unlock takes the recovery key in a file, and no other one', async () => {
    await nexus.client.vault.lock({});
    const other = await vault('unlock', '--identity', newIdentity().file);
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringMatching(/\[vault\.\w+\]\nhint: /),
    ]);
    const said = await vault('unlock', '--identity', tempFile(`# mine\n${recovery}\n`), '--json');
    expect(said.json).toMatchObject({ state: 'unlocked' });
  });

  it('restore puts an earlier generation back with the recovery key', async () => {
    await set('GONE', 'kept in an earlier generation');
    const { generation } = await nexus.client.vault.status({});
    await vault('rm', 'GONE');
    const file = tempFile(recovery);
    const said = await vault('restore', String(generation), '--identity', file);
    expect(said.stdout).toMatch(/^✓ The vault is in use again, as generation \d+\.\n$/);
    expect((await vault('get', 'GONE')).stdout).toBe('kept in an earlier generation\n');
    const accepted = await vault('restore', '--accept-current', '--identity', file);
    expect(accepted.stderr).toContain('[vault.not_damaged]');
  });

  it.each([
    ['init', '--keychain'],
    ['unlock', '--keychain'],
    ['slots', 'add', 'keychain'],
  ])('%s %s: where there is no keychain, the reason is said', async (...args) => {
    const home = args[0] === 'init' ? tempFolder() : nexus.home;
    const said = await nexusHere(home, 'vault', ...args, '--passphrase-file', tempFile(PASSPHRASE));
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(/^error: .*keychain.*\[vault\.\w+\]\nhint: /);
  });

  it('rotate --master-key seals everything anew, and the passphrase stays', async () => {
    await set('RESEALED', 'the same value');
    const file = tempFile(PASSPHRASE);
    const said = await vault('rotate', '--master-key', '--passphrase-file', file);
    expect(said.stdout).toBe(
      '✓ The vault has a new master key; earlier generations are deleted.\n',
    );
    await nexus.client.vault.lock({});
    expect((await vault('unlock', '--passphrase-file', file)).code).toBe(0);
    expect((await vault('get', 'RESEALED')).stdout).toBe('the same value\n');
    // What the old key opens is not kept.
    expect((await nexus.client.vault.status({})).generations).toEqual([]);
  });

  it('rotate --new-passphrase-file takes the place of the old passphrase', async () => {
    const fresh = tempFile('another good passphrase\n');
    const old = tempFile(PASSPHRASE);
    const args = ['--new-passphrase-file', fresh, '--passphrase-file', old, '--json'];
    expect((await vault('rotate', ...args)).json).toMatchObject({ state: 'unlocked' });
    await nexus.client.vault.lock({});
    expect((await vault('unlock', '--passphrase-file', old)).code).toBe(1);
    expect((await vault('unlock', '--passphrase-file', fresh)).code).toBe(0);
    const back = await vault('rotate', '--new-passphrase-file', old, '--passphrase-file', fresh);
    expect(back.code).toBe(0);
  });

  it('init --no-recovery makes none', async () => {
    const home = tempFolder();
    const file = tempFile(PASSPHRASE);
    const said = await nexusHere(home, 'vault', 'init', '--no-recovery', '--passphrase-file', file);
    expect(said.stdout).toBe('✓ The vault is created.\n');
    const { slots } = (await nexusHere(home, 'vault', 'slots', '--json')).json;
    expect(slots.map((slot: { kind: string }) => slot.kind)).toEqual(['passphrase']);
  });

  it('init does not put a second vault in the place of the first', async () => {
    const said = await vault('init', '--passphrase-file', tempFile(PASSPHRASE));
    expect([said.code, said.stderr.includes('[vault.exists]')]).toEqual([1, true]);
    expect((await vault('get', 'KEPT')).stdout).toBe('a value that stays\n');
  });
});

describe('no vault', () => {
  it.each([
    ['get', 'A'],
    ['list'],
    ['set', 'A'],
    ['unlock'],
    ['rotate', 'A'],
    ['restore'],
    ['history', 'A'],
  ])('%s asks for nothing and says how one is made', async (...args) => {
    // Bug caught: a value is typed twice before anybody says that there is no vault for it.
    const said = await nexusHere(tempFolder(), 'vault', ...args);
    expect(said.stderr).toContain('[vault.none]\nhint: Create one: nexus vault init\n');
    expect(said.code).toBe(1);
  });

  it('has a status all the same', async () => {
    const empty = tempFolder();
    expect((await nexusHere(empty, 'vault', 'status')).stdout).toContain('nexus vault init');
    expect((await nexusHere(empty, 'vault', 'status', '--json')).json).toMatchObject({
      state: 'none',
    });
    expect((await nexusHere(empty, 'vault', 'lock')).stdout).toBe('There is no vault.\n');
  });
});
