import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { TransferEvent, TransferInput } from '#contract/hostFiles.ts';
import { type Asked, streamOf } from '../hosts.testing.ts';
import { files, menu, open, row, withFilesPage } from './filesTab.testing.tsx';

withFilesPage();

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
