import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { VaultStatus } from '#contract/vault.ts';
import { closeWindow, Feed, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { answering, openVault, secret, vaultStatus } from './vault.testing.ts';

beforeAll(setupWindow);
afterEach(closeWindow);

const PASSPHRASE = 'correct horse battery';
const button = (name: string) => screen.findByRole('button', { name });
const field = (name: string) => screen.findByLabelText(name);
const refusing = (code: string, message: string) => () => {
  throw new ORPCError('BAD_REQUEST', { message, data: { code, message, hint: 'Try again.' } });
};

describe('a home without a vault', () => {
  const none = vaultStatus({ state: 'none', slots: [], generation: undefined });

  it('makes one when both passphrases are the same and long enough, and shows the recovery key once', async () => {
    // Bug caught: a slip in the only passphrase, and a vault that nobody opens ever again.
    const init = answering(() => ({ status: vaultStatus(), recovery_key: 'AGE-SECRET-KEY-1XYZ' }));
    await openVault({ status: none }, { 'vault.init': init });
    const create = await button('Create vault');
    await userEvent.type(await field('Passphrase'), 'short');
    await screen.findByText('At least 8 characters.');
    await userEvent.clear(await field('Passphrase'));
    await userEvent.type(await field('Passphrase'), PASSPHRASE);
    await userEvent.type(await field('Once more'), 'correct horse batterx');
    await screen.findByText('These are not the same.');
    expect(create).toHaveProperty('disabled', true);
    await userEvent.keyboard('{Enter}');
    expect(init).not.toHaveBeenCalled();
    await userEvent.keyboard('{Backspace}y{Enter}');
    const shown = await screen.findByRole('dialog', { name: 'Keep this recovery key' });
    expect(shown.textContent).toContain('AGE-SECRET-KEY-1XYZ');
    expect(init.mock.lastCall?.[0].input).toEqual({
      passphrase: PASSPHRASE,
      recovery: true,
      keychain: false,
    });
    await userEvent.click(within(shown).getByRole('button', { name: 'I have kept it' }));
    await screen.findByText('The vault is empty');
    expect(document.body.textContent).not.toContain('AGE-SECRET-KEY');
  });

  it('offers the system’s keychain where there is one, and leaves it out when it is switched off', async () => {
    const init = answering(() => ({ status: vaultStatus() }));
    const status = { ...none, keychain: { available: true, name: 'gnome_libsecret' } };
    await openVault({ status }, { 'vault.init': init });
    await userEvent.click(await field('Also open it with gnome_libsecret'));
    await userEvent.type(await field('Passphrase'), PASSPHRASE);
    await userEvent.type(await field('Once more'), `${PASSPHRASE}{Enter}`);
    await waitFor(() => expect(init.mock.lastCall?.[0].input).toMatchObject({ keychain: false }));
  });

  it('says why it could not be made, and keeps what was typed', async () => {
    await openVault(
      { status: none },
      { 'vault.init': refusing('vault.unavailable', 'The disk is full.') },
    );
    await userEvent.type(await field('Passphrase'), PASSPHRASE);
    await userEvent.type(await field('Once more'), `${PASSPHRASE}{Enter}`);
    expect((await screen.findByRole('alert')).textContent).toContain('The disk is full.');
    expect(await field('Passphrase')).toHaveProperty('value', PASSPHRASE);
  });

  it('is for an administrator to change: others read that there is none', async () => {
    await openVault({ status: none, role: 'operator' });
    await screen.findByText('There is no vault yet');
    expect(screen.queryByLabelText('Passphrase')).toBeNull();
  });
});

describe('a locked vault', () => {
  const locked = (more: Partial<VaultStatus> = {}) => vaultStatus({ state: 'locked', ...more });
  const waiting = [1, 2].map((n) => ({
    run: `run_${n}`,
    workflow: 'backup',
    step: 'upload',
    since: '2026-01-01T00:00:00.000Z',
  }));

  it('is opened by its passphrase, and its secrets are there at once', async () => {
    let open = false;
    const unlock = answering(() => {
      open = true;
      return vaultStatus();
    });
    await openVault(
      { status: locked({ paused: waiting }), secrets: [secret('TOKEN')] },
      {
        'vault.unlock': unlock,
        'vault.status': () => (open ? vaultStatus() : locked({ paused: waiting })),
      },
    );
    await screen.findByText(/2 steps wait for a secret/);
    expect(await button('Unlock')).toHaveProperty('disabled', true);
    await userEvent.type(await field('Passphrase'), `${PASSPHRASE}{Enter}`);
    await screen.findByRole('row', { name: /TOKEN/ });
    expect(unlock.mock.calls.map(([{ input }]) => input)).toEqual([{ passphrase: PASSPHRASE }]);
    await screen.findByText('The vault is unlocked, and 2 steps go on.');
  });

  it('says that a passphrase is wrong, and asks once for each time it is sent', async () => {
    // Bug caught: two presses of Enter, two derivations of half a second each.
    const refuse = refusing('vault.wrong_passphrase', 'It does not open the vault.');
    let answer = () => {};
    const derived = new Promise<void>((resolve) => (answer = resolve));
    const unlock = answering(() => derived.then(refuse));
    await openVault({ status: locked() }, { 'vault.unlock': unlock });
    await userEvent.type(await field('Passphrase'), 'wrong one{Enter}{Enter}');
    answer();
    expect((await screen.findByRole('alert')).textContent).toContain('It does not open the vault.');
    expect(unlock).toHaveBeenCalledOnce();
    expect(screen.getByRole('heading', { name: 'The vault is locked' })).toBeTruthy();
  });

  it('is opened by the recovery key, which is never sent as a passphrase', async () => {
    const unlock = answering(() => vaultStatus());
    await openVault({ status: locked() }, { 'vault.unlock': unlock });
    await userEvent.type(await field('Passphrase'), 'half typed');
    await userEvent.click(await button('Use the recovery key'));
    expect(await field('Recovery key')).toHaveProperty('value', '');
    await userEvent.type(await field('Recovery key'), 'AGE-SECRET-KEY-1XYZ{Enter}');
    await waitFor(() => expect(unlock).toHaveBeenCalledOnce());
    expect(unlock.mock.lastCall?.[0].input).toEqual({ identity: 'AGE-SECRET-KEY-1XYZ' });
  });

  it('is opened by the keychain only where it has a key for it', async () => {
    const keychain = { available: true, name: 'Keychain' };
    const unlock = answering(() => vaultStatus());
    const slots = [
      ...locked().slots,
      { id: 'k', kind: 'keychain' as const, created_at: '2026-01-01T00:00:00.000Z', label: '' },
    ];
    await openVault({ status: locked({ keychain }) });
    await button('Unlock');
    expect(screen.queryByRole('button', { name: 'Unlock with Keychain' })).toBeNull();
    closeWindow();
    await openVault({ status: locked({ keychain, slots }) }, { 'vault.unlock': unlock });
    await userEvent.click(await button('Unlock with Keychain'));
    await waitFor(() => expect(unlock.mock.lastCall?.[0].input).toEqual({ keychain: true }));
  });

  it('tells a viewer who can, and shows no form', async () => {
    await openVault({ status: locked(), role: 'viewer' });
    await screen.findByText('Only operators can use the vault.');
    expect(screen.queryByLabelText('Passphrase')).toBeNull();
  });
});

describe('a vault that must not be used', () => {
  const problem = (code: string, generations: number[]) =>
    vaultStatus({
      state: 'problem',
      slots: [],
      problem: { code, message: 'The vault file is damaged.', kind: 'operational' },
      generations: generations.map((generation) => ({
        generation,
        written_at: '2026-01-01T00:00:00.000Z',
        bytes: 1000,
      })),
    });

  it('offers the newest good generation first, and puts it back with the passphrase', async () => {
    const restore = answering(() => vaultStatus());
    await openVault({ status: problem('vault.damaged', [6, 5]) }, { 'vault.restore': restore });
    await screen.findByText('The vault file is damaged.');
    await userEvent.type(await field('Passphrase'), `${PASSPHRASE}{Enter}`);
    await waitFor(() => expect(restore).toHaveBeenCalledOnce());
    expect(restore.mock.lastCall?.[0].input).toEqual({
      generation: 6,
      accept_current: false,
      passphrase: PASSPHRASE,
    });
    await screen.findByText('The vault is in use again.');
  });

  it.each([
    ['vault.damaged', false],
    ['vault.rolled_back', true],
    ['vault.replaced', true],
  ])('of %s can be accepted as it is: %s', async (code, acceptable) => {
    // Bug caught: a damaged file that is “accepted”, and a rolled-back one that never can be.
    await openVault({ status: problem(code, [6]) });
    await userEvent.click(await field('Put back'));
    await screen.findByRole('option', { name: /Generation 6/ });
    expect(screen.queryAllByRole('option', { name: 'The file as it is now' })).toHaveLength(
      acceptable ? 1 : 0,
    );
  });

  it('says in German too what is wrong and what becomes of it', async () => {
    await i18next.changeLanguage('de');
    const broken = problem('vault.missing', [6]);
    broken.problem!.message = 'The vault file is gone, although this Nexus had a vault.';
    await openVault({ status: broken });
    await screen.findByText(
      'Die Datei des Tresors ist weg, obwohl dieses Nexus einen Tresor hatte.',
    );
    expect(screen.getByRole('button', { name: 'Zurücklegen und entsperren' })).toBeTruthy();
    await i18next.changeLanguage('en');
  });

  it('with nothing to put back names the recovery copy', async () => {
    await openVault({ status: problem('vault.missing', []) });
    await screen.findByText(/recovery\.age/);
    expect(screen.queryByLabelText('Passphrase')).toBeNull();
  });
});

describe('an open vault', () => {
  it('follows the platform: another window locks it, and the names are gone here', async () => {
    // Bug caught: a list of names that stays on the screen of a locked vault.
    const feed = new Feed<VaultStatus>();
    await openVault({ secrets: [secret('TOKEN')] }, { 'vault.watch': feed.handler });
    await screen.findByRole('row', { name: /TOKEN/ });
    await waitFor(() => expect(feed.readers).toBe(1));
    feed.push(vaultStatus({ state: 'locked' }));
    await screen.findByRole('heading', { name: 'The vault is locked' });
    expect(document.body.textContent).not.toContain('TOKEN');
  });

  it('is locked by one button', async () => {
    const lock = answering(() => vaultStatus({ state: 'locked' }));
    await openVault({ secrets: [secret('TOKEN')] }, { 'vault.lock': lock });
    await userEvent.click(await button('Lock'));
    await screen.findByRole('heading', { name: 'The vault is locked' });
    expect(lock).toHaveBeenCalledOnce();
  });

  it('is used by an operator, and changed by an administrator alone', async () => {
    await openVault({ secrets: [secret('TOKEN')], role: 'operator', path: '/vault?open=TOKEN' });
    const sheet = await screen.findByRole('dialog', { name: 'TOKEN' });
    expect(within(sheet).queryByRole('button', { name: 'Remove' })).toBeNull();
    expect(screen.queryByText('Add secret')).toBeNull();
    expect(screen.queryByText('Keys')).toBeNull();
    expect(screen.getByText('Lock')).toBeTruthy();
  });

  it('says so when its names cannot be read, and tries again', async () => {
    let fails = true;
    await openVault(
      {},
      {
        'vault.list': () => {
          if (fails) throw new ORPCError('BAD_REQUEST', { message: 'It went wrong.' });
          return { secrets: [secret('TOKEN')] };
        },
      },
    );
    await screen.findByText('The vault could not be loaded');
    fails = false;
    await userEvent.click(await button('Try again'));
    await screen.findByRole('row', { name: /TOKEN/ });
  });
});
