import { describe, expect, it } from 'vitest';
import { newFolder, nexus } from './nexus.testing.ts';
import { nexusOnTerminal } from './terminal.testing.ts';
import { PASSPHRASE, vaultWith } from './vault.testing.ts';

const env = { NEXUS_VAULT_PASSPHRASE: PASSPHRASE };

const made = () => vaultWith('tok_4f9c2b7d1e8a');

describe('nexus vault on a terminal', { timeout: 120_000 }, () => {
  it('asks for the passphrase and the value, and shows nothing of what is typed', async () => {
    // Bug caught: a question that stands before the terminal has stopped showing what is typed.
    const home = await made();
    const set = nexusOnTerminal(home, ['vault', 'set', 'TYPED']);
    await set.answer('Value of TYPED: ', 'a typed value\r');
    await set.answer('Once more: ', 'another one\r');
    await set.answer('These were not the same.', '');
    await set.answer('Value of TYPED: ', 'a typex\u007fd value\r');
    await set.answer('Once more: ', 'rubbish\u0015a typed value\r');
    await set.answer('Passphrase of the vault: ', `${PASSPHRASE}\r`);
    expect(await set.ended).toBe(0);
    for (const typed of ['a typed', 'another one', 'rubbish', PASSPHRASE])
      expect(set.shown()).not.toContain(typed);
    expect((await nexus(['vault', 'get', 'TYPED'], { home, env })).stdout).toBe('a typed value\n');
  });

  it('makes a vault, and prints its recovery key', async () => {
    const home = newFolder('nexus-prompts-');
    const init = nexusOnTerminal(home, ['vault', 'init']);
    await init.answer('Passphrase of the new vault: ', `${PASSPHRASE}\r`);
    await init.answer('Once more: ', `${PASSPHRASE}\r`);
    expect(await init.ended).toBe(0);
    expect(init.shown()).toMatch(/AGE-SECRET-KEY-1[0-9A-Z]{58}/);
    expect(init.shown()).not.toContain(PASSPHRASE);
  });

  it('is given up by Ctrl-C, and nothing was changed', async () => {
    const home = await made();
    const rotate = nexusOnTerminal(home, ['vault', 'rotate', 'TOKEN']);
    await rotate.answer('Value of TOKEN: ', 'half a va\u0003');
    expect(await rotate.ended).toBe(130);
    const history = await nexus(['vault', 'history', 'TOKEN', '--json'], { home, env });
    expect(history.json.versions).toHaveLength(1);
  });

  it('asks for the present passphrase once when it is changed', async () => {
    // Bug caught: the passphrase that was just typed is asked for again to unlock the vault.
    const home = await made();
    const rotate = nexusOnTerminal(home, ['vault', 'rotate', '--passphrase']);
    await rotate.answer('Present passphrase: ', `${PASSPHRASE}\r`);
    await rotate.answer('New passphrase: ', 'a new long one\r');
    await rotate.answer('Once more: ', 'a new long one\r');
    expect(await rotate.ended).toBe(0);
    expect(rotate.shown()).not.toContain('Passphrase of the vault');
    expect((await nexus(['vault', 'get', 'TOKEN'], { home, env })).code).toBe(1);
    const now = { NEXUS_VAULT_PASSPHRASE: 'a new long one' };
    expect((await nexus(['vault', 'get', 'TOKEN'], { home, env: now })).stdout).toBe(
      'tok_4f9c2b7d1e8a\n',
    );
  });

  it('says that the passphrase is wrong', async () => {
    const home = await made();
    const get = nexusOnTerminal(home, ['vault', 'get', 'TOKEN']);
    await get.answer('Passphrase of the vault: ', 'not this one\r');
    expect(await get.ended).toBe(1);
    expect(get.shown()).toContain('[vault.wrong_passphrase]');
    expect(get.shown()).not.toContain('tok_4f9c');
  });
});
