import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { answering, openVault, vaultStatus } from './vault.testing.ts';

beforeAll(setupWindow);
beforeEach(() => vi.restoreAllMocks());
afterEach(closeWindow);

async function openKeys(handlers = {}, status = vaultStatus()) {
  await openVault({ status }, handlers);
  await userEvent.click(await screen.findByRole('button', { name: 'Keys' }));
  return within(await screen.findByRole('dialog', { name: 'Ways to open the vault' }));
}

describe('the ways to open the vault', () => {
  it('are listed, and only those that are not the passphrase can be removed', async () => {
    const keys = await openKeys();
    const items = keys.getAllByRole('listitem');
    expect(items.map((item) => item.textContent)).toEqual([
      expect.stringContaining('Passphrase'),
      expect.stringMatching(/Recovery key.*age1abc/),
    ]);
    expect(within(items[0]!).queryByRole('button')).toBeNull();
    expect(within(items[1]!).getByRole('button', { name: 'Remove key' })).toBeTruthy();
  });

  it('are removed after a question, by the id of the very slot', async () => {
    const removeSlot = answering(() => vaultStatus({ slots: vaultStatus().slots.slice(0, 1) }));
    const keys = await openKeys({ 'vault.removeSlot': removeSlot });
    await userEvent.click(keys.getByRole('button', { name: 'Remove key' }));
    const sure = await screen.findByRole('dialog', { name: 'Remove this key' });
    expect(removeSlot).not.toHaveBeenCalled();
    await userEvent.click(within(sure).getByRole('button', { name: 'Remove key' }));
    await waitFor(() => expect(removeSlot.mock.lastCall?.[0].input).toEqual({ id: 'slot_r' }));
    await waitFor(() => expect(screen.queryByText(/age1abc/)).toBeNull());
  });

  it('say why there is no keychain, and offer one where there is', async () => {
    const keys = await openKeys();
    expect(keys.getByText('No system keychain: there is none here.')).toBeTruthy();
    closeWindow();
    const keychain = { available: true, name: 'kwallet6' };
    const addSlot = answering(() => ({ status: vaultStatus({ keychain }) }));
    const others = await openKeys({ 'vault.addSlot': addSlot }, vaultStatus({ keychain }));
    await userEvent.click(others.getByRole('button', { name: 'Add kwallet6' }));
    await waitFor(() => expect(addSlot.mock.lastCall?.[0].input).toEqual({ kind: 'keychain' }));
    await screen.findByText('The key is added.');
  });
});

describe('a new recovery key', () => {
  const made = { status: vaultStatus(), recovery_key: 'AGE-SECRET-KEY-1NEW' };

  it('is shown once, can be copied, and is gone from the page afterwards', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue(undefined);
    const keys = await openKeys({ 'vault.addSlot': () => made });
    await userEvent.click(keys.getByRole('button', { name: 'Add recovery key' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Make recovery key' }));
    const shown = within(await screen.findByRole('dialog', { name: 'Keep this recovery key' }));
    shown.getByRole('button', { name: 'Copy' }).click();
    await screen.findByText('The recovery key is copied.');
    expect(write.mock.lastCall?.[0]).toBe('AGE-SECRET-KEY-1NEW');
    shown.getByRole('button', { name: 'I have kept it' }).click();
    await waitFor(() => expect(document.body.innerHTML).not.toContain('AGE-SECRET-KEY'));
  });

  it('is saved as a file that age reads', async () => {
    const files: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((file) => {
      files.push(file as Blob);
      return 'blob:key';
    });
    const keys = await openKeys({ 'vault.addSlot': () => made });
    await userEvent.click(keys.getByRole('button', { name: 'Add recovery key' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Make recovery key' }));
    const shown = within(await screen.findByRole('dialog', { name: 'Keep this recovery key' }));
    await userEvent.click(shown.getByRole('button', { name: 'Save as file' }));
    expect(await files[0]?.text()).toBe('AGE-SECRET-KEY-1NEW\n');
  });
});

describe('a recovery key of one’s own', () => {
  it('is added by its recipient, and none is made or shown', async () => {
    // Bug caught: whoever keeps a key in a safe has to keep another one as well.
    const add = answering(() => ({ status: vaultStatus() }));
    const keys = await openKeys({ 'vault.addSlot': add });
    await userEvent.click(keys.getByRole('button', { name: 'Add recovery key' }));
    await userEvent.type(await screen.findByLabelText('Recipient of your own'), ' age1qqqq ');
    await userEvent.click(screen.getByRole('button', { name: 'Add recipient' }));
    await screen.findByText('The key is added.');
    expect(add.mock.lastCall?.[0].input).toEqual({ kind: 'recovery', recipient: 'age1qqqq' });
    expect(screen.queryByRole('dialog', { name: 'Keep this recovery key' })).toBeNull();
  });

  it('that is none says so where it was typed', async () => {
    const keys = await openKeys({
      'vault.addSlot': () => {
        throw new ORPCError('BAD_REQUEST', { message: 'That is no age recipient.' });
      },
    });
    await userEvent.click(keys.getByRole('button', { name: 'Add recovery key' }));
    await userEvent.type(await screen.findByLabelText('Recipient of your own'), 'ssh-rsa');
    await userEvent.click(screen.getByRole('button', { name: 'Add recipient' }));
    expect((await screen.findByRole('alert')).textContent).toContain('no age recipient');
    expect(screen.getByLabelText('Recipient of your own')).toHaveProperty('value', 'ssh-rsa');
  });
});

describe('changing the passphrase', () => {
  const openForm = async (handlers = {}) => {
    const rekey = answering(() => vaultStatus());
    const keys = await openKeys({ 'vault.rekey': rekey, ...handlers });
    await userEvent.click(keys.getByRole('button', { name: 'Change passphrase' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Change passphrase' }));
    return { rekey, dialog };
  };
  const fill = async (
    dialog: Awaited<ReturnType<typeof openForm>>['dialog'],
    [now, next, again]: [string, string, string],
  ) => {
    await userEvent.type(dialog.getByLabelText('Present passphrase'), now);
    await userEvent.type(dialog.getByLabelText('New passphrase'), next);
    await userEvent.type(dialog.getByLabelText('Once more'), again);
  };

  it.each([
    ['too short a new one', ['the present one', 'short', 'short']],
    ['two that differ', ['the present one', 'a long new one', 'a long new onf']],
    ['no present one', ['{Backspace}', 'a long new one', 'a long new one']],
  ] as [string, [string, string, string]][])('needs more than %s', async (_, texts) => {
    const { rekey, dialog } = await openForm();
    await fill(dialog, texts);
    expect(dialog.getByRole('button', { name: 'Change passphrase' })).toHaveProperty(
      'disabled',
      true,
    );
    await userEvent.keyboard('{Enter}');
    expect(rekey).not.toHaveBeenCalled();
  });

  it('sends both, and a new master key only where it is asked for', async () => {
    const { rekey, dialog } = await openForm();
    await fill(dialog, ['the present one', 'a long new one', 'a long new one']);
    await userEvent.click(dialog.getByLabelText('New master key too'));
    await userEvent.click(dialog.getByRole('button', { name: 'Change passphrase' }));
    await waitFor(() => expect(rekey).toHaveBeenCalledOnce());
    expect(rekey.mock.lastCall?.[0].input).toEqual({
      passphrase: 'the present one',
      new_passphrase: 'a long new one',
      master_key: true,
    });
    await screen.findByText('The passphrase is changed.');
  });

  it('says that the present one is wrong, where it was typed', async () => {
    const { dialog } = await openForm({
      'vault.rekey': () => {
        throw new ORPCError('BAD_REQUEST', { message: 'This passphrase does not open the vault.' });
      },
    });
    await fill(dialog, ['a wrong one', 'a long new one', 'a long new one{Enter}']);
    expect((await dialog.findByRole('alert')).textContent).toContain('does not open the vault');
    expect(dialog.getByLabelText('New passphrase')).toHaveProperty('value', 'a long new one');
  });
});
