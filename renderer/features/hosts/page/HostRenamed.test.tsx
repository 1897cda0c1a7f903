import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Host, HostChange, HostEvent } from '#contract/hosts.ts';
import { sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, Feed, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Asked, type Handlers, openHosts } from '../hosts.testing.ts';

beforeAll(setupWindow);
afterEach(closeWindow);

/** A platform whose inventory changes as it is told to. */
function inventory(hosts: Host[]): Handlers {
  return {
    'hosts.update': ({ input }: Asked<{ name: string; change: HostChange }>) => {
      const at = hosts.findIndex(({ id }) => id === input.name);
      hosts[at] = { ...hosts[at]!, name: input.change.name ?? hosts[at]!.name };
      return { host: hosts[at] };
    },
    'hosts.test': ({ input }: Asked<{ name: string }>) => ({
      host: input.name,
      ok: true,
      connect_ms: 40,
      command_ms: 2,
    }),
  } as never;
}

const rename = async (to: string, verb: string) => {
  await screen.findByRole('heading', { name: /web-1/, level: 1 });
  await userEvent.keyboard('e');
  const form = within(await screen.findByRole('dialog', { name: 'Edit host web-1' }));
  const name = form.getByLabelText(/^Name/);
  await userEvent.clear(name);
  await userEvent.type(name, to);
  await userEvent.click(form.getByRole('button', { name: verb }));
};

describe('a host that is renamed on its own page', () => {
  it('stays on the screen, and the address follows', async () => {
    // Bug caught: whoever renames a host reads "There is no host web-1".
    const hosts = [sampleHost('web-1')];
    const { address } = await openHosts('/hosts/web-1?tab=overview', hosts, {
      handlers: inventory(hosts),
    });
    await rename('web-2', 'Save');
    await screen.findByText('Host web-2 was saved');
    await screen.findByRole('heading', { name: /web-2/, level: 1 });
    await waitFor(() => expect(address()).toBe('/hosts/web-2?tab=overview'));
    expect(screen.queryByText(/^There is no host/)).toBeNull();
  });

  it('is tried under its new name', async () => {
    // Bug caught: the page forgets what was to be done when the name changes under it.
    const hosts = [sampleHost('web-1')];
    const { address } = await openHosts('/hosts/web-1', hosts, { handlers: inventory(hosts) });
    await rename('web-2', 'Save and test connection');
    await screen.findByRole('dialog', { name: /web-2/ });
    await screen.findByText('The connection works');
    expect(address()).toBe('/hosts/web-2');
  });

  it('by somebody else goes on being shown too', async () => {
    const hosts = [sampleHost('web-1')];
    const feed = new Feed<HostEvent>();
    const { address } = await openHosts('/hosts/web-1', hosts, {
      handlers: { 'hosts.watch': feed.handler },
    });
    await screen.findByRole('heading', { name: /web-1/, level: 1 });
    await waitFor(() => expect(feed.readers).toBe(1));
    hosts[0] = { ...hosts[0]!, name: 'edge-7' };
    feed.push({ type: 'host', host: hosts[0] });
    await screen.findByRole('heading', { name: /edge-7/, level: 1 });
    await waitFor(() => expect(address()).toBe('/hosts/edge-7'));
  });
});

describe('a host that is removed on its own page', () => {
  it('is left for the list, not for a page that says that it is gone', async () => {
    // Bug caught: the page goes away with the host, and whoever removed it reads that it is not there.
    const hosts = [sampleHost('web-1'), sampleHost('db-1')];
    const feed = new Feed<HostEvent>();
    let listed = () => {};
    const { address } = await openHosts('/hosts/web-1', hosts, {
      handlers: {
        'hosts.watch': feed.handler,
        'hosts.list': () => {
          listed();
          return { hosts };
        },
        // All windows are told before the one that asked has its answer.
        'hosts.remove': async () => {
          const seen = new Promise<void>((resolve) => (listed = resolve));
          const [gone] = hosts.splice(0, 1);
          feed.push({ type: 'removed', id: gone!.id, name: gone!.name });
          await seen;
          await screen.findByText('There is no host web-1');
          return { removed: true };
        },
      },
    });
    await screen.findByRole('heading', { name: /web-1/, level: 1 });
    await waitFor(() => expect(feed.readers).toBe(1));
    await userEvent.click(screen.getByRole('button', { name: 'Actions for web-1' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: /Remove host/ }));
    const sure = await screen.findByRole('dialog', { name: 'Remove host web-1' });
    await userEvent.click(within(sure).getByRole('button', { name: 'Remove host' }));
    await waitFor(() => expect(address()).toBe('/hosts'));
    await screen.findByRole('row', { name: /db-1/ });
  });

  it('by somebody else is said to be gone, with the way to the others', async () => {
    const hosts = [sampleHost('web-1'), sampleHost('db-1')];
    const feed = new Feed<HostEvent>();
    const { address } = await openHosts('/hosts/web-1', hosts, {
      handlers: { 'hosts.watch': feed.handler },
    });
    await screen.findByRole('heading', { name: /web-1/, level: 1 });
    await waitFor(() => expect(feed.readers).toBe(1));
    const [gone] = hosts.splice(0, 1);
    feed.push({ type: 'removed', id: gone!.id, name: gone!.name });
    await screen.findByText('There is no host web-1');
    await userEvent.click(screen.getByRole('button', { name: 'Show all hosts' }));
    await waitFor(() => expect(address()).toBe('/hosts'));
  });

  it('stays where it is when the platform refuses', async () => {
    const hosts = [sampleHost('web-1')];
    const { address } = await openHosts('/hosts/web-1', hosts, {
      handlers: {
        'hosts.remove': () => {
          throw new Error('a forward uses it');
        },
      },
    });
    await screen.findByRole('heading', { name: /web-1/, level: 1 });
    await userEvent.click(screen.getByRole('button', { name: 'Actions for web-1' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: /Remove host/ }));
    const sure = await screen.findByRole('dialog', { name: 'Remove host web-1' });
    await userEvent.click(within(sure).getByRole('button', { name: 'Remove host' }));
    await waitFor(() =>
      expect(within(sure).getByRole('button', { name: 'Remove host' })).toHaveProperty(
        'disabled',
        false,
      ),
    );
    expect(address()).toBe('/hosts/web-1');
  });
});

describe('from one host to the next', () => {
  it('nothing of the first is asked of the second', async () => {
    // Bug caught: "Connect and read" on one host makes a login on each that is looked at afterwards.
    const asked: string[] = [];
    const hosts = [sampleHost('web-1'), sampleHost('db-1')];
    const facts = vi.fn(({ input }: Asked<{ name: string }>) => {
      asked.push(input.name);
      return { facts: { os: `OS of ${input.name}` } };
    });
    const { go } = await openHosts('/hosts/web-1', hosts, {
      handlers: { 'hosts.facts': facts as never },
    });
    const card = within(await screen.findByRole('region', { name: 'Machine' }));
    await userEvent.click(await card.findByRole('button', { name: 'Connect and read' }));
    await screen.findByText('OS of host_web-1');
    await act(() => go('/hosts/db-1'));
    await screen.findByRole('heading', { name: /db-1/, level: 1 });
    await screen.findByText(/is read when a connection is open/);
    expect(asked).toEqual(['host_web-1']);
  });
});
