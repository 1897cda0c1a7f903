import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { VaultStatus } from '#contract/vault.ts';
import { connect } from '#renderer/client/api.ts';
import { makeQueryClient } from '#renderer/client/queryClient.ts';
import { pairedPlatform } from '#renderer/testing/pairedPlatform.ts';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { refusing } from '#renderer/testing/windowHarness.tsx';
import { TooltipProvider } from '#renderer/ui/Tooltip.tsx';
import { LockedNotice } from './LockedNotice.tsx';
import { answering, vaultStatus } from './vault.testing.ts';

beforeAll(setupTexts);
afterEach(cleanup);

const waiting = {
  run: 'run_1',
  workflow: 'backup',
  step: 'upload',
  since: '2026-01-01T00:00:00.000Z',
};
const locked = (more: Partial<VaultStatus> = {}) =>
  vaultStatus({ state: 'locked', paused: [waiting], ...more });

/** What a run shows whose steps wait for the vault. */
async function show(unlock: (asked: { input: never }) => unknown, status = locked()) {
  connect(
    pairedPlatform({
      'vault.status': () => status,
      'vault.unlock': unlock,
      'vault.list': () => ({ secrets: [] }),
    }),
  );
  render(
    <QueryClientProvider client={makeQueryClient()}>
      <TooltipProvider>
        <LockedNotice steps={['upload', 'notify']} />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Unlock vault' }));
}

describe('a run that waits for the vault', () => {
  it('names its steps, and goes on when the vault is unlocked right there', async () => {
    const unlock = answering(() => vaultStatus());
    await show(unlock);
    screen.getByText(/upload, notify/);
    await screen.findByText('1 step waits for a secret. It goes on when the vault is unlocked.');
    await userEvent.type(screen.getByLabelText('Passphrase'), 'correct horse battery{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(unlock.mock.lastCall?.[0].input).toEqual({ passphrase: 'correct horse battery' });
  });

  it('stays where it is with a wrong passphrase, which can be put right', async () => {
    // Bug caught: the dialog closes, and nobody knows whether the run goes on.
    let right = false;
    const wrong = refusing('vault.wrong_passphrase', 'It does not open the vault.');
    await show(() => (right ? vaultStatus() : wrong()));
    const field = await screen.findByLabelText<HTMLInputElement>('Passphrase');
    await userEvent.type(field, 'wrong{Enter}');
    await screen.findByText('It does not open the vault.');
    expect(field.value).toBe('wrong');
    right = true;
    await userEvent.type(field, ' one{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('is opened by the keychain with one press, and by nothing while that is asked', async () => {
    let answer = () => {};
    const later = new Promise<void>((resolve) => (answer = resolve));
    const slot = { id: 'k', kind: 'keychain' as const, created_at: waiting.since, label: '' };
    const unlock = answering(() => later.then(() => vaultStatus()));
    await show(unlock, locked({ keychain: { available: true, name: 'kwallet6' }, slots: [slot] }));
    const keychain = await screen.findByRole('button', { name: 'Unlock with kwallet6' });
    await userEvent.dblClick(keychain);
    expect(keychain).toHaveProperty('disabled', true);
    answer();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(unlock.mock.calls.map(([{ input }]) => input)).toEqual([{ keychain: true }]);
  });

  it('keeps no passphrase in the page when the question is left', async () => {
    await show(refusing('vault.locked', 'It was not asked.'));
    await userEvent.type(await screen.findByLabelText('Passphrase'), 'hunter2hunter2');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await userEvent.click(screen.getByRole('button', { name: 'Unlock vault' }));
    expect(await screen.findByLabelText('Passphrase')).toHaveProperty('value', '');
    expect(document.body.innerHTML).not.toContain('hunter2');
  });
});
