import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sampleHealth, sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Handlers, openHosts, type Role } from '../hosts.testing.ts';

beforeAll(setupWindow);
afterEach(closeWindow);

const web = sampleHost('web-1', {
  user: 'ops',
  port: 2222,
  jump: ['gate', 'inner'],
  groups: ['web'],
  environment: 'production',
  notes: 'Behind the old switch.\nAsk Ada.',
  options: { accept_new: true, certificates: ['~/me-cert.pub'] },
});
const facts = () => ({
  facts: {
    os: 'Debian 12',
    cpus: 4,
    memory_bytes: 8 * 1024 ** 3,
    disk_bytes: 100e9,
    disk_free_bytes: 40e9,
    uptime_seconds: 7200,
  },
});
const open = (
  path: string,
  options: { handlers?: Handlers; role?: Role; connected?: boolean } = {},
) =>
  openHosts(path, [web], {
    ...(options.role ? { role: options.role } : {}),
    connections: options.connected ? [sampleHealth('web-1')] : [],
    handlers: { 'hosts.facts': facts, ...options.handlers },
  });
const card = (name: string) => screen.findByRole('region', { name });

describe('the page of a host', () => {
  it('says how it is entered: the way there, the labels, the notes', async () => {
    await open('/hosts/web-1');
    const shown = within(await card('Inventory'));
    shown.getByText('gate → inner');
    shown.getByText('~/me-cert.pub');
    shown.getByText('@web');
    shown.getByText(/Behind the old switch\.\s+Ask Ada\./);
    shown.getByText('Taken without asking');
    screen.getByTitle('A production host: take care');
  });

  it('reads what the machine says of itself where a connection is open', async () => {
    await open('/hosts/web-1', { connected: true });
    const shown = within(await card('Machine'));
    await shown.findByText('Debian 12');
    shown.getByText('8.00 GiB'.replace('.00', ''));
    shown.getByText('2 hours');
  });

  it('makes no connection by itself, only when asked', async () => {
    // Bug caught: looking at a page asks a production host for a login.
    const read = vi.fn(facts);
    await open('/hosts/web-1', { handlers: { 'hosts.facts': read } });
    const shown = within(await card('Machine'));
    await shown.findByText(/is read when a connection is open/);
    expect(read).not.toHaveBeenCalled();
    await userEvent.click(shown.getByRole('button', { name: 'Connect and read' }));
    await shown.findByText('Debian 12');
  });

  it('says why it could not be read, and tries again when asked', async () => {
    let fail = true;
    await open('/hosts/web-1', {
      handlers: {
        'hosts.facts': () => {
          if (!fail) return facts();
          throw new ORPCError('BAD_GATEWAY', {
            data: { code: 'ssh.timeout', message: 'web-1 did not answer.', kind: 'operational' },
          });
        },
      },
    });
    const shown = within(await card('Machine'));
    await userEvent.click(await shown.findByRole('button', { name: 'Connect and read' }));
    expect((await shown.findByRole('alert')).textContent).toContain('web-1 did not answer.');
    fail = false;
    await userEvent.click(shown.getByRole('button', { name: 'Connect and read' }));
    await shown.findByText('Debian 12');
  });

  it('shows the error of a failing connection and when it is tried again', async () => {
    await openHosts('/hosts/web-1', [web], {
      connections: [
        sampleHealth('web-1', {
          state: 'failing',
          error: { code: 'ssh.refused', message: 'Connection refused.' },
          retry_at: new Date(Date.now() + 60_000).toISOString(),
        }),
      ],
    });
    const shown = within(await card('Connection'));
    shown.getByText('Failing');
    expect(shown.getByRole('alert').textContent).toContain('ssh.refused');
    shown.getByText('Next attempt');
  });

  it('is found by id too, and says so when there is none', async () => {
    await open('/hosts/host_web-1');
    await screen.findByRole('heading', { name: /web-1/, level: 1 });
    closeWindow();
    await open('/hosts/nowhere');
    await screen.findByText('There is no host nowhere');
  });

  it('keeps from a viewer what they may not do', async () => {
    await open('/hosts/web-1?tab=files', { role: 'viewer', connected: true });
    await card('Inventory');
    expect(screen.queryByRole('tab', { name: 'Files' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Open terminal' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Connect and read' })).toBeNull();
  });

  it('leads to the command page and the form by key', async () => {
    const { address } = await open('/hosts/web-1');
    await card('Inventory');
    await userEvent.keyboard('e');
    await screen.findByRole('dialog', { name: 'Edit host web-1' });
    await userEvent.keyboard('{Escape}');
    await userEvent.keyboard('r');
    await waitFor(() => expect(address()).toContain('/commands'));
    expect(new URL(address(), 'x:/').searchParams.get('hosts')).toBe('name:web-1');
  });

  it('goes back to the list when the host is removed', async () => {
    const { address } = await open('/hosts/web-1', {
      handlers: { 'hosts.remove': () => ({ removed: true }) },
    });
    await card('Inventory');
    await userEvent.click(screen.getByRole('button', { name: 'Actions for web-1' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: /Remove host/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Remove host web-1' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Remove host' }));
    await waitFor(() => expect(address()).toBe('/hosts'));
  });
});
