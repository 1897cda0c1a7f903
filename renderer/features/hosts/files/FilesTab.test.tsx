import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { type Asked } from '../hosts.testing.ts';
import { entry, folderOf, menu, open, row, withFilesPage } from './filesTab.testing.tsx';

withFilesPage();

describe('the files of a host', () => {
  it('begin at home, and say what each is, how large and whose', async () => {
    await open();
    expect((await row('notes.txt')).textContent).toMatch(/2 KiB.*rw-r-----/);
    within(await row('site')).getByRole('img', { name: 'Folder' });
    within(await row('latest')).getByRole('img', { name: 'Link' });
  });

  it('are walked through down, up, along the path, and by a path that is typed', async () => {
    const { address } = await open();
    await userEvent.click(await row('site'));
    await screen.findByText('This folder is empty');
    expect(folderOf(address())).toBe('/srv/site');
    await userEvent.click(screen.getByRole('button', { name: 'Folder above' }));
    await row('notes.txt');
    await userEvent.click(screen.getByRole('button', { name: '/' }));
    await waitFor(() => expect(screen.queryByText('notes.txt')).toBeNull());
    expect(screen.getByRole('button', { name: 'Folder above' })).toHaveProperty('disabled', true);
    await userEvent.click(screen.getByRole('button', { name: 'Type a path' }));
    const field = screen.getByRole('textbox', { name: 'Path' });
    await userEvent.clear(field);
    await userEvent.type(field, '/srv/site{Enter}');
    await screen.findByText('This folder is empty');
    expect(folderOf(address())).toBe('/srv/site');
  });

  it('that may not be read say so, with the way out', async () => {
    // Bug caught: one folder that is denied leaves the whole tab broken.
    await open({}, '&path=%2Froot');
    await screen.findByText('The folder could not be read');
    screen.getByText(/does not permit access to \/root/);
    expect(screen.getByRole('button', { name: 'Upload' })).toHaveProperty('disabled', true);
    await userEvent.click(screen.getByRole('button', { name: 'Go to the home folder' }));
    await row('notes.txt');
  });

  it('are only looked at by whoever may not move them', async () => {
    const download = vi.fn();
    await open({ 'hosts.download': download }, '', 'operator');
    await userEvent.click(await row('notes.txt'));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Upload' })).toBeNull();
  });
});

describe('changing files', () => {
  it('makes a folder here', async () => {
    const make = vi.fn(({ input }: Asked<{ path: string }>) => ({
      entry: entry(input.path, { type: 'folder' }),
    }));
    await open({ 'hosts.makeFolder': make as never });
    await row('site');
    await userEvent.click(screen.getByRole('button', { name: 'New folder' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'New folder' }));
    await userEvent.type(dialog.getByLabelText('Name'), 'a/b');
    dialog.getByText('A name without slashes.');
    const verb = dialog.getByRole('button', { name: 'Make folder' });
    expect(verb).toHaveProperty('disabled', true);
    await userEvent.clear(dialog.getByLabelText('Name'));
    await userEvent.type(dialog.getByLabelText('Name'), 'new');
    await userEvent.click(verb);
    await waitFor(() =>
      expect(make.mock.lastCall?.[0].input).toEqual({ host: 'web-1', path: '/srv/new' }),
    );
    await screen.findByText('Folder new was made');
  });

  it('renames within the folder', async () => {
    const rename = vi.fn(({ input }: Asked<{ to: string }>) => ({ entry: entry(input.to) }));
    await open({ 'hosts.renameFile': rename as never });
    await menu('notes.txt', 'Rename');
    const dialog = within(await screen.findByRole('dialog', { name: 'Rename notes.txt' }));
    const field = dialog.getByLabelText<HTMLInputElement>('Name');
    expect(field.value).toBe('notes.txt');
    await userEvent.clear(field);
    await userEvent.type(field, 'read.me');
    await userEvent.click(dialog.getByRole('button', { name: 'Rename' }));
    await waitFor(() =>
      expect(rename.mock.lastCall?.[0].input).toEqual({
        host: 'web-1',
        path: '/srv/notes.txt',
        to: '/srv/read.me',
      }),
    );
  });

  it('deletes a folder with all in it only for whoever types its name', async () => {
    const remove = vi.fn((_asked: Asked<{ path: string; recursive: boolean }>) => ({ removed: 7 }));
    await open({ 'hosts.removeFile': remove as never });
    await menu('site', 'Delete');
    const dialog = within(await screen.findByRole('dialog', { name: 'Delete site' }));
    dialog.getByText(/\/srv\/site on web-1 is deleted with everything in it/);
    const verb = dialog.getByRole('button', { name: 'Delete' });
    expect(verb).toHaveProperty('disabled', true);
    await userEvent.type(dialog.getByRole('textbox'), 'site');
    await userEvent.click(verb);
    await screen.findByText('7 entries were deleted');
    expect(remove.mock.lastCall?.[0].input).toMatchObject({ path: '/srv/site', recursive: true });
  });

  it('deletes a file, never recursively', async () => {
    const remove = vi.fn((_asked: Asked<{ recursive: boolean }>) => ({ removed: 1 }));
    await open({ 'hosts.removeFile': remove as never });
    await menu('notes.txt', 'Delete');
    const dialog = within(await screen.findByRole('dialog', { name: 'Delete notes.txt' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(remove.mock.lastCall?.[0].input.recursive).toBe(false));
  });
});
