import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostEvent } from '#contract/hosts.ts';
import { sampleHealth, sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, Feed, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Asked, openHosts } from '../hosts.testing.ts';
import { applyHealth } from '../useHosts.ts';

beforeAll(setupWindow);
afterEach(closeWindow);

const web = sampleHost('web-1', { groups: ['web'], tags: ['nginx'], environment: 'production' });
const db = sampleHost('db-1', { groups: ['db'], environment: 'staging', notes: 'the old switch' });
const row = (name: string) => screen.findByRole('row', { name: new RegExp(name) });
const filter = () => screen.getByRole('textbox', { name: 'Filter' });

describe('the list of hosts', () => {
  it('says how the connection is, and why it is not', async () => {
    const connections = [
      sampleHealth('web-1', { latency_ms: 3.24 }),
      sampleHealth('db-1', {
        state: 'failing',
        error: { code: 'ssh.refused', message: 'db-1 refused the connection.' },
      }),
    ];
    await openHosts('/hosts', [web, db, sampleHost('new-1')], { connections });
    within(await row('web-1')).getByText('Connected');
    within(await row('web-1')).getByText('3.2 ms');
    expect(within(await row('db-1')).getByTitle('db-1 refused the connection.')).toBeTruthy();
    within(await row('new-1')).getByText('Not connected');
  });

  it('marks production so that it cannot be taken for another', async () => {
    // Bug caught: production is told by colour alone.
    await openHosts('/hosts', [web, db]);
    within(await row('web-1')).getByTitle('A production host: take care');
    within(await row('db-1')).getByText('staging');
    expect(within(await row('db-1')).queryByTitle(/take care/)).toBeNull();
  });

  it('follows what the platform tells', async () => {
    const feed = new Feed<HostEvent>();
    const hosts = [web];
    await openHosts('/hosts', hosts, { handlers: { 'hosts.watch': feed.handler } });
    within(await row('web-1')).getByText('Not connected');
    await waitFor(() => expect(feed.readers).toBe(1));
    feed.push({ type: 'health', health: sampleHealth('web-1') });
    await within(await row('web-1')).findByText('Connected');
    hosts.push(db);
    feed.push({ type: 'host', host: db });
    await row('db-1');
    hosts.shift();
    feed.push({ type: 'removed', id: web.id, name: web.name });
    await waitFor(() => expect(screen.queryByText('web-1')).toBeNull());
  });

  it('teaches when it is empty, and offers both ways to begin', async () => {
    const { address } = await openHosts('/hosts', []);
    await screen.findByText('No hosts yet');
    await userEvent.click(screen.getByRole('button', { name: 'Add host' }));
    await screen.findByRole('dialog', { name: 'Add host' });
    expect(address()).toContain('add=true');
    screen.getByRole('button', { name: 'Import from SSH configuration', hidden: true });
  });

  it('offers a viewer nothing that would be refused', async () => {
    await openHosts('/hosts', [web], { role: 'viewer' });
    await row('web-1');
    for (const name of ['Add host', 'Run command', 'Import from SSH configuration'])
      expect(screen.queryByRole('button', { name })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Actions for web-1' }));
    const items = await screen.findAllByRole('menuitem');
    expect(items.every((item) => item.getAttribute('aria-disabled') === 'true')).toBe(true);
  });

  it('says what is wrong when it cannot be loaded', async () => {
    await openHosts('/hosts', [], {
      handlers: {
        'hosts.list': () => {
          throw new ORPCError('INTERNAL', { message: 'The database is locked.' });
        },
      },
    });
    await screen.findByText('The hosts could not be loaded');
    screen.getByText(/The database is locked\./);
  });
});

describe('the search of hosts', () => {
  it('looks for words here, without asking the platform', async () => {
    const list = vi.fn(() => ({ hosts: [web, db] }));
    await openHosts('/hosts', [], { handlers: { 'hosts.list': list } });
    await row('web-1');
    await userEvent.type(filter(), 'old switch');
    await waitFor(() => expect(screen.queryByText('web-1')).toBeNull());
    await row('db-1');
    expect(list).toHaveBeenCalledTimes(1);
  });

  it('lets the platform work an expression out, and keeps it in the address', async () => {
    const { address } = await openHosts('/hosts?q=group%3Adb', [web, db]);
    await row('db-1');
    await waitFor(() => expect(screen.queryByText('web-1')).toBeNull());
    await userEvent.click(screen.getByRole('button', { name: 'Run command' }));
    expect(new URL(address(), 'x:/').searchParams.get('hosts')).toBe('group:db');
  });

  it('shows what is wrong with an expression, and no empty list meanwhile', async () => {
    const error = new ORPCError('BAD_REQUEST', {
      data: {
        code: 'hosts.expression_invalid',
        message: 'The host expression is not valid at position 5.',
        hint: 'Write for example: web-*',
        kind: 'user',
      },
    });
    await openHosts('/hosts', [web, db], {
      handlers: {
        'hosts.list': ({ input }: Asked<{ expression?: string }>) => {
          if (input.expression !== undefined) throw error;
          return { hosts: [web, db] };
        },
      } as never,
    });
    await row('web-1');
    await userEvent.type(filter(), 'web (');
    expect((await screen.findByRole('alert')).textContent).toContain('not valid at position 5');
    await row('web-1');
  });

  it('says so when nothing is left', async () => {
    await openHosts('/hosts?q=nowhere', [web]);
    await screen.findByText('Nothing matches this filter');
  });
});

describe('a selection', () => {
  it('is made by keys and boxes, and means exactly the selected hosts', async () => {
    const { address } = await openHosts('/hosts', [db, web, sampleHost('web-2')]);
    await row('web-1');
    await userEvent.keyboard('jx');
    await screen.findByText('1 host selected');
    await userEvent.click(screen.getByRole('checkbox', { name: 'Select web-2' }));
    await screen.findByText('2 hosts selected');
    await userEvent.keyboard('r');
    await waitFor(() => expect(address()).toContain('/commands'));
    expect(new URL(address(), 'x:/').searchParams.get('hosts')).toBe('name:db-1, name:web-2');
  });

  it('takes in what the search shows, and nothing when it is cleared', async () => {
    await openHosts('/hosts?q=web', [db, web, sampleHost('web-2')]);
    await row('web-1');
    await userEvent.keyboard('jx');
    await userEvent.click(await screen.findByRole('button', { name: 'Select all 2 shown' }));
    await screen.findByText('2 hosts selected');
    await userEvent.click(screen.getByRole('button', { name: 'Clear selection' }));
    await waitFor(() => expect(screen.queryByText(/selected/)).toBeNull());
  });

  it('leaves the other hosts alone when the key is pressed on one that is not selected', async () => {
    // Bug caught: r on a row runs on whatever else happens to be selected.
    const { address } = await openHosts('/hosts', [db, web]);
    await row('web-1');
    await userEvent.keyboard('jxjr');
    await waitFor(() => expect(address()).toContain('/commands'));
    expect(new URL(address(), 'x:/').searchParams.get('hosts')).toBe('name:web-1');
  });
});

describe('one row', () => {
  it('opens, tries and edits by key', async () => {
    const test = vi.fn(() => ({ host: 'db-1', ok: true, connect_ms: 40, command_ms: 2 }));
    const { address } = await openHosts('/hosts', [db, web], { handlers: { 'hosts.test': test } });
    await row('web-1');
    await userEvent.keyboard('jt');
    await screen.findByText('The connection works');
    expect(test).toHaveBeenCalledTimes(1);
    await userEvent.click(screen.getByRole('button', { name: 'Done' }));
    await userEvent.keyboard('e');
    await screen.findByRole('dialog', { name: 'Edit host db-1' });
    await userEvent.keyboard('{Escape}');
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(address()).toBe('/hosts/db-1'));
  });

  it('is removed after a word about what that means', async () => {
    const remove = vi.fn((_asked: Asked<{ name: string }>) => ({ removed: true }));
    await openHosts('/hosts', [db, web], { handlers: { 'hosts.remove': remove as never } });
    await row('web-1');
    await userEvent.click(screen.getByRole('button', { name: 'Actions for web-1' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: /Remove host/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Remove host web-1' });
    expect(remove).not.toHaveBeenCalled();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Remove host' }));
    await waitFor(() => expect(remove.mock.lastCall?.[0].input).toEqual({ name: 'web-1' }));
    await screen.findByText('Host web-1 was removed');
  });
});

describe('connections after events', () => {
  it('keep the newest of each host, and none of a removed one', () => {
    const after = applyHealth(
      [sampleHealth('a', { state: 'connecting' }), sampleHealth('b')],
      [
        { type: 'health', health: sampleHealth('a') },
        { type: 'health', health: sampleHealth('a', { state: 'failing' }) },
        { type: 'removed', id: 'host_b', name: 'b' },
      ],
    );
    expect(after.map(({ host, state }) => [host, state])).toEqual([['a', 'failing']]);
  });
});
