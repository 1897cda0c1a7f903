import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostChange, HostInput, HostTest } from '#contract/hosts.ts';
import { sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Asked, openHosts } from '../hosts.testing.ts';

beforeAll(setupWindow);
afterEach(closeWindow);

const type = async (label: string, text: string) => {
  const field = await screen.findByLabelText(new RegExp(`^${label}`));
  await userEvent.clear(field);
  await userEvent.type(field, text);
};
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));
const works = () => ({ host: 'web-1', ok: true, connect_ms: 40, command_ms: 2, client: 'builtin' });

describe('a new host', () => {
  it('is not sent while fields are wrong, and each says what it wants', async () => {
    const add = vi.fn();
    await openHosts('/hosts?add=true', [], { handlers: { 'hosts.add': add } });
    await type('Name', 'not a name');
    await type('Port', '99999');
    await press('Add and test connection');
    await screen.findByText('A name or an IP address without blanks.');
    screen.getByText('A number from 1 to 65535.');
    screen.getByText(/^Letters, digits, dots, dashes and underscores/);
    expect(add).not.toHaveBeenCalled();
    // And they stop saying it as soon as they are right.
    await type('Port', '22');
    await waitFor(() => expect(screen.queryByText('A number from 1 to 65535.')).toBeNull());
  });

  it('is added as it was typed, and then tried', async () => {
    const add = vi.fn(({ input }: Asked<HostInput>) => ({ host: sampleHost(input.name) }));
    const { address } = await openHosts('/hosts?add=true', [], {
      handlers: { 'hosts.add': add as never, 'hosts.test': works },
    });
    await type('Name', 'web-1');
    await type('Address', 'web-1.example.org');
    await type('User', 'ops');
    await type('Groups', 'web, eu');
    await type('Environment', 'production');
    screen.getByText(/^A production host\. The settings say/);
    await press('Add and test connection');
    await screen.findByText('The connection works');
    expect(add.mock.lastCall?.[0].input).toMatchObject({
      name: 'web-1',
      address: 'web-1.example.org',
      port: 22,
      user: 'ops',
      groups: ['web', 'eu'],
      environment: 'production',
    });
    screen.getByText('Connected in 40 ms, a command takes 2 ms.');
    expect(address()).toContain('test=web-1');
  });

  it('keeps what was typed when the platform refuses it', async () => {
    await openHosts('/hosts?add=true', [], {
      handlers: {
        'hosts.add': () => {
          throw new ORPCError('CONFLICT', {
            data: {
              code: 'host.exists',
              message: 'There is a host web-1 already.',
              hint: 'Choose another name.',
              kind: 'user',
            },
          });
        },
      },
    });
    await type('Name', 'web-1');
    await type('Address', '10.0.0.7');
    await press('Add host');
    expect((await screen.findByRole('alert')).textContent).toContain('Choose another name.');
    expect(screen.getByLabelText<HTMLInputElement>(/^Address/).value).toBe('10.0.0.7');
  });
});

describe('a host that is changed', () => {
  it('sends what is different, and takes away what was emptied', async () => {
    const host = sampleHost('web-1', { user: 'root', tags: ['old'], environment: 'staging' });
    const update = vi.fn((_asked: Asked<{ name: string; change: HostChange }>) => ({ host }));
    await openHosts('/hosts?edit=web-1', [host], { handlers: { 'hosts.update': update as never } });
    await screen.findByRole('dialog', { name: 'Edit host web-1' });
    await userEvent.clear(screen.getByLabelText(/^User/));
    await type('Tags', 'new');
    await press('Save');
    await screen.findByText('Host web-1 was saved');
    // By id: the name may be what changes.
    expect(update.mock.lastCall?.[0].input).toMatchObject({
      name: 'host_web-1',
      change: { name: 'web-1', user: null, tags: ['new'], environment: 'staging' },
    });
  });
});

describe('a connection that is tried', () => {
  const open = (result: HostTest | (() => HostTest), handlers = {}) =>
    openHosts('/hosts?test=web-1', [sampleHost('web-1')], {
      handlers: {
        'hosts.test': typeof result === 'function' ? result : () => result,
        ...handlers,
      },
    });

  it('says what went wrong and what to do, and can be tried again', async () => {
    let tries = 0;
    await open(() => {
      tries += 1;
      if (tries > 1) return { host: 'web-1', ok: true, connect_ms: 5, command_ms: 1 };
      const error = {
        code: 'ssh.auth_failed',
        message: 'web-1 takes none of the keys.',
        hint: 'Name another key.',
        kind: 'operational' as const,
      };
      return { host: 'web-1', ok: false, error };
    });
    const alert = await screen.findByRole('alert');
    within(alert).getByText('web-1 takes none of the keys.');
    within(alert).getByText('Name another key.');
    await press('Test again');
    await screen.findByText('The connection works');
  });

  it('leads to the form where the entry is wrong', async () => {
    const error = { code: 'ssh.timeout', message: 'No answer.', kind: 'operational' as const };
    await open({ host: 'web-1', ok: false, error });
    await screen.findByText('No answer.');
    await press('Edit host');
    await screen.findByRole('dialog', { name: 'Edit host web-1' });
  });

  const changed: HostTest = {
    host: 'web-1',
    ok: false,
    error: {
      code: 'ssh.host_key_changed',
      message: 'The host key of web-1 has changed.',
      kind: 'operational',
      details: {
        known: ['SHA256:old'],
        offered: 'SHA256:new',
        files: ['/srv/nexus/known_hosts:3'],
      },
    },
  };

  it('refuses a changed key with both fingerprints, and forgets the old one only when asked twice', async () => {
    const forget = vi.fn(() => ({ forgotten: 1 }));
    const test = vi.fn(() => changed);
    await open(test, { 'hosts.forgetKey': forget });
    const alert = await screen.findByRole('alert');
    within(alert).getByText('SHA256:old');
    within(alert).getByText('SHA256:new');
    within(alert).getByText('/srv/nexus/known_hosts:3');
    await press('Forget the old key');
    expect(forget).not.toHaveBeenCalled();
    const dialog = await screen.findByRole('dialog', { name: 'Forget the old key of web-1' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Forget the old key' }));
    // The next connection asks about the new key.
    await waitFor(() => expect(test).toHaveBeenCalledTimes(2));
    expect(forget).toHaveBeenCalledTimes(1);
  });

  it('says where the old key stands when it is in a file of the person’s own', async () => {
    // Bug caught: forgetting does nothing, and nothing says why.
    const test = vi.fn(() => changed);
    await open(test, { 'hosts.forgetKey': () => ({ forgotten: 0 }) });
    await screen.findByRole('alert');
    await press('Forget the old key');
    const dialog = await screen.findByRole('dialog', { name: 'Forget the old key of web-1' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Forget the old key' }));
    await screen.findByText(/Take the old one out of \/srv\/nexus\/known_hosts:3 by hand/);
    expect(test).toHaveBeenCalledTimes(1);
  });

  it('ends when the dialog is closed', async () => {
    // Bug caught: a host that hangs in the handshake is waited for behind a closed dialog.
    let ended = false;
    await open(
      (({ signal }: { signal: AbortSignal }) =>
        new Promise<HostTest>((_, reject) => {
          signal.addEventListener('abort', () => {
            ended = true;
            reject(new Error('aborted'));
          });
        })) as never,
    );
    await screen.findByText(/^Connecting\./);
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(ended).toBe(true));
  });
});
