import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostInput } from '#contract/hosts.ts';
import { sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Asked, openHosts } from '../hosts.testing.ts';

beforeAll(setupWindow);
afterEach(async () => {
  closeWindow();
  await i18next.changeLanguage('en');
});

const field = (label: string) => screen.findByLabelText<HTMLInputElement>(new RegExp(`^${label}`));
const fill = async (label: string, text: string) => {
  const input = await field(label);
  await userEvent.clear(input);
  await userEvent.type(input, text);
};
const adding = () => vi.fn(({ input }: Asked<HostInput>) => ({ host: sampleHost(input.name) }));
const openForm = async (add = adding(), hosts = [] as ReturnType<typeof sampleHost>[]) => {
  const window = await openHosts('/hosts?add=true', hosts, {
    handlers: {
      'hosts.add': add as never,
      'hosts.test': () => ({ host: 'web-1', ok: true, connect_ms: 4, command_ms: 1 }),
    },
  });
  await screen.findByRole('dialog', { name: 'Add host' });
  return window;
};
const more = () => document.querySelector('details')!;

describe('the form of a host', () => {
  it('sends what is asked for on demand as well', async () => {
    const add = adding();
    await openForm(add);
    await fill('Name', 'web-1');
    await fill('Address', '10.0.0.7');
    await userEvent.click(screen.getByText('Keys, jump hosts and more'));
    await fill('Private keys', '~/.ssh/a{Enter}~/.ssh/b');
    await fill('Jump hosts', 'gate');
    await fill('Secret with the password', 'PW');
    await fill('Notes', 'Ask Ada.');
    await userEvent.click(screen.getByRole('switch', { name: /^Hand the SSH agent on/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Add host' }));
    await screen.findByText('Host web-1 was added');
    expect(add.mock.lastCall?.[0].input).toMatchObject({
      identity: ['~/.ssh/a', '~/.ssh/b'],
      jump: ['gate'],
      notes: 'Ask Ada.',
      options: { password_secret: 'PW', forward_agent: true },
    });
  });

  it('opens the closed part where something in it is wrong', async () => {
    // Bug caught: the button does nothing, and what is wrong stands behind a fold.
    const add = adding();
    await openForm(add);
    await fill('Name', 'web-1');
    await fill('Address', '10.0.0.7');
    expect(more().open).toBe(false);
    fireEvent.change(await field('Jump hosts'), { target: { value: '-oProxyCommand=x' } });
    await userEvent.click(screen.getByRole('button', { name: 'Add host' }));
    await waitFor(() => expect(more().open).toBe(true));
    await screen.findByText('At most 10 hosts, none beginning with a dash.');
    expect((await field('Jump hosts')).getAttribute('aria-invalid')).toBe('true');
    expect(add).not.toHaveBeenCalled();
  });

  it('is sent once, however often its button is pressed', async () => {
    // Bug caught: the second of two presses answers that the host exists already.
    let answer = () => {};
    const later = new Promise<void>((resolve) => (answer = resolve));
    const add = vi.fn(async ({ input }: Asked<HostInput>) => {
      await later;
      return { host: sampleHost(input.name) };
    });
    await openForm(add as never);
    await fill('Name', 'web-1');
    await fill('Address', '10.0.0.7');
    await userEvent.dblClick(screen.getByRole('button', { name: 'Add and test connection' }));
    expect(screen.getByRole('button', { name: 'Add host' })).toHaveProperty('disabled', true);
    answer();
    await screen.findByText('The connection works');
    expect(add).toHaveBeenCalledOnce();
  });

  it('offers the environments that there are, and says what production means', async () => {
    await openForm(undefined, [sampleHost('db-1', { environment: 'lab' })]);
    const input = await field('Environment');
    const list = document.querySelector(`#${input.getAttribute('list')}`);
    await waitFor(() =>
      expect(Array.from(list?.children ?? [], ({ textContent }) => textContent)).toEqual([
        'development',
        'lab',
        'production',
        'staging',
      ]),
    );
    expect(screen.queryByText(/^A production host/)).toBeNull();
    await userEvent.type(input, 'Prod');
    await screen.findByText(/^A production host/);
  });

  it('is left by Escape and by Cancel, and is empty when it is opened again', async () => {
    const { address } = await openForm(undefined, [sampleHost('db-1')]);
    for (const leave of [
      () => userEvent.keyboard('{Escape}'),
      () => userEvent.click(screen.getByRole('button', { name: 'Cancel' })),
    ]) {
      await fill('Name', 'half');
      await leave();
      await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
      expect(address()).toBe('/hosts');
      await userEvent.click(screen.getByRole('button', { name: 'Add host' }));
      expect((await field('Name')).value).toBe('');
    }
  });

  it('keeps what was typed when the language changes under it', async () => {
    await openForm();
    await fill('Name', 'half');
    await i18next.changeLanguage('de');
    expect((await screen.findByRole<HTMLInputElement>('textbox', { name: /^Name/ })).value).toBe(
      'half',
    );
  });

  it('is not there for a host that is not', async () => {
    await openHosts('/hosts?edit=nowhere', [sampleHost('db-1')]);
    await screen.findByRole('row', { name: /db-1/ });
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('a host that is tried', () => {
  const refused = {
    host: 'web-1',
    ok: false,
    error: {
      code: 'ssh.timeout',
      message: 'web-1 did not answer within 10 s.',
      kind: 'operational' as const,
    },
  };

  it('is tried once, and only when it is asked for', async () => {
    // Bug caught: a refused login repeated by itself locks the account.
    const test = vi.fn(() => refused);
    await openHosts('/hosts?test=web-1', [sampleHost('web-1')], {
      handlers: { 'hosts.test': test },
    });
    await screen.findByRole('alert');
    // As when the person comes back from another window to look what the host said.
    fireEvent(window, new Event('visibilitychange'));
    await screen.findByRole('alert');
    expect(test).toHaveBeenCalledTimes(1);
    await userEvent.click(screen.getByRole('button', { name: 'Test again' }));
    await waitFor(() => expect(test).toHaveBeenCalledTimes(2));
  });

  it('leads an operator neither to the form nor past a changed key', async () => {
    const changed = {
      ...refused,
      error: { ...refused.error, code: 'ssh.host_key_changed', details: { offered: 'SHA256:x' } },
    };
    await openHosts('/hosts?test=web-1', [sampleHost('web-1')], {
      handlers: { 'hosts.test': () => changed },
      role: 'operator',
    });
    const alert = within(await screen.findByRole('alert'));
    alert.getByText('SHA256:x');
    expect(screen.queryByRole('button', { name: 'Edit host' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Forget the old key' })).toBeNull();
  });

  it('that works leads to a terminal on it', async () => {
    await openHosts('/hosts?test=web-1', [sampleHost('web-1')], {
      handlers: {
        'hosts.test': () => ({ host: 'web-1', ok: true, connect_ms: 3.21, command_ms: 0.44 }),
      },
    });
    await screen.findByText('Connected in 3.2 ms, a command takes 0.4 ms.');
    screen.getByRole('button', { name: 'Open terminal' });
    expect(screen.queryByRole('button', { name: 'Edit host' })).toBeNull();
  });
});
