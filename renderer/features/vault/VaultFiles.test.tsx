import { ORPCError } from '@orpc/client';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { answering, openVault, secret, vaultStatus } from './vault.testing.ts';
import { fromBase64, needsKey, toBase64 } from './vaultFile.ts';

beforeAll(setupWindow);
afterEach(() => {
  closeWindow();
  vi.restoreAllMocks();
});

const button = (name: string) => screen.findByRole('button', { name });
const fromMenu = async (item: string) => {
  await userEvent.click(await button('More actions'));
  await userEvent.click(await screen.findByRole('menuitem', { name: item }));
  return within(await screen.findByRole('dialog', { name: item }));
};
const choose = async (dialog: ReturnType<typeof within>, file: File) => {
  const input = dialog.getByLabelText('Choose file', { selector: 'input' });
  fireEvent.change(input, { target: { files: [file] } });
  await dialog.findByText(file.name);
};
interface Import {
  content: string;
  dry_run: boolean;
  replace: boolean;
  passphrase?: string;
  identity?: string;
}

describe('importing in the window', () => {
  it('shows the names first, takes nothing before it is told to, and keeps no value', async () => {
    // Bug caught: a file is opened by a slip and overwrites what is there.
    const bring = answering<Import>(({ input }) =>
      input.replace
        ? { added: ['NEW'], replaced: ['OLD'], skipped: [] }
        : { added: ['NEW'], replaced: [], skipped: ['OLD'] },
    );
    await openVault({ secrets: [secret('OLD')] }, { 'vault.import': bring as never });
    const dialog = await fromMenu('Import secrets');
    expect(dialog.getByRole('button', { name: 'Show names' })).toHaveProperty('disabled', true);
    await choose(dialog, new File(['NEW=hunter2hunter2\nOLD=y'], '.env'));
    await userEvent.click(dialog.getByRole('button', { name: 'Show names' }));
    const names = within(await dialog.findByRole('list', { name: 'Names in the file' }));
    expect(names.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
      'NEWNew',
      'OLDStays as it is',
    ]);
    expect(bring.mock.calls.map(([{ input }]) => [input.dry_run, input.replace])).toEqual([
      [true, false],
    ]);
    await userEvent.click(dialog.getByLabelText('Replace those that are there'));
    expect(names.getByText('New version')).toBeTruthy();
    expect(document.body.innerHTML).not.toContain('hunter2');
    await userEvent.click(dialog.getByRole('button', { name: 'Import' }));
    await screen.findByText('1 added, 1 replaced.');
    const sent = bring.mock.lastCall![0].input;
    expect(sent).toMatchObject({ dry_run: false, replace: true });
    expect(atob(sent.content)).toBe('NEW=hunter2hunter2\nOLD=y');
    expect(sent).not.toHaveProperty('passphrase');
  });

  it.each([
    ['binary', 'age-encryption.org/v1\n-> X25519 x'],
    ['armored', '-----BEGIN AGE ENCRYPTED FILE-----\nYWdl'],
  ])('asks for the key of an age file (%s), one kind of it', async (_, text) => {
    const bring = answering<Import>(({ input }) => {
      if (input.identity === 'AGE-SECRET-KEY-1X')
        return { added: ['A'], replaced: [], skipped: [] };
      throw new ORPCError('BAD_REQUEST', { message: 'The age file does not open.' });
    });
    await openVault({}, { 'vault.import': bring as never });
    const dialog = await fromMenu('Import secrets');
    await choose(dialog, new File([text], 'secrets.age'));
    const look = dialog.getByRole('button', { name: 'Show names' });
    await dialog.findByText(/^This is an age file/);
    expect(look).toHaveProperty('disabled', true);
    await userEvent.type(dialog.getByLabelText('Passphrase of the file'), 'wrong');
    await userEvent.click(look);
    expect((await dialog.findByRole('alert')).textContent).toContain('does not open');
    await userEvent.type(dialog.getByLabelText('Identity'), 'AGE-SECRET-KEY-1X');
    await userEvent.click(look);
    await dialog.findByText('New');
    expect(bring.mock.lastCall![0].input).toMatchObject({ identity: 'AGE-SECRET-KEY-1X' });
    expect(bring.mock.lastCall![0].input).not.toHaveProperty('passphrase');
  });

  it('has nothing to do where all of it is there and stays, or where there is none', async () => {
    let skipped = ['OLD'];
    const bring = answering(() => ({ added: [], replaced: [], skipped }));
    await openVault({}, { 'vault.import': bring });
    const dialog = await fromMenu('Import secrets');
    await choose(dialog, new File(['OLD=1'], '.env'));
    await userEvent.click(dialog.getByRole('button', { name: 'Show names' }));
    await dialog.findByText('Stays as it is');
    expect(dialog.getByRole('button', { name: 'Import' })).toHaveProperty('disabled', true);
    skipped = [];
    await choose(dialog, new File([''], 'empty.env'));
    await userEvent.click(dialog.getByRole('button', { name: 'Show names' }));
    await dialog.findByText('There is no secret in the file.');
  });

  it('does not send a file that is too large', async () => {
    await openVault({});
    const dialog = await fromMenu('Import secrets');
    const large = new File(['x'], 'large');
    Object.defineProperty(large, 'size', { value: 5 * 1024 * 1024 });
    await choose(dialog, large);
    await dialog.findByText('The file is larger than 4 MiB.');
    expect(dialog.getByRole('button', { name: 'Show names' })).toHaveProperty('disabled', true);
  });
});

describe('exporting in the window', () => {
  it('saves the very bytes of the age file, of the chosen secrets', async () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, at) => at % 256);
    const give = answering(() => ({ file: toBase64(bytes), secrets: 1 }));
    const saved: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      saved.push(blob as Blob);
      return 'blob:x';
    });
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
    await openVault({ secrets: [secret('B'), secret('A')] }, { 'vault.export': give });
    const dialog = await fromMenu('Export secrets');
    const save = await dialog.findByRole('button', { name: 'Save 2 secrets' });
    expect(save).toHaveProperty('disabled', true);
    await userEvent.type(dialog.getByLabelText('Recipients'), 'age1aaa{Enter}age1bbb');
    await userEvent.click(dialog.getByRole('checkbox', { name: 'A' }));
    await userEvent.click(dialog.getByLabelText('As text (armored)'));
    await userEvent.click(dialog.getByRole('button', { name: 'Save 1 secret' }));
    await screen.findByText('1 secret is in the file.');
    expect(give.mock.lastCall?.[0].input).toEqual({
      recipients: ['age1aaa', 'age1bbb'],
      format: 'env',
      armor: true,
      names: ['B'],
    });
    expect(new Uint8Array(await saved[0]!.arrayBuffer())).toEqual(bytes);
    expect((click.mock.contexts[0] as HTMLAnchorElement).download).toBe('secrets.env.age');
  });

  it('says what is wrong with a recipient, and keeps what was typed', async () => {
    const give = () => {
      throw new ORPCError('BAD_REQUEST', { message: 'age1x is no age recipient.' });
    };
    await openVault({ secrets: [secret('A')] }, { 'vault.export': give });
    const dialog = await fromMenu('Export secrets');
    await userEvent.type(dialog.getByLabelText('Recipients'), 'age1x');
    await userEvent.click(await dialog.findByRole('button', { name: 'Save 1 secret' }));
    expect((await dialog.findByRole('alert')).textContent).toContain('no age recipient');
    expect(dialog.getByLabelText('Recipients')).toHaveProperty('value', 'age1x');
  });

  it('is not offered to whoever may not change secrets, nor over a locked vault', async () => {
    await openVault({ role: 'operator', secrets: [secret('A')] });
    await screen.findByText('A');
    expect(screen.queryByRole('button', { name: 'More actions' })).toBeNull();
    closeWindow();
    await openVault({ status: vaultStatus({ state: 'locked' }) });
    await screen.findByText('The vault is locked');
    expect(screen.queryByRole('button', { name: 'More actions' })).toBeNull();
  });
});

describe('restoring in the window', () => {
  it('takes the recovery key where the passphrase is lost', async () => {
    // Bug caught: a damaged file and a forgotten passphrase, and a key in the safe that the page does not take.
    const restore = answering(() => vaultStatus());
    const problem = {
      code: 'vault.damaged',
      message: 'It is damaged.',
      kind: 'operational' as const,
    };
    const generations = [{ generation: 6, written_at: '2026-01-01T00:00:00.000Z', bytes: 9 }];
    const status = vaultStatus({ state: 'problem', problem, generations });
    await openVault({ status }, { 'vault.restore': restore });
    await userEvent.type(await screen.findByLabelText('Passphrase'), 'half of it');
    await userEvent.click(await button('Use the recovery key'));
    const field = await screen.findByLabelText<HTMLInputElement>('Recovery key');
    expect([field.type, field.value]).toEqual(['password', '']);
    await userEvent.type(field, 'AGE-SECRET-KEY-1X{Enter}');
    await waitFor(() =>
      expect(restore.mock.lastCall?.[0].input).toEqual({
        identity: 'AGE-SECRET-KEY-1X',
        generation: 6,
        accept_current: false,
      }),
    );
  });
});

describe('the bytes of a file', () => {
  it('come through base64 as they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        expect(Array.from(atob(toBase64(bytes)), (one) => one.charCodeAt(0))).toEqual([...bytes]);
        expect(fromBase64(toBase64(bytes))).toEqual(Uint8Array.from(bytes));
      }),
      { numRuns: 30 },
    );
  });

  it('need a key only where they are age’s', async () => {
    expect(await needsKey(new Blob(['A=age-encryption.org/v1']))).toBe(false);
    expect(await needsKey(new Blob(['\n\n-----BEGIN AGE ENCRYPTED FILE-----']))).toBe(true);
    expect(await needsKey(new Blob([]))).toBe(false);
  });
});
