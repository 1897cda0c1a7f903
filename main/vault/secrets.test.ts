import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NexusError } from '#main/base/errors.ts';
import type { Vault } from './index.ts';
import { VaultHome } from './vault.testing.ts';

let home: VaultHome;
let vault: Vault;
beforeEach(async () => {
  home = new VaultHome();
  ({ vault } = await home.fresh());
});
afterEach(() => home.remove());
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: NexusError) => error.code,
  );
const DAY = 86_400_000;

describe('a secret', () => {
  it('keeps its earlier versions, the newest twenty, and can go back to one', async () => {
    await vault.set({ name: 'A', value: 'value number 0' }, 'ann');
    for (let i = 1; i <= 24; i += 1)
      await vault.rotate({ name: 'A', value: `value number ${i}` }, 'bob');
    const history = vault.history('A');
    expect(history).toHaveLength(20);
    expect(history[0]).toMatchObject({ version: 25, current: true, created_by: 'bob' });
    expect(vault.value('A', 10, 'ann').value).toBe('value number 9');
    await vault.rotate({ name: 'A', version: 10 }, 'ann');
    expect(vault.get('A')).toBe('value number 9');
    expect(await codeOf(vault.rotate({ name: 'A', version: 3 }, 'ann'))).toBe(
      'vault.version_not_found',
    );
    expect(await codeOf(vault.rotate({ name: 'NOT', value: 'anything else' }, 'ann'))).toBe(
      'vault.not_found',
    );
  });

  it('that is made by chance is long, and never the same twice', async () => {
    await vault.set({ name: 'A', value: 'value number 0' }, 'ann');
    const seen = new Set<string>();
    for (let i = 0; i < 5; i += 1) {
      await vault.rotate({ name: 'A', generate: 40 }, 'ann');
      seen.add(vault.get('A')!);
    }
    expect(seen.size).toBe(5);
    for (const value of seen) expect(value).toMatch(/^[A-Za-z0-9]{40}$/);
  });

  it('is hidden from the moment it is set, in all its versions, and after the next unlock', async () => {
    await vault.set({ name: 'A', value: 'the first value' }, 'ann');
    await vault.rotate({ name: 'A', value: 'the second value' }, 'ann');
    const other = await home.vault();
    await other.unlock({ passphrase: 'correct horse battery' });
    expect(home.redactor.redactText('the first value, the second value')).toBe('***, ***');
    expect((await vault.set({ name: 'PIN', value: '1234' }, 'ann')).warning).toContain(
      'shorter than 6',
    );
  });

  it('is described, renamed, and removed with everything that is known of it', async () => {
    await vault.set(
      { name: 'A', value: 'the first value', tags: ['x'], description: 'old' },
      'ann',
    );
    await vault.set({ name: 'B', value: 'the other value' }, 'ann');
    const info = await vault.describe({ name: 'A', rename: 'C', description: 'new' });
    expect(info).toMatchObject({ name: 'C', description: 'new', tags: ['x'], version: 1 });
    expect(vault.get('A')).toBeUndefined();
    expect(vault.get('C')).toBe('the first value');
    expect(await codeOf(vault.describe({ name: 'C', rename: 'B' }))).toBe('vault.name_exists');
    expect(await codeOf(vault.describe({ name: 'C', rename: '1x' }))).toBe('vault.name_invalid');
    expect(await vault.remove('C')).toBe(true);
    expect(await vault.remove('C')).toBe(false);
    expect(vault.list().map(({ name }) => name)).toEqual(['B']);
  });

  it('grows old by its policy: first it is about to, then it is', async () => {
    const rotation = { max_age_days: 90, warn_days: 14 };
    await vault.set({ name: 'A', value: 'the first value', rotation }, 'ann');
    const state = () => vault.list()[0]!.state;
    expect(state()).toBe('ok');
    home.clock.advance(76 * DAY);
    expect(state()).toBe('expiring');
    home.clock.advance(14 * DAY);
    expect(state()).toBe('expired');
    await vault.rotate({ name: 'A', value: 'the second value' }, 'ann');
    expect(state()).toBe('ok');
    expect(vault.list()[0]!.rotation).toEqual(rotation);
    await vault.describe({ name: 'A', rotation: null });
    home.clock.advance(1000 * DAY);
    expect(vault.list()[0]).not.toHaveProperty('expires_at');
  });

  it('tells who used it last, and the audit log names it once per run', async () => {
    await vault.set({ name: 'A', value: 'the first value' }, 'ann');
    for (let i = 0; i < 3; i += 1) vault.used('A', 'workflow:backup', { run: 'run_1' });
    vault.used('A', 'workflow:backup', { run: 'run_2' });
    vault.used('NOT_OF_THE_VAULT', 'workflow:backup', { run: 'run_2' });
    expect(vault.list()[0]).toMatchObject({ uses: 4, last_used_by: 'workflow:backup' });
    expect(home.audit.map(({ actor, action, details }) => ({ actor, action, details }))).toEqual([
      { actor: 'workflow:backup', action: 'vault.use', details: { name: 'A', run: 'run_1' } },
      { actor: 'workflow:backup', action: 'vault.use', details: { name: 'A', run: 'run_2' } },
    ]);
    vault.value('A', undefined, 'ann');
    expect(vault.list()[0]).toMatchObject({ uses: 5, last_used_by: 'ann' });
  });

  it('has bounds: a value that is too large, a name that is none', async () => {
    expect(await codeOf(vault.set({ name: 'A', value: 'x'.repeat(65_537) }, 'ann'))).toBe(
      'vault.too_large_invalid',
    );
    for (const name of ['', '1a', 'a-b', 'a b', '../x', 'x'.repeat(129), 'ü'])
      expect(await codeOf(vault.set({ name, value: 'the first value' }, 'ann'))).toBe(
        'vault.name_invalid',
      );
  });
});
