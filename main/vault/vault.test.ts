import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFileSync, statSync } from 'node:fs';
import { PASSPHRASE, VaultHome } from './vault.testing.ts';

let home: VaultHome;
beforeEach(() => {
  home = new VaultHome();
});
afterEach(() => home.remove());

describe('a vault', () => {
  it('gives back what was put in, in another process too, and only while it is unlocked', async () => {
    const { vault } = await home.fresh();
    await vault.set({ name: 'TOKEN', value: 'a value of some length' }, 'owner');
    expect(vault.get('TOKEN')).toBe('a value of some length');
    const other = await home.vault();
    expect(() => other.get('TOKEN')).toThrow(expect.objectContaining({ code: 'vault.locked' }));
    await other.unlock({ passphrase: PASSPHRASE });
    expect(other.get('TOKEN')).toBe('a value of some length');
    expect(other.get('OTHER')).toBeUndefined();
    other.lock('asked');
    expect(() => other.get('TOKEN')).toThrow(expect.objectContaining({ code: 'vault.locked' }));
  });

  it('has neither a name nor a value nor a description in the clear, and is for its owner alone', async () => {
    const { vault } = await home.fresh();
    const given = { name: 'VERY_SECRET_NAME', value: 'hunter2hunter2', description: 'of the bank' };
    await vault.set({ ...given, tags: ['finance'] }, 'owner');
    const text = readFileSync(home.file, 'latin1');
    expect(text).not.toMatch(/VERY_SECRET|hunter2|bank|finance|owner/);
    expect(statSync(home.file).mode & 0o777).toBe(0o600);
    expect(statSync(home.folder).mode & 0o777).toBe(0o700);
  });
});
