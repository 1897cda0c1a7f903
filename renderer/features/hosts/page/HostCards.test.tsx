import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConnectionHealth, Host, HostEvent } from '#contract/hosts.ts';
import { sampleHealth, sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, Feed, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Handlers, openHosts } from '../hosts.testing.ts';

beforeAll(setupWindow);
afterEach(async () => {
  closeWindow();
  await i18next.changeLanguage('en');
});

const open = (
  more: { host?: Partial<Host>; health?: Partial<ConnectionHealth>; handlers?: Handlers } = {},
) =>
  openHosts('/hosts/web-1', [sampleHost('web-1', more.host)], {
    connections: more.health ? [sampleHealth('web-1', more.health)] : [],
    handlers: { 'hosts.facts': () => ({ facts: {} }), ...more.handlers },
  });
const card = async (name: string) => within(await screen.findByRole('region', { name }));
/** What a card says of something. */
const said = async (name: string, fact: string) =>
  (await card(name)).getByText(fact).nextElementSibling?.textContent;

describe('the connection of a host', () => {
  it('is told with its round trip, its sessions and who made it', async () => {
    await open({ health: { latency_ms: 0.04, channels: 3, client: 'openssh' } });
    expect(await said('Connection', 'Round trip')).toBe('0 ms');
    expect(await said('Connection', 'Open sessions')).toBe('3');
    await (await card('Connection')).findByText('Connected');
  });

  it('is that of now: it breaks, and comes again, without a reload', async () => {
    // Bug caught: at two in the morning the page says connected of a host that is gone.
    const feed = new Feed<HostEvent>();
    await open({ health: {}, handlers: { 'hosts.watch': feed.handler } });
    await (await card('Connection')).findByText('Connected');
    await waitFor(() => expect(feed.readers).toBe(1));
    const error = { code: 'ssh.connection_lost', message: 'The connection to web-1 was lost.' };
    feed.push({ type: 'health', health: sampleHealth('web-1', { state: 'failing', error }) });
    await (await card('Connection')).findByText('The connection to web-1 was lost.');
    feed.push({ type: 'health', health: sampleHealth('web-1') });
    await waitFor(async () =>
      expect(
        (await card('Connection')).queryByText('The connection to web-1 was lost.'),
      ).toBeNull(),
    );
  });

  it('says in German why there is none', async () => {
    await i18next.changeLanguage('de');
    const error = { code: 'ssh.connection_lost', message: 'The connection to web-1 was lost.' };
    await open({ health: { state: 'failing', error } });
    await screen.findByText('Die Verbindung zu web-1 ist abgebrochen.');
  });
});

describe('what a host says of itself', () => {
  it('is left out where it says nothing, and zero is a value', async () => {
    // Bug caught: "undefined", or a machine of which nothing is free has no disk at all.
    const facts = { os: 'Alpine', disk_bytes: 1024 ** 3, disk_free_bytes: 0, uptime_seconds: 0 };
    await open({ health: {}, handlers: { 'hosts.facts': () => ({ facts }) } });
    const shown = await card('Machine');
    await shown.findByText('Alpine');
    expect(await said('Machine', 'Disk')).toBe('0 B of 1 GiB free');
    expect(shown.getByText('0 seconds')).toBeTruthy();
    expect(shown.queryByText('Memory')).toBeNull();
    expect(document.body.textContent).not.toMatch(/undefined|NaN/);
  });

  it('is read again when that is asked for', async () => {
    const facts = vi.fn(() => ({ facts: { os: `Debian 1${facts.mock.calls.length + 1}` } }));
    await open({ health: {}, handlers: { 'hosts.facts': facts } });
    await screen.findByText('Debian 12');
    await userEvent.click(screen.getByRole('button', { name: 'Read again' }));
    await screen.findByText('Debian 13');
    expect(facts).toHaveBeenCalledTimes(2);
  });
});

describe('how a host is entered', () => {
  it('leaves out what nobody has said', async () => {
    await open();
    const shown = await card('Inventory');
    for (const fact of [
      'Jump hosts',
      'Groups',
      'Tags',
      'Notes',
      'Certificates',
      'Hand the SSH agent on',
    ])
      expect(shown.queryByText(fact), fact).toBeNull();
    expect(await said('Inventory', 'New host key')).toBe('Asks first');
  });

  it('names the secret with the password, and never a value', async () => {
    await open({ host: { options: { password_secret: 'WEB_PW', proxy_command: 'nc %h %p' } } });
    expect(await said('Inventory', 'Secret with the password')).toBe('WEB_PW');
    (await card('Inventory')).getByText('nc %h %p');
  });

  it('tells what of it is not as usual: the agent that is handed on, the client', async () => {
    // Bug caught: nobody sees that whoever is root on this host can log in elsewhere as them.
    const options = {
      forward_agent: true,
      client: 'openssh' as const,
      passphrase_secret: 'KEY_PHRASE',
    };
    await open({ host: { options } });
    expect(await said('Inventory', 'Hand the SSH agent on')).toBe('On');
    expect(await said('Inventory', 'SSH client')).toBe('The system’s ssh');
    expect(await said('Inventory', 'Secret with the key’s passphrase')).toBe('KEY_PHRASE');
  });

  it('is copied as it is typed into a terminal', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue(undefined);
    await open({ host: { user: 'ops', port: 2222, address: 'fe80::7' } });
    await userEvent.click((await card('Inventory')).getByRole('button', { name: /fe80::7/ }));
    expect(write.mock.lastCall?.[0]).toBe('ops@[fe80::7]:2222');
    write.mockRestore();
  });
});
