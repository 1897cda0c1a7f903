import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NexusError } from '#main/base/errors.ts';
import type { Keychain } from './keychain.ts';
import { PASSPHRASE, VaultHome } from './vault.testing.ts';

let home: VaultHome;
beforeEach(() => {
  home = new VaultHome();
});
afterEach(() => home.remove());
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: NexusError) => error.code,
  );

/** A keychain that keeps one key, as a system's does; `gone` as after a reinstall. */
class TestKeychain implements Keychain {
  gone = false;
  available = true;
  status() {
    return Promise.resolve(
      this.available
        ? { available: true as const, name: 'test' }
        : { available: false as const, reason: 'there is none' },
    );
  }
  encrypt(text: string) {
    return Promise.resolve(Buffer.from(text).map((byte) => byte ^ 0x5a));
  }
  decrypt(bytes: Uint8Array) {
    if (this.gone) return Promise.reject(new Error('the key is not there'));
    return Promise.resolve(Buffer.from(bytes.map((byte) => byte ^ 0x5a)).toString());
  }
}

describe('the passphrase', () => {
  it('must be right, and long enough to begin with', async () => {
    const { vault } = await home.fresh();
    vault.lock('asked');
    expect(await codeOf(vault.unlock({ passphrase: 'correct horse batterx' }))).toBe(
      'vault.wrong_passphrase',
    );
    expect(vault.unlocked).toBe(false);
    const other = new VaultHome();
    const empty = await other.vault();
    expect(
      await codeOf(empty.init({ passphrase: 'short', recovery: false, keychain: false })),
    ).toBe('vault.passphrase_invalid');
    expect(await codeOf(empty.unlock({ passphrase: PASSPHRASE }))).toBe('vault.none');
    other.remove();
  });

  it('of an open vault is still checked', async () => {
    // Bug caught: “unlock” with any passphrase that says yes because somebody else had unlocked it.
    const { vault } = await home.fresh();
    expect(await codeOf(vault.unlock({ passphrase: 'correct horse batterx' }))).toBe(
      'vault.wrong_passphrase',
    );
    expect(vault.unlocked).toBe(true);
  });

  it('can be changed, and the old one then opens nothing, no earlier generation either', async () => {
    const { vault, recovery } = await home.fresh();
    await vault.set({ name: 'A', value: 'value of A here' }, 'owner');
    expect(
      await codeOf(
        vault.rekey({
          passphrase: 'a wrong one',
          new_passphrase: 'another long one',
          master_key: false,
        }),
      ),
    ).toBe('vault.wrong_passphrase');
    await vault.rekey({
      passphrase: PASSPHRASE,
      new_passphrase: 'another long one',
      master_key: true,
    });
    expect(vault.get('A')).toBe('value of A here');
    vault.lock('asked');
    expect(await codeOf(vault.unlock({ passphrase: PASSPHRASE }))).toBe('vault.wrong_passphrase');
    expect(await codeOf(vault.restore({ passphrase: PASSPHRASE, accept_current: false }))).toBe(
      'vault.generation_not_found',
    );
    await vault.unlock({ identity: recovery });
    expect(vault.get('A')).toBe('value of A here');
  });
});

describe('the recovery key', () => {
  it('opens the vault, and without Nexus its copy with Debian’s age', async () => {
    const { vault, recovery } = await home.fresh();
    await vault.set(
      { name: 'A', value: 'line one\nline "two" ünï', description: 'what for' },
      'owner',
    );
    await vault.rotate({ name: 'A', value: 'a newer value' }, 'owner');
    vault.lock('asked');
    await vault.unlock({ identity: `# a comment\n${recovery}\n` });
    expect(vault.get('A')).toBe('a newer value');
    const key = join(home.home, 'key.txt');
    writeFileSync(key, `${recovery}\n`);
    const { status, stdout, stderr } = spawnSync(
      'age',
      ['-d', '-i', key, join(home.folder, 'recovery.age')],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      secrets: [
        {
          name: 'A',
          value: 'a newer value',
          description: 'what for',
          history: [{ version: 1, value: 'line one\nline "two" ünï' }],
        },
      ],
    });
    expect(readFileSync(home.file, 'utf8')).not.toContain(recovery);
  });

  it('of another vault opens nothing, and neither does nonsense', async () => {
    const { vault } = await home.fresh();
    const elsewhere = new VaultHome();
    const { recovery: foreign } = await elsewhere.fresh();
    vault.lock('asked');
    for (const identity of [foreign, 'AGE-SECRET-KEY-1NONSENSE', '', 'x'.repeat(9000)])
      expect(await codeOf(vault.unlock({ identity }))).toBe('vault.wrong_identity');
    elsewhere.remove();
  });
});

describe('the system’s keychain', () => {
  it('opens the vault as long as it has the key', async () => {
    const keychain = new TestKeychain();
    const { vault } = await home.fresh({ keychain });
    expect(await codeOf(vault.unlock({ keychain: true }))).toBe('vault.slot_missing');
    await vault.addSlot({ kind: 'keychain' });
    await vault.addSlot({ kind: 'keychain' });
    expect((await vault.status()).slots.map(({ kind }) => kind)).toEqual([
      'passphrase',
      'recovery',
      'keychain',
    ]);
    vault.lock('asked');
    await vault.unlock({ keychain: true });
    vault.lock('asked');
    keychain.gone = true;
    expect(await codeOf(vault.unlock({ keychain: true }))).toBe('vault.keychain_unavailable');
    keychain.available = false;
    expect(await codeOf(vault.unlock({ keychain: true }))).toBe('vault.keychain_unavailable');
    await vault.unlock({ passphrase: PASSPHRASE });
  });

  it('alone is no way in: it is gone with the machine', async () => {
    const { vault } = await home.fresh({ keychain: new TestKeychain() });
    await vault.addSlot({ kind: 'keychain' });
    const { slots } = await vault.status();
    await vault.removeSlot(slots[0]!.id);
    expect(await codeOf(vault.removeSlot(slots[1]!.id))).toBe('vault.slot_last');
    expect(await codeOf(vault.removeSlot('nothing'))).toBe('vault.slot_missing');
  });
});

describe('locking by itself', () => {
  it('happens after so many minutes without use, and a use puts it off', async () => {
    home.idleMinutes = 10;
    const { vault } = await home.fresh();
    await vault.set({ name: 'A', value: 'value of A here' }, 'owner');
    const heard: string[] = [];
    vault.on('locked', ({ reason }) => heard.push(reason));
    home.clock.advance(9 * 60_000);
    expect(vault.get('A')).toBe('value of A here');
    home.clock.advance(9 * 60_000);
    expect(vault.unlocked).toBe(true);
    home.clock.advance(2 * 60_000);
    expect(vault.unlocked).toBe(false);
    expect(heard).toEqual(['idle']);
  });

  it('does not happen on a server that was given the key, until somebody has locked it', async () => {
    // Bug caught: the nightly backup that waits for a person because the evening was quiet.
    home.idleMinutes = 10;
    await home.fresh();
    const vault = await home.vault();
    vault.unattended = true;
    await vault.unlock({ passphrase: PASSPHRASE });
    home.clock.advance(86_400_000);
    expect(vault.unlocked).toBe(true);
    vault.lock('asked');
    await vault.unlock({ passphrase: PASSPHRASE });
    home.clock.advance(11 * 60_000);
    expect(vault.unlocked).toBe(false);
  });

  it('happens when the person leaves, where the settings say so and somebody was there', async () => {
    // Bug caught: a laptop that sleeps with its vault open; or a server that forgets its key by night.
    const { vault } = await home.fresh();
    const heard: string[] = [];
    vault.on('locked', ({ reason }) => heard.push(reason));
    for (const why of ['sleep', 'screen'] as const) {
      vault.personLeft(why);
      await vault.unlock({ passphrase: PASSPHRASE });
    }
    expect(heard).toEqual(['sleep', 'screen']);
    vault.unattended = true;
    vault.personLeft('sleep');
    vault.unattended = false;
    home.locksWithScreen = false;
    vault.personLeft('screen');
    expect(heard).toHaveLength(2);
  });

  it('does not happen where it is switched off', async () => {
    const { vault } = await home.fresh();
    home.clock.advance(365 * 86_400_000);
    expect(vault.unlocked).toBe(true);
    expect((await vault.status()).locks_at).toBeUndefined();
  });
});
