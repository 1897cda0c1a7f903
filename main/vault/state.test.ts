import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NexusError } from '#main/base/errors.ts';
import type { VaultStatus } from '#contract/vault.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { decodeDocument } from './document.ts';
import { type Vault, vaultMigrations } from './index.ts';
import { KnownVault } from './known.ts';
import { PASSPHRASE, VaultHome } from './vault.testing.ts';

let home: VaultHome;
let vault: Vault;
beforeEach(async () => {
  home = new VaultHome();
  ({ vault } = await home.fresh());
  await vault.set({ name: 'A', value: 'first value of A' }, 'ann');
});
afterEach(() => home.remove());
const code = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as NexusError).code;
  }
  return 'accepted';
};
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: NexusError) => error.code,
  );

describe('a vault that cannot be used', () => {
  it('says to people what is wrong, and to a step that it is locked', async () => {
    // Bug caught: “the vault is locked, unlock it” over a damaged file, and nobody can.
    writeFileSync(home.file, readFileSync(home.file).subarray(0, 300));
    const other = await home.vault();
    expect(code(() => other.list())).toBe('vault.damaged');
    expect(code(() => other.value('A', undefined, 'ann'))).toBe('vault.damaged');
    expect(await codeOf(other.set({ name: 'B', value: 'a value of B' }, 'ann'))).toBe(
      'vault.damaged',
    );
    expect(code(() => other.get('A'))).toBe('vault.locked');
  });

  it('is looked at anew: a file that was put right opens without a restart', async () => {
    const good = readFileSync(home.file);
    writeFileSync(home.file, good.subarray(0, 300));
    const other = await home.vault();
    expect((await other.status()).state).toBe('problem');
    writeFileSync(home.file, good);
    expect((await other.status()).state).toBe('locked');
    await other.unlock({ passphrase: PASSPHRASE });
    expect(other.get('A')).toBe('first value of A');
  });

  it('while it is open goes on giving what it has, and writes nothing over it', async () => {
    // Bug caught: a change of a secret that buries the file somebody has just put there.
    const foreign = join(home.home, 'foreign');
    writeFileSync(foreign, 'something else');
    copyFileSync(foreign, home.file);
    expect(vault.get('A')).toBe('first value of A');
    expect(await codeOf(vault.set({ name: 'B', value: 'a value of B' }, 'ann'))).toBe(
      'vault.damaged',
    );
    expect(readFileSync(home.file, 'utf8')).toBe('something else');
    expect(vault.get('B')).toBeUndefined();
  });
});

describe('what is written', () => {
  it('survives a death between the file and the database: the newer file is no forgery', async () => {
    const db = openDatabase(':memory:');
    migrate(db, [vaultMigrations]);
    const known = new KnownVault(db);
    const { vault: id, generation, mac } = decodeDocument(readFileSync(home.file));
    known.put({ vault: id, generation, mac });
    await vault.set({ name: 'B', value: 'a value of B' }, 'ann');
    const other = await home.vault({ db });
    await other.unlock({ passphrase: PASSPHRASE });
    expect(other.get('B')).toBe('a value of B');
    expect(known.get()?.generation).toBe(generation + 1);
    other.close();
    db.close();
  });

  it('counts on from the highest number that was ever used', async () => {
    const { generation } = await vault.status();
    await vault.remove('A');
    await vault.set({ name: 'A', value: 'another value' }, 'ann');
    expect((await vault.status()).generation).toBe(generation! + 2);
    const kept = (await vault.status()).generations.map((one) => one.generation);
    expect(kept).toEqual([generation! + 1, generation!, generation! - 1]);
  });

  it('loses nothing when the disk refuses: the old value is still there, and the next try works', async () => {
    const generations = join(home.folder, 'generations');
    rmSync(generations, { recursive: true });
    writeFileSync(generations, 'in the way');
    expect(await codeOf(vault.rotate({ name: 'A', value: 'second value' }, 'ann'))).toBe(
      'vault.unavailable',
    );
    expect(vault.get('A')).toBe('first value of A');
    rmSync(generations);
    await vault.rotate({ name: 'A', value: 'second value' }, 'ann');
    expect(vault.get('A')).toBe('second value');
  });

  it('is no failure where only the recovery copy cannot be written', async () => {
    rmSync(join(home.folder, 'recovery.age'));
    mkdirSync(join(home.folder, 'recovery.age', 'in the way'), { recursive: true });
    await vault.rotate({ name: 'A', value: 'second value' }, 'ann');
    expect(vault.get('A')).toBe('second value');
  });

  it('of a removed secret is not given any more, and its uses are forgotten', async () => {
    vault.used('A', 'workflow:w', { run: 'run_1' });
    await vault.remove('A');
    expect(vault.get('A')).toBeUndefined();
    await vault.set({ name: 'A', value: 'another value' }, 'ann');
    expect(vault.list()[0]).toMatchObject({ uses: 0, version: 1 });
  });
});

describe('who listens', () => {
  it('hears of unlocking, locking and every change, after it has happened', async () => {
    const heard: string[] = [];
    vault.on('unlocked', () => heard.push(`unlocked ${vault.unlocked}`));
    vault.on('locked', ({ reason }) => heard.push(`locked ${reason} ${!vault.unlocked}`));
    vault.lock('screen');
    vault.lock('sleep');
    await vault.unlock({ passphrase: PASSPHRASE });
    await vault.unlock({ passphrase: PASSPHRASE });
    expect(heard).toEqual(['locked screen true', 'unlocked true']);
  });

  it('as a stream gets the status now and after each change, and nothing when it has left', async () => {
    const leaving = new AbortController();
    const seen: VaultStatus['state'][] = [];
    const watching = (async () => {
      for await (const status of vault.watch(leaving.signal)) {
        seen.push(status.state);
        if (seen.length === 1) vault.lock('asked');
        if (seen.length === 2) await vault.unlock({ passphrase: PASSPHRASE });
        if (seen.length === 3) leaving.abort();
      }
    })();
    await watching;
    expect(seen).toEqual(['unlocked', 'locked', 'unlocked']);
    vault.lock('asked');
    expect(seen).toHaveLength(3);
  });

  it('is told what waits, as whoever runs the steps knows it', async () => {
    const step = { run: 'run_1', workflow: 'w', step: 's', since: '2026-01-01T00:00:00.000Z' };
    vault.paused = () => [step];
    vault.lock('asked');
    expect(await vault.status()).toMatchObject({ state: 'locked', paused: [step] });
  });
});

describe('names', () => {
  it('are known of a locked vault that was open, so that only who needs it waits', async () => {
    vault.lock('asked');
    expect(vault.names()).toEqual(['A']);
    expect(code(() => vault.get('A'))).toBe('vault.locked');
    expect(vault.get('NEVER_THERE')).toBeUndefined();
  });

  it('of one that was not open yet may be any', async () => {
    const other = await home.vault();
    expect(other.names()).toEqual([]);
    expect(code(() => other.get('NEVER_THERE'))).toBe('vault.locked');
  });

  it('are none where there is no vault, and nobody waits', async () => {
    const empty = new VaultHome();
    const none = await empty.vault();
    expect(none.exists).toBe(false);
    expect(none.get('A')).toBeUndefined();
    expect(code(() => none.list())).toBe('vault.none');
    expect((await none.status()).state).toBe('none');
    empty.remove();
  });
});
