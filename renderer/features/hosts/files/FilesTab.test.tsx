import { ORPCError } from '@orpc/client';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RemoteEntry, TransferEvent, TransferInput } from '#contract/hostFiles.ts';
import { madeAt, sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Asked, type Handlers, openHosts, type Role, streamOf } from '../hosts.testing.ts';
import { cancelTransfer, useTransfers } from './transferStore.ts';

beforeAll(setupWindow);
afterEach(() => {
  act(() => {
    for (const { id } of useTransfers.getState().transfers) cancelTransfer(id);
  });
  closeWindow();
  useTransfers.setState(useTransfers.getInitialState(), true);
  delete window.nexus;
  vi.unstubAllGlobals();
});

const entry = (path: string, more: Partial<RemoteEntry> = {}): RemoteEntry => ({
  name: path.split('/').at(-1) ?? '',
  path,
  type: 'file',
  size: 2048,
  mode: 0o640,
  modified_at: madeAt,
  uid: 0,
  gid: 0,
  ...more,
});

const tree: Record<string, RemoteEntry[]> = {
  '/srv': [
    entry('/srv/site', { type: 'folder', mode: 0o755 }),
    entry('/srv/latest', { type: 'link' }),
    entry('/srv/notes.txt'),
    entry('/srv/tap', { type: 'other' }),
  ],
  '/srv/site': [],
  '/': [entry('/srv', { type: 'folder' })],
};

const files = ({ input }: Asked<{ path: string }>) => {
  const path = input.path === '.' ? '/srv' : input.path;
  const entries = tree[path];
  if (entries) return { path, entries };
  throw new ORPCError('FORBIDDEN', {
    data: {
      code: 'ssh.file_denied',
      message: `The host does not permit access to ${path}.`,
      kind: 'user',
    },
  });
};

const open = (handlers: Handlers = {}, path = '', role?: Role) =>
  openHosts(`/hosts/web-1?tab=files${path}`, [sampleHost('web-1')], {
    handlers: { 'hosts.files': files as never, ...handlers },
    ...(role ? { role } : {}),
  });
const row = (name: string) => screen.findByRole('row', { name: new RegExp(name) });
const menu = async (name: string, item: string) => {
  await userEvent.click(await screen.findByRole('button', { name: `Actions for ${name}` }));
  await userEvent.click(await screen.findByRole('menuitem', { name: new RegExp(item) }));
};
const folderOf = (address: string) => new URL(address, 'x:/').searchParams.get('path');

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

const progress = (bytes: number, total = 4 * 1024 ** 2): TransferEvent => ({
  type: 'progress',
  host: 'web-1',
  file: '/srv/notes.txt',
  bytes,
  total,
  files: 1,
  files_total: 3,
});
const done: TransferEvent = {
  type: 'done',
  host: 'web-1',
  files: 3,
  bytes: 4 * 1024 ** 2,
  resumed: 1024 ** 2,
  ms: 2000,
  verified: true,
};
const transfers = () => screen.findByRole('region', { name: 'Transfers' });

describe('transfers', () => {
  it('fetch a file into a folder of this machine, and say what came of it', async () => {
    const download = vi.fn(
      streamOf([[progress(1024 ** 2)], [done]]) as (asked: Asked<TransferInput>) => never,
    );
    await open({ 'hosts.download': download as never });
    await userEvent.click(await row('notes.txt'));
    const dialog = within(await screen.findByRole('dialog', { name: 'Download notes.txt' }));
    const folder = dialog.getByLabelText('Into folder');
    await userEvent.clear(folder);
    await userEvent.type(folder, '/tmp/here');
    await userEvent.click(dialog.getByRole('button', { name: 'Download' }));
    await within(await transfers()).findByText(
      '3 files, 4 MiB in 2.0 s · 1 MiB was there already · checksum is right',
    );
    // With a slash at its end: a folder that is not there yet is made, and no file of that name.
    expect(download.mock.lastCall?.[0].input).toMatchObject({
      host: 'web-1',
      from: '/srv/notes.txt',
      to: '/tmp/here/',
      resume: true,
      verify: true,
    });
    await userEvent.click(screen.getByRole('button', { name: 'Clear finished' }));
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Transfers' })).toBeNull());
  });

  it('fetch a file or a folder into the browser, where the page is in one', async () => {
    const clicked: string[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      clicked.push(`${this.getAttribute('href')} ${this.download}`);
    });
    await open({
      'files.openDownload': (({ input }: Asked<{ path: string }>) =>
        input.path.endsWith('site')
          ? { url: '/files/t1', name: 'site.tar' }
          : { url: '/files/t2', name: 'notes.txt', size: 1 }) as never,
    });
    await menu('site', 'Download');
    await userEvent.click(
      await screen.findByRole('button', { name: 'Save on this computer (tar archive)' }),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await userEvent.click(await row('notes.txt'));
    await userEvent.click(await screen.findByRole('button', { name: 'Save on this computer' }));
    await waitFor(() => expect(clicked).toEqual(['/files/t1 site.tar', '/files/t2 notes.txt']));
    click.mockRestore();
  });

  it('show how far they are, end on the platform when cancelled, and go on again', async () => {
    let ended = 0;
    const upload = vi.fn(async function* ({ signal }: Asked<TransferInput>) {
      yield { stream: '', bytes: 0, items: [progress(1024 ** 2)] };
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
      ended += 1;
    });
    await open({ 'hosts.upload': upload as never });
    await row('site');
    await userEvent.click(screen.getByRole('button', { name: 'Upload' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Upload to web-1' }));
    await userEvent.type(dialog.getByLabelText('Files and folders'), '~/site\n/etc/motd');
    await userEvent.click(dialog.getByRole('button', { name: 'Upload' }));
    const list = within(await transfers());
    await waitFor(() =>
      expect(list.getAllByText(/^1 MiB of 4 MiB · 1 of 3 files/)).toHaveLength(2),
    );
    expect(upload.mock.calls.map(([{ input }]) => [input.from, input.to])).toEqual([
      ['~/site', '/srv/'],
      ['/etc/motd', '/srv/'],
    ]);
    const bar = list.getByRole('progressbar', { name: 'Progress of site' });
    expect(bar.getAttribute('aria-valuenow')).toBe(String(1024 ** 2));
    await userEvent.click(list.getByRole('button', { name: 'Cancel site' }));
    await list.findByText(/^Cancelled\./);
    await waitFor(() => expect(ended).toBe(1));
    await userEvent.click(list.getByRole('button', { name: 'Go on with site' }));
    await waitFor(() => expect(upload).toHaveBeenCalledTimes(3));
    expect(upload.mock.lastCall?.[0].input).toMatchObject({ from: '~/site', resume: true });
  });

  it('that fail say why', async () => {
    const failed: TransferEvent = {
      type: 'failed',
      host: 'web-1',
      error: {
        code: 'ssh.download_failed',
        message: 'No space left on this machine.',
        kind: 'operational',
      },
    };
    await open({ 'hosts.download': streamOf([[progress(1)], [failed]]) });
    await userEvent.click(await row('notes.txt'));
    await userEvent.click(await screen.findByRole('button', { name: 'Download' }));
    await within(await transfers()).findByText('No space left on this machine.');
  });

  it('show the folder anew when something has arrived', async () => {
    const look = vi.fn(files);
    await open({ 'hosts.files': look as never, 'hosts.upload': streamOf([[done]]) });
    await row('site');
    const before = look.mock.calls.length;
    await userEvent.click(screen.getByRole('button', { name: 'Upload' }));
    await userEvent.type(await screen.findByLabelText('Files and folders'), '/etc/motd');
    const dialog = within(screen.getByRole('dialog', { name: 'Upload to web-1' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Upload' }));
    await waitFor(() => expect(look.mock.calls.length).toBeGreaterThan(before));
  });
});

/** The browser's request, as far as an upload uses it; whatever is sent arrives, unless told otherwise. */
class FakeRequest extends EventTarget {
  static sent: [string, string, number][] = [];
  static answers: [number, unknown][] = [];
  static install() {
    FakeRequest.sent = [];
    FakeRequest.answers = [];
    vi.stubGlobal('XMLHttpRequest', FakeRequest);
    return FakeRequest;
  }
  upload = new EventTarget();
  status = 0;
  responseText = '';
  #to: [string, string] = ['', ''];
  open(method: string, url: string) {
    this.#to = [method, url];
  }
  abort() {
    this.dispatchEvent(new Event('abort'));
  }
  send(body: Blob) {
    FakeRequest.sent.push([...this.#to, body.size]);
    const file = { path: '/srv/x', bytes: body.size, resumed: 0, verified: true };
    const [status, answer] = FakeRequest.answers.shift() ?? [200, file];
    this.status = status;
    this.responseText = JSON.stringify(answer);
    this.dispatchEvent(new Event('load'));
    this.dispatchEvent(new Event('loadend'));
  }
}

describe('files that are dropped', () => {
  const drop = (zone: HTMLElement) => {
    const dropped = [new File(['x'], 'site'), new File(['y'], 'motd')];
    const dataTransfer = { types: ['Files'], files: dropped, dropEffect: 'none' };
    fireEvent.dragEnter(zone, { dataTransfer });
    const hint = screen.queryByText('Drop to send to /srv on web-1');
    fireEvent.drop(zone, { dataTransfer });
    return hint;
  };

  it('on the desktop are sent into the folder that is shown', async () => {
    const upload = vi.fn(streamOf([[done]]) as (asked: Asked<TransferInput>) => never);
    window.nexus = { connect: () => {}, pathOf: (file) => `/home/ada/${file.name}` };
    await open({ 'hosts.upload': upload as never });
    await row('site');
    expect(drop(screen.getByTestId('drop-zone'))).toBeTruthy();
    await waitFor(() => expect(upload).toHaveBeenCalledTimes(2));
    expect(upload.mock.calls.map(([{ input }]) => [input.from, input.to])).toEqual([
      ['/home/ada/site', '/srv/'],
      ['/home/ada/motd', '/srv/'],
    ]);
  });

  it('in a browser, which does not tell where they are, go by its own connection', async () => {
    // Bug caught: a drop does nothing, or the page is replaced by the file.
    const upload = vi.fn();
    const opened: unknown[] = [];
    const request = FakeRequest.install();
    await open({
      'hosts.upload': upload,
      'files.openUpload': (({ input }: Asked<{ name: string }>) => {
        opened.push(input);
        return { url: `/files/${input.name}`, path: `/srv/${input.name}`, offset: 0 };
      }) as never,
    });
    await row('site');
    drop(screen.getByTestId('drop-zone'));
    const list = within(await transfers());
    await waitFor(() => expect(list.getAllByText(/^1 file, 1 B in .* · checksum/)).toHaveLength(2));
    expect(opened).toMatchObject([
      { host: 'web-1', folder: '/srv/', name: 'site', size: 1 },
      { host: 'web-1', folder: '/srv/', name: 'motd', size: 1 },
    ]);
    expect(request.sent).toEqual([
      ['PUT', '/files/site', 1],
      ['PUT', '/files/motd', 1],
    ]);
    expect(upload).not.toHaveBeenCalled();
  });

  it('are chosen in a browser as well, and one that fails says why and goes on', async () => {
    const offsets = [0, 2];
    const request = FakeRequest.install();
    request.answers = [
      [503, { code: 'ssh.connection_lost', message: 'The host is gone.', kind: 'operational' }],
      [200, { path: '/srv/x', bytes: 5, resumed: 2, verified: true }],
    ];
    await open({
      'files.openUpload': (() => ({
        url: '/files/x',
        path: '/srv/x',
        offset: offsets.shift(),
      })) as never,
    });
    await row('site');
    await userEvent.click(screen.getByRole('button', { name: 'Upload' }));
    const chooser = await screen.findByLabelText<HTMLInputElement>('Choose files', {
      selector: 'input',
    });
    await userEvent.upload(chooser, new File(['12345'], 'x'));
    const list = within(await transfers());
    await list.findByText('The host is gone.');
    await userEvent.click(list.getByRole('button', { name: 'Go on with x' }));
    await list.findByText(/^1 file, 5 B in .* · 2 B was there already/);
    expect(request.sent.map(([, , size]) => size)).toEqual([5, 3]);
  });

  it('are not taken from whoever may not upload', async () => {
    window.nexus = { connect: () => {}, pathOf: () => '/etc/shadow' };
    const upload = vi.fn();
    await open({ 'hosts.upload': upload }, '', 'operator');
    await row('site');
    expect(drop(screen.getByTestId('drop-zone'))).toBeNull();
    expect(upload).not.toHaveBeenCalled();
  });
});
