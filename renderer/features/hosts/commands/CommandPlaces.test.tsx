import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ExecEvent } from '#contract/hostCommands.ts';
import { sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, Feed, refusing, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Handlers, openHosts, streamOf } from '../hosts.testing.ts';
import { begins, ends, writes } from './command.testing.ts';
import { stopCommand, useCommand } from './commandStore.ts';

beforeAll(setupWindow);
afterEach(() => {
  act(stopCommand);
  closeWindow();
  vi.restoreAllMocks();
  useCommand.setState(useCommand.getInitialState(), true);
});

const hosts = [
  sampleHost('web-1', { groups: ['web'] }),
  sampleHost('web-2', { groups: ['web'], environment: 'production', tags: ['blue'] }),
];
const open = (path: string, handlers: Handlers = {}) => openHosts(path, hosts, { handlers });
const field = () => screen.findByRole<HTMLInputElement>('combobox', { name: 'Hosts' });
const run = async (command: string) => {
  await userEvent.type(await screen.findByLabelText('Command'), command);
  const button = await screen.findByRole('button', { name: /^Run on/ });
  await waitFor(() => expect(button).toHaveProperty('disabled', false));
  await userEvent.click(button);
};

describe('where a command is to run', () => {
  it('is offered by group and tag, as the inventory has them', async () => {
    await open('/commands');
    const list = document.querySelector(`#${(await field()).getAttribute('list')}`);
    await waitFor(() =>
      expect(Array.from(list?.children ?? [], ({ textContent }) => textContent)).toEqual([
        'all',
        'group:web',
        'tag:blue',
      ]),
    );
  });

  it('is kept in the address when it is typed, so that a reload has it', async () => {
    const { address } = await open('/commands');
    await userEvent.type(await field(), 'group:web');
    await userEvent.tab();
    await waitFor(() =>
      expect(new URL(address(), 'x:/').searchParams.get('hosts')).toBe('group:web'),
    );
  });

  it('follows a link that names others while the page is open', async () => {
    // Bug caught: the palette names two hosts, and the command runs on those of before.
    const { go } = await open('/commands?hosts=name%3Aweb-1');
    await screen.findByText('1 host:');
    await act(() => go('/commands?hosts=group%3Aweb'));
    await waitFor(async () => expect((await field()).value).toBe('group:web'));
    await screen.findByText('2 hosts:');
  });

  it('names eight hosts, and says how many more there are', async () => {
    const many = Array.from({ length: 11 }, (_, at) => sampleHost(`n-${at}`, { groups: ['n'] }));
    await openHosts('/commands?hosts=group%3An', many);
    await screen.findByText('11 hosts:');
    expect(screen.getByText(/n-7/).textContent).not.toContain('n-8');
    screen.getByText(/and 3 more/);
  });

  it('promises nothing about an approval before the settings are known', async () => {
    // Bug caught: "No approval is asked for", said of a setting that could not be read.
    await open('/commands?hosts=group%3Aweb', {
      'settings.get': refusing('internal', 'The settings are not there.'),
    });
    await screen.findByText(/1 production host is among them: web-2/);
    expect(document.body.textContent).not.toMatch(/approval/);
  });
});

describe('what came of it', () => {
  const feed = () => new Feed<ExecEvent>();

  it('is shown for all hosts again by a second press on the row, and by its cross', async () => {
    await open('/commands?hosts=group%3Aweb', {
      'hosts.exec': streamOf([
        [begins('web-1'), writes('web-1', 'one\n'), ends('web-1', 0)],
        [begins('web-2'), writes('web-2', 'two\n'), ends('web-2', 0)],
      ]),
    });
    await run('hostname');
    await screen.findByText('Finished');
    const row = (name: string) =>
      within(screen.getByRole('grid', { name: 'Results' })).getByRole('row', {
        name: new RegExp(name),
      });
    for (const back of [
      () => userEvent.click(row('web-1')),
      () => userEvent.click(screen.getByRole('button', { name: 'Show the output of all hosts' })),
    ]) {
      await userEvent.click(row('web-1'));
      expect(screen.getByRole('log', { name: 'web-1' }).textContent).not.toContain('two');
      await back();
      expect(screen.getByRole('log', { name: 'Output of all hosts' }).textContent).toMatch(
        /one.*two/s,
      );
    }
  });

  it('is counted while it runs, and cannot be saved or tried again before it has ended', async () => {
    const events = feed();
    await open('/commands?hosts=group%3Aweb', { 'hosts.exec': events.handler });
    await run('make');
    await waitFor(() => expect(events.readers).toBe(1));
    events.push(begins('web-1'), ends('web-1', 2), begins('web-2'));
    await screen.findByText('0 succeeded, 1 failed, 1 left');
    const bar = screen.getByRole('progressbar', { name: 'Hosts that have ended' });
    expect([bar.getAttribute('aria-valuenow'), bar.getAttribute('aria-valuemax')]).toEqual([
      '1',
      '2',
    ]);
    expect(screen.queryByRole('button', { name: /^Retry/ })).toBeNull();
    expect(screen.getByRole('button', { name: 'Download results as JSON' })).toHaveProperty(
      'disabled',
      true,
    );
    screen.getByRole('button', { name: 'Stop' });
  });

  it('is saved as the JSON of all hosts', async () => {
    const files: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((file) => {
      files.push(file as Blob);
      return 'blob:x';
    });
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
    await open('/commands?hosts=name%3Aweb-1', {
      'hosts.exec': streamOf([[begins('web-1'), writes('web-1', 'up\n'), ends('web-1', 0)]]),
    });
    await run('uptime');
    await screen.findByText('Finished');
    await userEvent.click(screen.getByRole('button', { name: 'Download results as JSON' }));
    expect(JSON.parse(await files[0]!.text())).toMatchObject({
      results: [{ host: 'web-1', exit_code: 0, stdout: 'up\n' }],
    });
  });

  it('says where output was cut, and by what a command was killed', async () => {
    // Bug caught: 8 MiB of a log look like all of it.
    await open('/commands?hosts=group%3Aweb', {
      'hosts.exec': streamOf([
        [begins('web-1'), ends('web-1', 0, { truncated: true })],
        [begins('web-2'), ends('web-2', null, { signal: 'SIGKILL' })],
      ]),
    });
    await run('cat big');
    await screen.findByText('Output is cut at 8 MiB per host');
    screen.getByText('Killed by SIGKILL');
  });

  it('says that it broke off, where it had begun', async () => {
    await open('/commands?hosts=name%3Aweb-1', {
      'hosts.exec': async function* () {
        yield { stream: '', bytes: 0, items: [begins('web-1')] };
        throw new Error('the platform went away');
      } as never,
    });
    await run('uptime');
    await screen.findByText('Broken off');
    expect(screen.queryByText('Not run')).toBeNull();
    await screen.findByRole('button', { name: 'Retry 1 failed' });
  });
});
