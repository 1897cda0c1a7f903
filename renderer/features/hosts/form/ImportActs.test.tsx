import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Host, HostImport } from '#contract/hosts.ts';
import { sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, refusing, setupWindow } from '#renderer/testing/windowHarness.tsx';
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
const found = (more: Partial<HostImport> = {}): HostImport => ({
  hosts: [
    { name: 'inner', change: 'added', address: 'fe80::7', port: 2222, jump: ['gate', 'mid'] },
    { name: 'gate', change: 'updated', address: 'gate.example.org', port: 22, jump: [] },
  ],
  added: ['inner'],
  updated: ['gate'],
  unchanged: [],
  warnings: [],
  ...more,
});
const open = async (run: (asked: Asked<Request>) => HostImport, hosts: Host[] = []) => {
  const window = await openHosts('/hosts?import=true', hosts, {
    handlers: { 'hosts.import': run as never },
  });
  return { ...window, dialog: within(await screen.findByRole('dialog', { name: 'Import hosts' })) };
};
const verb = (dialog: ReturnType<typeof within>, count: number) =>
  dialog.findByRole('button', { name: `Import ${count} ${count === 1 ? 'host' : 'hosts'}` });

describe('an import', () => {
  it('says how each host is reached: through which, and an IPv6 address so that its port is seen', async () => {
    const { dialog } = await open(() => found());
    await dialog.findByText('gate → mid → [fe80::7]:2222');
    expect(dialog.getByText('inner').closest('li')?.textContent).toContain('New');
    expect(dialog.getByText('gate').closest('li')?.textContent).toContain('Changed');
  });

  it('that is refused keeps what was chosen, and can be made again', async () => {
    // Bug caught: the dialog goes away with the error, and the file is typed once more.
    let fail = true;
    const run = vi.fn(({ input }: Asked<Request>) => {
      if (!input.dry_run && fail) refusing('database.full', 'The disk is full.')();
      return found();
    });
    const hosts: Host[] = [];
    const { dialog } = await open(run, hosts);
    await userEvent.type(dialog.getByLabelText('Put into group'), 'lab{Enter}');
    await waitFor(async () => expect(await verb(dialog, 2)).toHaveProperty('disabled', false));
    await userEvent.click(await verb(dialog, 2));
    await screen.findByText('The disk is full.');
    expect(dialog.getByLabelText('Put into group')).toHaveProperty('value', 'lab');
    fail = false;
    hosts.push(sampleHost('inner'));
    await userEvent.click(await verb(dialog, 2));
    await screen.findByText('2 hosts were imported');
    expect(run.mock.lastCall?.[0].input).toMatchObject({ group: 'lab', dry_run: false });
    await screen.findByRole('row', { name: /inner/ });
  });

  it('takes new keys without asking only where that was switched on', async () => {
    const run = vi.fn((_asked: Asked<Request>) => found());
    const { dialog } = await open(run);
    await dialog.findByText('inner');
    await userEvent.click(dialog.getByRole('switch', { name: /^Take a new host key/ }));
    await waitFor(async () => expect(await verb(dialog, 2)).toHaveProperty('disabled', false));
    await userEvent.click(await verb(dialog, 2));
    await screen.findByText('2 hosts were imported');
    expect(run.mock.lastCall?.[0].input.accept_new).toBe(true);
  });

  it('that would change nothing cannot be made', async () => {
    const hosts = found().hosts.map((host) => ({ ...host, change: 'unchanged' as const }));
    const { dialog } = await open(() => found({ hosts, added: [], updated: [] }));
    expect(await dialog.findAllByText('As before')).toHaveLength(2);
    expect(await verb(dialog, 0)).toHaveProperty('disabled', true);
  });

  it('with the commands of the file allowed runs them for this file only, also for real', async () => {
    const run = vi.fn(({ input }: Asked<Request>) => {
      if (!input.allow_exec) refusing('ssh.config_runs_commands', 'It would run commands.')();
      return found();
    });
    const { dialog } = await open(run);
    await userEvent.click(await dialog.findByRole('button', { name: 'Run them and preview' }));
    await userEvent.click(await verb(dialog, 2));
    await screen.findByText('2 hosts were imported');
    expect(run.mock.calls.map(([{ input }]) => [input.dry_run, input.allow_exec])).toEqual([
      [true, false],
      [true, true],
      [false, true],
    ]);
  });

  it('is left by Escape without anything being imported, and the address forgets it', async () => {
    const run = vi.fn((_asked: Asked<Request>) => found());
    const { dialog, address } = await open(run);
    await dialog.findByText('inner');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(address()).toBe('/hosts'));
    expect(run.mock.calls.every(([{ input }]) => input.dry_run)).toBe(true);
  });
});
