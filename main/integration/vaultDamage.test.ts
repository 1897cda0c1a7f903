import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nexus } from './nexus.testing.ts';
import { PASSPHRASE, vaultWith } from './vault.testing.ts';

const env = { NEXUS_VAULT_PASSPHRASE: PASSPHRASE };

async function made(): Promise<{ home: string; file: string; get: () => Promise<string> }> {
  const home = await vaultWith('the first value', 'the second value');
  return {
    home,
    file: join(home, 'vault', 'vault.json'),
    async get() {
      const said = await nexus(['vault', 'get', 'TOKEN'], { home, env });
      return said.code === 0 ? said.stdout : (/\[([a-z_.]+)\]/.exec(said.stderr)?.[1] ?? '');
    },
  };
}

describe('nexus vault on a file that is not as it was', { timeout: 120_000 }, () => {
  it.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    [
      'changed in a bit',
      (bytes: Buffer) => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 4 : byte)),
    ],
  ])(
    'that was %s gives no value and says what to do; the last good one is put back',
    async (_, harm) => {
      // Bug caught: “the vault is locked” over a damaged file, and people who try to unlock it for ever.
      const { home, file, get } = await made();
      writeFileSync(file, harm(readFileSync(file)));
      const said = await nexus(['vault', 'get', 'TOKEN'], { home, env });
      expect(said).toMatchObject({ code: 1, stdout: '' });
      expect(said.stderr).toContain('[vault.damaged]');
      expect(said.stderr).toContain('hint: Put back the last good generation: nexus vault restore');
      const told = await nexus(['vault', 'status'], { home });
      expect(told.stdout).toContain('The vault is not usable');
      expect(told.stdout).toContain('Kept generation 2');
      expect((await nexus(['vault', 'restore'], { home, env })).code).toBe(0);
      expect(await get()).toBe('the first value\n');
    },
  );

  it('that is older is taken only when somebody says so, one that is gone never', async () => {
    const { home, file, get } = await made();
    const old = join(home, 'old.json');
    copyFileSync(file, old);
    await nexus(['vault', 'set', 'TOKEN'], { home, env, input: 'the third value' });
    copyFileSync(old, file);
    expect(await get()).toBe('vault.rolled_back');
    expect((await nexus(['vault', 'restore', '--accept-current'], { home, env })).code).toBe(0);
    expect(await get()).toBe('the second value\n');
    rmSync(file);
    expect(await get()).toBe('vault.missing');
    expect((await nexus(['vault', 'restore', '--accept-current'], { home, env })).stderr).toContain(
      '[vault.missing]',
    );
    expect((await nexus(['vault', 'restore', 'nine'], { home, env })).code).toBe(2);
    expect((await nexus(['vault', 'restore'], { home, env })).code).toBe(0);
  });

  it.each([
    ['vault.write.before', 'the second value\n'],
    ['vault.write.begun', 'the second value\n'],
    ['vault.write.written', 'the second value\n'],
    ['vault.write.synced', 'the second value\n'],
    ['vault.write.renamed', 'the third value\n'],
    ['vault.write.after', 'the third value\n'],
  ])('that a process died at writing (%s) has the one value or the other', async (place, value) => {
    const { home, get } = await made();
    const dead = await nexus(['vault', 'set', 'TOKEN'], {
      home,
      env: { ...env, NEXUS_FAILPOINT: place },
      input: 'the third value',
    });
    expect(dead.code).toBeNull();
    expect(await get()).toBe(value);
    await nexus(['vault', 'set', 'TOKEN'], { home, env, input: 'the fourth value' });
    expect(await get()).toBe('the fourth value\n');
  });
});
