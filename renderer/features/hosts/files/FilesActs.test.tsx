import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { refusing } from '#renderer/testing/windowHarness.tsx';
import { type Asked } from '../hosts.testing.ts';
import { entry, files, folderOf, menu, open, row, withFilesPage } from './filesTab.testing.tsx';

withFilesPage();

const exists = refusing('ssh.file_exists', '/srv/site is there already.', 'Choose another name.');

describe('files by the keyboard', () => {
  it('are walked, renamed and fetched', async () => {
    const { address } = await open();
    await row('notes.txt');
    const rows = screen.getAllByRole('row').slice(1);
    expect(rows.map((one) => one.textContent?.match(/site|latest|notes|tap/)?.[0])).toEqual([
      'site',
      'latest',
      'notes',
      'tap',
    ]);
    await userEvent.keyboard('jjj{F2}');
    await screen.findByRole('dialog', { name: 'Rename notes.txt' });
    await userEvent.keyboard('{Escape}');
    await userEvent.keyboard('d');
    await screen.findByRole('dialog', { name: 'Download notes.txt' });
    await userEvent.keyboard('{Escape}');
    await userEvent.keyboard('k{Enter}');
    await waitFor(() => expect(folderOf(address())).toBe('/srv/latest'));
  });

  it('no special file is fetched, however it is asked for', async () => {
    // Bug caught: a pipe is read, which has no end, and the transfer never ends either.
    await open();
    await userEvent.click(await row('tap'));
    expect(screen.queryByRole('dialog')).toBeNull();
    await userEvent.keyboard('jjjjd{Enter}');
    expect(screen.queryByRole('dialog')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Actions for tap' }));
    const item = await screen.findByRole('menuitem', { name: /Download/ });
    expect(item.getAttribute('aria-disabled')).toBe('true');
  });

  it('a path that is begun to be typed is left by Escape, and a blank one goes nowhere', async () => {
    const { address } = await open({}, '&path=%2Fsrv%2Fsite');
    await screen.findByText('This folder is empty');
    for (const text of ['/etc{Escape}', '{Control>}a{/Control}{Backspace}   {Enter}']) {
      await userEvent.click(screen.getByRole('button', { name: 'Type a path' }));
      await userEvent.type(screen.getByRole('textbox', { name: 'Path' }), text);
      await screen.findByRole('button', { name: 'Type a path' });
      expect(folderOf(address())).toBe('/srv/site');
    }
  });
});

describe('a change of files that is refused', () => {
  it('leaves the new folder’s name where it was typed', async () => {
    await open({ 'hosts.makeFolder': exists });
    await row('site');
    await userEvent.click(screen.getByRole('button', { name: 'New folder' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'New folder' }));
    await userEvent.type(dialog.getByLabelText('Name'), 'site{Enter}');
    await screen.findByText('/srv/site is there already.');
    expect(dialog.getByLabelText('Name')).toHaveProperty('value', 'site');
  });

  it('leaves the dialog of a rename open, and the file under its name', async () => {
    await open({ 'hosts.renameFile': exists });
    await menu('notes.txt', 'Rename');
    const dialog = within(await screen.findByRole('dialog', { name: 'Rename notes.txt' }));
    const field = dialog.getByLabelText('Name');
    const verb = dialog.getByRole('button', { name: 'Rename' });
    expect(verb).toHaveProperty('disabled', true);
    for (const bad of ['', '.', '..', 'a/b']) {
      await userEvent.clear(field);
      if (bad) await userEvent.type(field, bad);
      expect(verb).toHaveProperty('disabled', true);
    }
    await userEvent.clear(field);
    await userEvent.type(field, 'site{Enter}');
    await screen.findByText('/srv/site is there already.');
    expect(field).toHaveProperty('value', 'site');
  });

  it('says why nothing was deleted, and asks no further', async () => {
    const look = vi.fn(files);
    await open({
      'hosts.files': look as never,
      'hosts.removeFile': refusing('ssh.file_denied', 'The host does not permit it.'),
    });
    await menu('notes.txt', 'Delete');
    const dialog = within(await screen.findByRole('dialog', { name: 'Delete notes.txt' }));
    const before = look.mock.calls.length;
    await userEvent.click(dialog.getByRole('button', { name: 'Delete' }));
    await screen.findByText('The host does not permit it.');
    expect(look.mock.calls.length).toBe(before);
    await userEvent.keyboard('{Escape}');
    await row('notes.txt');
  });
});

describe('what is deleted', () => {
  it('is the link and not what it leads to', async () => {
    // Bug caught: a link to a folder is deleted with everything in that folder.
    const remove = vi.fn((_asked: Asked<{ path: string; recursive: boolean }>) => ({ removed: 1 }));
    await open({ 'hosts.removeFile': remove as never });
    await menu('latest', 'Delete');
    const dialog = within(await screen.findByRole('dialog', { name: 'Delete latest' }));
    expect(dialog.queryByRole('textbox')).toBeNull();
    await userEvent.click(dialog.getByRole('button', { name: 'Delete' }));
    await waitFor(() =>
      expect(remove.mock.lastCall?.[0].input).toMatchObject({
        path: '/srv/latest',
        recursive: false,
      }),
    );
  });

  it('is gone from the list at once', async () => {
    const there = [entry('/srv/a.txt'), entry('/srv/b.txt')];
    await open({
      'hosts.files': () => ({ path: '/srv', entries: [...there] }),
      'hosts.removeFile': () => {
        there.shift();
        return { removed: 1 };
      },
    });
    await menu('a.txt', 'Delete');
    const dialog = within(await screen.findByRole('dialog', { name: 'Delete a.txt' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Delete' }));
    await screen.findByText('1 entry was deleted');
    await waitFor(() => expect(screen.queryByText('a.txt')).toBeNull());
    await row('b.txt');
  });
});

describe('what is sent and fetched', () => {
  it('goes where the person said last time', async () => {
    await open({ 'hosts.download': refusing('ssh.download_failed', 'No space left.') });
    await menu('notes.txt', 'Download');
    const into = () => screen.getByLabelText<HTMLInputElement>('Into folder');
    await screen.findByRole('dialog', { name: 'Download notes.txt' });
    await userEvent.clear(into());
    expect(screen.getByRole('button', { name: 'Download' })).toHaveProperty('disabled', true);
    await userEvent.type(into(), ' /data/in {Enter}');
    await screen.findByText('No space left.');
    await menu('site', 'Download');
    await screen.findByRole('dialog', { name: 'Download site' });
    expect(into().value).toBe('/data/in');
  });

  it('into the browser says once why it cannot be fetched', async () => {
    // Bug caught: two toasts for one error.
    await open({ 'files.openDownload': refusing('ssh.file_denied', 'It may not be read.') });
    await menu('notes.txt', 'Download');
    await userEvent.click(await screen.findByRole('button', { name: 'Save on this computer' }));
    await screen.findByText('It may not be read.');
    expect(screen.getAllByText('It may not be read.')).toHaveLength(1);
    screen.getByRole('dialog', { name: 'Download notes.txt' });
  });

  it('on the desktop is chosen by its path, each once, beside what was typed', async () => {
    window.nexus = { connect: () => {}, pathOf: (file) => `/home/ada/${file.name}` };
    const sent: string[] = [];
    await open({
      'hosts.upload': async function* ({ input }: Asked<{ from: string }>) {
        sent.push(input.from);
        yield { stream: '', bytes: 0, items: [] };
      } as never,
    });
    await row('site');
    await userEvent.click(screen.getByRole('button', { name: 'Upload' }));
    const list = await screen.findByLabelText<HTMLTextAreaElement>('Files and folders');
    await userEvent.type(list, ' /etc/motd {Enter}');
    const chooser = screen.getByLabelText<HTMLInputElement>('Choose files', { selector: 'input' });
    await userEvent.upload(chooser, [new File(['x'], 'a'), new File(['y'], 'b')]);
    await userEvent.upload(chooser, new File(['x'], 'a'));
    expect(list.value).toBe('/etc/motd\n/home/ada/a\n/home/ada/b');
    const dialog = within(screen.getByRole('dialog', { name: 'Upload to web-1' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Upload' }));
    await waitFor(() => expect(sent).toEqual(['/etc/motd', '/home/ada/a', '/home/ada/b']));
  });
});

describe('files on a phone', () => {
  it('are cards with what the row says, opened by a press and with their menu', async () => {
    const phone = vi.spyOn(window, 'matchMedia').mockImplementation(
      (query) =>
        ({
          matches: query.includes('max-width'),
          addEventListener: () => undefined,
          removeEventListener: () => undefined,
        }) as unknown as MediaQueryList,
    );
    const { address } = await open();
    const card = within(await row('notes.txt'));
    card.getByText(/2 KiB/);
    await userEvent.click(card.getByRole('button', { name: 'Actions for notes.txt' }));
    await screen.findByRole('menuitem', { name: /Delete/ });
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).toBeNull();
    await userEvent.click(within(await row('site')).getByText('site'));
    await waitFor(() => expect(folderOf(address())).toBe('/srv/site'));
    phone.mockRestore();
  });
});
