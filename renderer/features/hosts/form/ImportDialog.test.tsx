import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostImport } from '#contract/hosts.ts';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Asked, openHosts } from '../hosts.testing.ts';

beforeAll(setupWindow);
afterEach(closeWindow);

interface Request {
  file: string;
  dry_run: boolean;
  allow_exec: boolean;
  accept_new: boolean;
  group?: string;
}

const found: HostImport = {
  hosts: [
    { name: 'gate', change: 'unchanged', address: 'gate.example.org', port: 22, jump: [] },
    {
      name: 'inner',
      change: 'added',
      address: '10.0.0.7',
      port: 2222,
      user: 'ops',
      jump: ['gate'],
    },
  ],
  added: ['inner'],
  updated: [],
  unchanged: ['gate'],
  warnings: ['“a b” is no name that Nexus takes; it is passed over.'],
};

const open = (run: (asked: Asked<Request>) => HostImport) =>
  openHosts('/hosts?import=true', [], { handlers: { 'hosts.import': run as never } });
const dialog = () => screen.findByRole('dialog', { name: 'Import hosts' });

describe('an import', () => {
  it('shows first what would come, how it would be reached, and what is wrong', async () => {
    const run = vi.fn((_asked: Asked<Request>) => found);
    await open(run);
    const shown = within(await dialog());
    await shown.findByText('gate → ops@10.0.0.7:2222');
    shown.getByText('As before');
    shown.getByText(/it is passed over/);
    expect(run.mock.calls.map(([{ input }]) => input.dry_run)).toEqual([true]);
    await userEvent.click(shown.getByRole('button', { name: 'Import 1 host' }));
    await screen.findByText('1 host was imported');
    expect(run.mock.lastCall?.[0].input).toEqual({
      file: '~/.ssh/config',
      allow_exec: false,
      accept_new: false,
      dry_run: false,
    });
  });

  it('imports only what was looked at: another file wants another look', async () => {
    // Bug caught: the preview is of one file and the import of another.
    const run = vi.fn((_asked: Asked<Request>) => found);
    await open(run);
    const shown = within(await dialog());
    await shown.findByText('As before');
    const take = shown.getByRole('button', { name: 'Import 1 host' });
    await userEvent.clear(shown.getByLabelText('File'));
    await userEvent.type(shown.getByLabelText('File'), '/etc/hosts.conf');
    await userEvent.type(shown.getByLabelText('Put into group'), 'lab');
    expect(take).toHaveProperty('disabled', true);
    expect(run).toHaveBeenCalledTimes(1);
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(run).toHaveBeenCalledTimes(2));
    expect(run.mock.lastCall?.[0].input).toMatchObject({
      file: '/etc/hosts.conf',
      group: 'lab',
      dry_run: true,
    });
    await waitFor(() => expect(take).toHaveProperty('disabled', false));
  });

  it('runs the commands that a file names only for whoever has seen them', async () => {
    const run = vi.fn(({ input }: Asked<Request>) => {
      if (input.allow_exec) return found;
      throw new ORPCError('BAD_REQUEST', {
        data: {
          code: 'ssh.config_runs_commands',
          message: 'Reading it would run commands.',
          kind: 'user',
          details: { places: ['/home/ada/.ssh/config:7: Match exec "touch /tmp/x"'] },
        },
      });
    });
    await open(run);
    const shown = within(await dialog());
    await shown.findByText(/touch \/tmp\/x/);
    expect(shown.getByRole('button', { name: 'Import 0 hosts' })).toHaveProperty('disabled', true);
    await userEvent.click(shown.getByRole('button', { name: 'Run them and preview' }));
    await shown.findByText('As before');
    // The permission is for this file: another one asks again.
    await userEvent.type(shown.getByLabelText('File'), '2{Enter}');
    await shown.findByText(/touch \/tmp\/x/);
    expect(run.mock.lastCall?.[0].input.allow_exec).toBe(false);
  });

  it('says that a file cannot be read, and that it names nothing', async () => {
    let fail = true;
    await open(() => {
      if (fail)
        throw new ORPCError('NOT_FOUND', {
          data: {
            code: 'ssh.config_unreadable',
            message: 'There is no ~/.ssh/config.',
            kind: 'user',
          },
        });
      return { hosts: [], added: [], updated: [], unchanged: [], warnings: [] };
    });
    const shown = within(await dialog());
    await shown.findByText('The file could not be read');
    shown.getByText('There is no ~/.ssh/config.');
    fail = false;
    await userEvent.type(shown.getByLabelText('File'), '2{Enter}');
    await shown.findByText(/^The file names no hosts/);
  });
});
