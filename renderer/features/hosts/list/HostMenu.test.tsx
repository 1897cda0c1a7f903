import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostEvent } from '#contract/hosts.ts';
import { useFrame } from '#renderer/stores/frame.ts';
import { sampleHealth, sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, Feed, refusing, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Asked, type Handlers, openHosts, type Role } from '../hosts.testing.ts';

// The drawing is looked at in the real window; here it never gets ready.
vi.mock('#renderer/features/terminals/view/loadXterm.ts', () => ({
  loadXterm: () => new Promise(() => undefined),
}));

beforeAll(setupWindow);
afterEach(() => {
  vi.restoreAllMocks();
  closeWindow();
});

const web = sampleHost('web-1', { groups: ['web'], tags: ['blue'], environment: 'production' });
const db = sampleHost('db-1');
const row = (name: string) => screen.findByRole('row', { name: new RegExp(name) });
const choose = async (host: string, item: RegExp) => {
  await userEvent.click(await screen.findByRole('button', { name: `Actions for ${host}` }));
  await userEvent.click(await screen.findByRole('menuitem', { name: item }));
};
const open = (handlers: Handlers = {}, role: Role = 'admin') =>
  openHosts('/hosts', [db, web], { handlers, role });
const onPhone = () =>
  vi.spyOn(window, 'matchMedia').mockImplementation(
    (query) =>
      ({
        matches: query.includes('max-width'),
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
      }) as unknown as MediaQueryList,
  );

describe('the menu of a host', () => {
  it.each([
    [/Browse files/, '/hosts/web-1?tab=files'],
    [/Run command/, '/commands?hosts=name%3Aweb-1'],
    [/Test connection/, '/hosts?test=web-1'],
    [/Edit host/, '/hosts?edit=web-1'],
  ])('%s leads to %s, and does not open the row below it', async (item, at) => {
    // Bug caught: the press goes through the menu, and the page of the host opens.
    const { address } = await open();
    await choose('web-1', item);
    await waitFor(() => expect(address()).toBe(at));
  });

  it('opens a terminal on that host, in the panel below the page', async () => {
    const connect = vi.fn((_asked: Asked<{ host: string }>) =>
      refusing('ssh.auth_failed', 'web-1 takes none of the keys.')(),
    );
    const { address } = await open({ 'terminals.connect': connect as never });
    await choose('web-1', /Open terminal/);
    await screen.findByText('web-1 takes none of the keys.');
    expect(connect.mock.lastCall?.[0].input).toMatchObject({ host: 'web-1' });
    expect(address()).toBe('/hosts');
    expect(useFrame.getState()).toMatchObject({ panel: 'terminals' });
  });

  it('opens it on a page of its own on a phone, which has no panel', async () => {
    onPhone();
    const { address } = await open({
      'terminals.connect': refusing('ssh.auth_failed', 'web-1 takes none of the keys.'),
    });
    await choose('web-1', /Open terminal/);
    await waitFor(() => expect(address()).toBe('/terminals'));
  });

  it('lets an operator use a host, and change nothing of it', async () => {
    await open({}, 'operator');
    await userEvent.click(await screen.findByRole('button', { name: 'Actions for web-1' }));
    const items = await screen.findAllByRole('menuitem');
    const disabled = items.flatMap((item) =>
      item.getAttribute('aria-disabled') === 'true' ? [item.textContent?.replace(/.$/, '')] : [],
    );
    expect(items).toHaveLength(6);
    expect(disabled).toHaveLength(2);
  });
});

describe('a host as a card, on a phone', () => {
  it('says what the row says: environment, connection, address, labels; and has its menu', async () => {
    onPhone();
    const { address } = await openHosts('/hosts', [web], { connections: [sampleHealth('web-1')] });
    const card = within(await row('web-1'));
    card.getByTitle('A production host: take care');
    card.getByText('Connected');
    card.getByText('web-1.example.org');
    card.getByText('@web');
    card.getByText('#blue');
    await userEvent.click(card.getByRole('button', { name: 'Actions for web-1' }));
    await screen.findByRole('menuitem', { name: /Edit host/ });
    await userEvent.keyboard('{Escape}');
    expect(address()).toBe('/hosts');
    await userEvent.click(card.getByText('web-1.example.org'));
    await waitFor(() => expect(address()).toBe('/hosts/web-1'));
  });
});

describe('a selection', () => {
  it('loses a host that is removed, so that no command names it', async () => {
    // Bug caught: the command is refused, since one of the selected hosts is gone.
    const hosts = [db, web];
    const feed = new Feed<HostEvent>();
    const { address } = await openHosts('/hosts', hosts, {
      handlers: { 'hosts.watch': feed.handler },
    });
    for (const name of ['db-1', 'web-1'])
      await userEvent.click(await screen.findByRole('checkbox', { name: `Select ${name}` }));
    await screen.findByText('2 hosts selected');
    await waitFor(() => expect(feed.readers).toBe(1));
    hosts.shift();
    feed.push({ type: 'removed', id: db.id, name: db.name });
    await screen.findByText('1 host selected');
    await userEvent.click(screen.getAllByRole('button', { name: 'Run command' }).at(-1)!);
    await waitFor(() => expect(address()).toBe('/commands?hosts=name%3Aweb-1'));
  });

  it('is kept while a search shows other hosts, and says so', async () => {
    await open();
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Select web-1' }));
    await userEvent.type(screen.getByRole('textbox', { name: 'Filter' }), 'db');
    await waitFor(() => expect(screen.queryByText('web-1')).toBeNull());
    screen.getByText('1 host selected');
    await userEvent.click(await screen.findByRole('button', { name: 'Select all 1 shown' }));
    expect(await screen.findByRole('checkbox', { name: 'Select db-1' })).toHaveProperty(
      'checked',
      true,
    );
    screen.getByText('1 host selected');
  });
});
