import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { VaultStatus } from '#contract/vault.ts';
import { closeWindow, Feed, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { answering, openVault, secret, vaultStatus } from './vault.testing.ts';

beforeAll(setupWindow);
afterEach(closeWindow);

const rotation = { max_age_days: 90, warn_days: 14 };
const waiting = ['backup', 'publish', 'backup'].map((workflow, n) => ({
  run: `run_${n}`,
  workflow,
  step: 'send',
  since: '2026-01-01T00:00:00.000Z',
}));
const needs = () => screen.findByRole('region', { name: 'Needs you' });

describe('Home', () => {
  it('asks to rotate what is due and what is overdue, and nothing that is fresh', async () => {
    // Bug caught: a policy that warns nobody.
    const { address } = await openVault({
      path: '/',
      secrets: [
        secret('FRESH', { rotation }),
        secret('SOON', { rotation, state: 'expiring', expires_at: '2026-04-01T00:00:00.000Z' }),
        secret('LATE', { rotation, state: 'expired', expires_at: '2026-02-01T00:00:00.000Z' }),
      ],
    });
    const region = within(await needs());
    expect((await region.findByText('SOON')).closest('li')?.textContent).toContain(
      'Rotate this secret, due',
    );
    expect(region.getByText('LATE').closest('li')?.textContent).toContain('it was due');
    expect(region.queryByText('FRESH')).toBeNull();
    await userEvent.click(
      within(region.getByText('LATE').closest('li')!).getByRole('link', { name: 'Rotate' }),
    );
    await waitFor(() => expect(address()).toBe('/vault?open=LATE'));
  });

  it('names each workflow that waits once, and unlocks the vault right there', async () => {
    const unlock = answering(() => vaultStatus());
    await openVault(
      { path: '/', status: vaultStatus({ state: 'locked', paused: waiting }) },
      { 'vault.unlock': unlock },
    );
    const region = within(await needs());
    await region.findByText('3 steps wait: backup, publish');
    await userEvent.click(region.getByRole('button', { name: 'Unlock vault' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Unlock vault' }));
    await userEvent.type(dialog.getByLabelText('Passphrase'), 'correct horse battery{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(unlock.mock.lastCall?.[0].input).toEqual({ passphrase: 'correct horse battery' });
    await waitFor(() => expect(screen.queryByText('3 steps wait: backup, publish')).toBeNull());
  });

  it('is quiet about a locked vault that nothing waits for', async () => {
    await openVault({ path: '/', status: vaultStatus({ state: 'locked' }) });
    await screen.findByText('Vault locked');
    expect(screen.queryByRole('button', { name: 'Unlock vault' })).toBeNull();
  });

  it('leads to a vault that cannot be used', async () => {
    const problem = {
      code: 'vault.damaged',
      message: 'The vault file is damaged.',
      kind: 'operational' as const,
    };
    await openVault({ path: '/', status: vaultStatus({ state: 'problem', problem }) });
    const region = within(await needs());
    await region.findByText('The vault file is damaged.');
    expect(region.getByRole('link', { name: 'Look' }).getAttribute('href')).toContain('/vault');
  });

  it('asks nothing of a viewer, who may not see names', async () => {
    const list = answering(() => {
      throw new Error('refused');
    });
    await openVault({ path: '/', role: 'viewer' }, { 'vault.list': list });
    await screen.findByText('Vault open');
    expect(screen.queryByText('Rotate')).toBeNull();
  });
});

describe('the status bar', () => {
  const bar = () => screen.findByRole('contentinfo');

  it.each([
    [vaultStatus(), 'Vault open'],
    [vaultStatus({ state: 'locked' }), 'Vault locked'],
    [vaultStatus({ state: 'locked', paused: waiting.slice(0, 1) }), 'Vault locked, 1 step waits'],
    [vaultStatus({ state: 'problem' }), 'Vault problem'],
  ] as [VaultStatus, string][])('says in words how the vault is', async (status, said) => {
    await openVault({ path: '/runs', status });
    await waitFor(async () => expect((await bar()).textContent).toContain(said));
  });

  it('has nothing where there is no vault', async () => {
    await openVault({ path: '/runs', status: vaultStatus({ state: 'none' }) });
    await waitFor(async () => expect((await bar()).textContent).toContain('Engine ready'));
    expect((await bar()).textContent).not.toContain('Vault');
  });

  it('follows the vault as it is locked elsewhere', async () => {
    const feed = new Feed<VaultStatus>();
    await openVault({ path: '/runs' }, { 'vault.watch': feed.handler });
    await waitFor(async () => expect((await bar()).textContent).toContain('Vault open'));
    await waitFor(() => expect(feed.readers).toBe(1));
    feed.push(vaultStatus({ state: 'locked', paused: waiting.slice(0, 1) }));
    await waitFor(async () => expect((await bar()).textContent).toContain('1 step waits'));
  });
});
