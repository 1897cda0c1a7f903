import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { VaultStatus } from '#contract/vault.ts';
import { closeWindow, Feed, refusing, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { answering, openVault, secret, vaultStatus } from './vault.testing.ts';

beforeAll(setupWindow);
beforeEach(() => vi.restoreAllMocks());
afterEach(closeWindow);

const press = async (name: string) => userEvent.click(await screen.findByRole('button', { name }));
const dialog = async (name: string) => within(await screen.findByRole('dialog', { name }));
const pressBeside = () =>
  userEvent
    .setup({ pointerEventsCheck: 0 })
    .click(document.querySelector('.bg-backdrop') as HTMLElement);
const locked = refusing('vault.locked', 'The vault is locked.', 'Unlock it.');

describe('a recovery key', () => {
  it('that is shown this once is not lost to a press beside it', async () => {
    // Bug caught: the only key for the day when the passphrase is forgotten goes with a stray click.
    const status = vaultStatus({ state: 'none', slots: [], generation: undefined });
    const made = { status: vaultStatus(), recovery_key: 'AGE-SECRET-KEY-1XYZ' };
    await openVault({ status }, { 'vault.init': () => made });
    await userEvent.type(await screen.findByLabelText('Passphrase'), 'correct horse battery');
    await userEvent.type(screen.getByLabelText('Once more'), 'correct horse battery{Enter}');
    await dialog('Keep this recovery key');
    await pressBeside();
    screen.getByText('AGE-SECRET-KEY-1XYZ');
    await press('I have kept it');
    await waitFor(() => expect(screen.queryByText('AGE-SECRET-KEY-1XYZ')).toBeNull());
  });
});

describe('a new passphrase', () => {
  const open = async (rekey = answering(() => vaultStatus())) => {
    await openVault({}, { 'vault.rekey': rekey });
    await press('Keys');
    await press('Change passphrase');
    const form = await dialog('Change passphrase');
    await userEvent.type(form.getByLabelText('Present passphrase'), 'the present one');
    return { form, rekey };
  };

  it('that is too short says how long it has to be', async () => {
    // Bug caught: a button that cannot be pressed, and nothing says why.
    const { form } = await open();
    await userEvent.type(form.getByLabelText('New passphrase'), 'seven77');
    form.getByText('At least 8 characters.');
    await userEvent.type(form.getByLabelText('New passphrase'), '8');
    expect(form.queryByText('At least 8 characters.')).toBeNull();
  });

  it('is counted in characters, as where the vault was made', async () => {
    // Bug caught: four faces pass for eight characters.
    const { form, rekey } = await open();
    for (const label of ['New passphrase', 'Once more'])
      await userEvent.type(form.getByLabelText(label), '😀😀😀😀');
    form.getByText('At least 8 characters.');
    await userEvent.keyboard('{Enter}');
    expect(rekey).not.toHaveBeenCalled();
  });

  it('leads back to the keys, and the old ones are in no field any more', async () => {
    const { form } = await open();
    for (const label of ['New passphrase', 'Once more'])
      await userEvent.type(form.getByLabelText(label), 'a long new one');
    await userEvent.click(form.getByRole('button', { name: 'Change passphrase' }));
    await dialog('Ways to open the vault');
    await press('Change passphrase');
    const again = await dialog('Change passphrase');
    for (const label of ['Present passphrase', 'New passphrase', 'Once more'])
      expect(again.getByLabelText(label)).toHaveProperty('value', '');
  });
});

describe('a secret that is saved', () => {
  const fill = async (name: string, value: string) => {
    await press('Add secret');
    const form = await dialog('Add secret');
    await userEvent.type(form.getByLabelText('Name'), name);
    await userEvent.type(form.getByLabelText('Value'), value);
    return form;
  };

  it('over a vault that was locked meanwhile says so, and what was typed is kept', async () => {
    // Bug caught: auto-lock takes a key away that was pasted and is nowhere else.
    const feed = new Feed<VaultStatus>();
    let open = false;
    const set = answering(() => (open ? { secret: secret('TOKEN') } : locked()));
    await openVault(
      { secrets: [secret('OTHER')] },
      { 'vault.watch': feed.handler, 'vault.set': set },
    );
    const form = await fill('TOKEN', 'tok_4f9c2b7d1e8a');
    await waitFor(() => expect(feed.readers).toBe(1));
    feed.push(vaultStatus({ state: 'locked' }));
    await userEvent.click(form.getByRole('button', { name: 'Save' }));
    expect((await form.findByRole('alert')).textContent).toContain('The vault is locked.');
    expect(form.getByLabelText('Value')).toHaveProperty('value', 'tok_4f9c2b7d1e8a');
    open = true;
    feed.push(vaultStatus());
    await userEvent.click(form.getByRole('button', { name: 'Save' }));
    await screen.findByText('TOKEN is saved.');
  });

  it('and left meanwhile still says how it failed', async () => {
    let answer = () => {};
    const later = new Promise<void>((resolve) => (answer = resolve));
    await openVault(
      { secrets: [secret('OTHER')] },
      { 'vault.set': () => later.then(refusing('vault.disk', 'The disk is full.')) },
    );
    const form = await fill('TOKEN', 'a good value');
    await userEvent.click(form.getByRole('button', { name: 'Save' }));
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    answer();
    await screen.findByText('The disk is full.');
  });

  it('is not lost to a press beside it', async () => {
    await openVault({ secrets: [secret('OTHER')] });
    const form = await fill('TOKEN', 'a good value');
    await pressBeside();
    expect(form.getByLabelText('Value')).toHaveProperty('value', 'a good value');
  });

  it('under a new name goes on from there when its value was refused at first', async () => {
    // Bug caught: the second try renames a secret that has the new name already, and can never be saved.
    let fail = true;
    const names: string[] = [];
    await openVault(
      { secrets: [secret('BETA')], path: '/vault?open=BETA' },
      {
        'vault.history': () => ({ versions: [] }),
        'vault.describe': (({ input }: { input: { name: string; rename: string } }) => {
          names.push(`${input.name} to ${input.rename}`);
          return { secret: secret(input.rename) };
        }) as never,
        'vault.set': (({ input }: { input: { name: string } }) => {
          if (fail) refusing('vault.disk', 'The disk is full.')();
          names.push(`value of ${input.name}`);
          return { secret: secret(input.name) };
        }) as never,
      },
    );
    await press('Change');
    const form = await dialog('Change BETA');
    await userEvent.clear(form.getByLabelText('Name'));
    await userEvent.type(form.getByLabelText('Name'), 'OMEGA');
    await userEvent.type(form.getByLabelText('Value'), 'a newer value');
    await userEvent.click(form.getByRole('button', { name: 'Save' }));
    await form.findByRole('alert');
    fail = false;
    await userEvent.click(form.getByRole('button', { name: 'Save' }));
    await screen.findByText('OMEGA is saved.');
    expect(names).toEqual(['BETA to OMEGA', 'value of OMEGA']);
  });
});

describe('one secret', () => {
  it('whose history cannot be read says so, and is asked again', async () => {
    // Bug caught: an empty frame, as though there had never been another value.
    let fail = true;
    await openVault(
      { secrets: [secret('BETA')], path: '/vault?open=BETA' },
      {
        'vault.history': () =>
          fail
            ? locked()
            : {
                versions: [
                  {
                    version: 1,
                    created_at: '2026-01-01T00:00:00.000Z',
                    created_by: 'ada',
                    current: true,
                  },
                ],
              },
      },
    );
    const sheet = await dialog('BETA');
    await sheet.findByText('The vault is locked.');
    fail = false;
    await userEvent.click(sheet.getByRole('button', { name: 'Try again' }));
    await sheet.findByText('in use');
  });

  it('whose new value is refused keeps the question, and says why', async () => {
    await openVault(
      { secrets: [secret('BETA')], path: '/vault?open=BETA' },
      { 'vault.history': () => ({ versions: [] }), 'vault.rotate': locked },
    );
    await press('Generate new value');
    const sure = await dialog('Generate a new value for BETA');
    await userEvent.click(sure.getByRole('button', { name: 'Generate new value' }));
    await screen.findByText('The vault is locked.');
    await userEvent.click(sure.getByRole('button', { name: 'Keep it' }));
    await dialog('BETA');
  });

  it('gives the cursor back to the row when it is closed', async () => {
    await openVault({ secrets: [secret('BETA')] }, { 'vault.history': () => ({ versions: [] }) });
    await userEvent.click(await screen.findByRole('row', { name: /BETA/ }));
    await dialog('BETA');
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() => expect(document.activeElement).not.toBe(document.body));
  });
});
