import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import type { NexusError } from '#main/base/errors.ts';
import type { Vault } from './index.ts';
import type { Keychain } from './keychain.ts';
import { PASSPHRASE, VaultHome } from './vault.testing.ts';

const NEXT = 'another passphrase';
const VALUE = 'the value of A';

/** A keychain at whose door the screen is locked, once a test wants it: systems ask a person there. */
class LockingKeychain implements Keychain {
  vault: Vault | undefined;
  status = async () => ({ available: true as const, name: 'test' });
  encrypt = async (text: string) => {
    this.vault?.lock('screen');
    return Buffer.from(text);
  };
  decrypt = async (bytes: Uint8Array) => {
    this.vault?.lock('screen');
    return Buffer.from(bytes).toString();
  };
}

let home: VaultHome;
let vault: Vault;
let keychain: LockingKeychain;
let recovery: string;
/** Called when the redactor is told a value, which a change does again once it is written. */
let onConceal: () => void;
beforeEach(async () => {
  home = new VaultHome();
  keychain = new LockingKeychain();
  onConceal = () => undefined;
  const conceal = (value: string) => {
    onConceal();
    return home.redactor.add(value);
  };
  ({ vault, recovery } = await home.fresh({ keychain, conceal }));
  await vault.set({ name: 'A', value: VALUE }, 'ann');
});
afterEach(() => home.remove());

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: NexusError) => error.code,
  );

/** The vault as another process finds it, with what opens it. */
async function reopened(key: Parameters<Vault['unlock']>[0]): Promise<Vault> {
  const other = await home.vault();
  await other.unlock(key);
  return other;
}

describe('a vault that is locked in the middle of a change', () => {
  it('is not written with the wiped key while a keychain asks its person', async () => {
    // Bug caught: everything sealed under a master key of zeros, and no key opens the file again.
    keychain.vault = vault;
    expect(await codeOf(vault.addSlot({ kind: 'keychain' }))).toBe('vault.locked');
    expect(vault.unlocked).toBe(false);
    for (const key of [{ passphrase: PASSPHRASE }, { identity: recovery }])
      expect((await reopened(key)).get('A')).toBe(VALUE);
  });

  it('keeps its keys when they were about to be replaced', async () => {
    await vault.addSlot({ kind: 'keychain' });
    keychain.vault = vault;
    const rekey = vault.rekey({ passphrase: PASSPHRASE, new_passphrase: NEXT, master_key: true });
    expect(await codeOf(rekey)).toBe('vault.locked');
    expect((await reopened({ passphrase: PASSPHRASE })).get('A')).toBe(VALUE);
  });

  it('opens with the old passphrase or with the new one, whenever it was locked', async () => {
    for (const wait of [0, 40, 120]) {
      const change = { passphrase: PASSPHRASE, new_passphrase: NEXT, master_key: false };
      const rekey = codeOf(vault.rekey(change));
      await pause(wait);
      vault.lock('screen');
      const said = await rekey;
      expect(vault.unlocked).toBe(false);
      const passphrase = said === 'done' ? NEXT : PASSPHRASE;
      expect((await reopened({ passphrase })).get('A')).toBe(VALUE);
      await vault.unlock({ passphrase });
      if (said === 'done')
        await vault.rekey({ ...change, passphrase: NEXT, new_passphrase: PASSPHRASE });
    }
  });

  it('stays locked when the change is written, and the change is told as done', async () => {
    // Bug caught: the vault is open again behind a locked screen, and nothing locks it any more.
    let told = 0;
    onConceal = () => {
      told += 1;
      if (told === 2) vault.lock('screen');
    };
    const { secret } = await vault.set({ name: 'B', value: 'the value of B' }, 'ann');
    expect(secret).toMatchObject({ name: 'B', version: 1 });
    expect(vault.unlocked).toBe(false);
    expect(vault.names()).toEqual(['A', 'B']);
    expect((await reopened({ passphrase: PASSPHRASE })).get('B')).toBe('the value of B');
  });
});

describe('a vault that is locked while it is being opened', () => {
  it('stays locked: whoever locks the screen comes after whoever typed the passphrase', async () => {
    await vault.addSlot({ kind: 'keychain' });
    vault.lock('asked');
    keychain.vault = vault;
    expect(await codeOf(vault.unlock({ keychain: true }))).toBe('vault.locked');
    expect(vault.unlocked).toBe(false);
    keychain.vault = undefined;
    await vault.unlock({ keychain: true });
    expect(vault.get('A')).toBe(VALUE);
  });

  it('for the first time still gives its recovery key, which is shown only then', async () => {
    const empty = new VaultHome();
    const fresh = await empty.vault({ keychain });
    keychain.vault = fresh;
    const key = await fresh.init({ passphrase: PASSPHRASE, recovery: true, keychain: true });
    expect(key).toMatch(/^AGE-SECRET-KEY-1/);
    expect(fresh.unlocked).toBe(false);
    keychain.vault = undefined;
    await fresh.unlock({ identity: key! });
    expect(fresh.unlocked).toBe(true);
    empty.remove();
  });

  it('by a restore is left as it is', async () => {
    await vault.addSlot({ kind: 'keychain' });
    const { generation } = await vault.status();
    await vault.set({ name: 'A', value: 'a later value of A' }, 'ann');
    keychain.vault = vault;
    const restore = { keychain: true, generation: generation!, accept_current: false };
    expect(await codeOf(vault.restore(restore))).toBe('vault.locked');
    expect(vault.unlocked).toBe(false);
    expect((await reopened({ passphrase: PASSPHRASE })).get('A')).toBe('a later value of A');
  });
});
