import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Forward, ForwardInput } from '#contract/hostForwards.ts';
import { sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, refusing, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Asked, type Handlers, openHosts } from '../hosts.testing.ts';

beforeAll(setupWindow);
afterEach(async () => {
  closeWindow();
  await i18next.changeLanguage('en');
});

describe('forwards', () => {
  const forward = (id: string, more: Partial<Forward> = {}): Forward => ({
    id,
    host: 'web-1',
    kind: 'local',
    listen_address: '127.0.0.1',
    listen_port: 8080,
    target_address: 'localhost',
    target_port: 80,
    state: 'active',
    connections: 2,
    ...more,
  });
  const openForwards = (forwards: Forward[], handlers: Handlers = {}) =>
    openHosts('/hosts/web-1?tab=forwards', [sampleHost('web-1')], {
      handlers: { 'hosts.forwards': () => ({ forwards }), ...handlers },
    });

  it('of this host say which side listens, how they are and what is wrong', async () => {
    await openForwards([
      forward('a'),
      forward('b', { kind: 'remote', listen_port: 9090, connections: 1 }),
      forward('c', {
        kind: 'dynamic',
        state: 'reconnecting',
        listen_address: '::1',
        target_address: undefined,
        target_port: undefined,
        error: { code: 'ssh.connection_lost', message: 'The connection was lost.' },
      }),
      forward('d', { host: 'db-1', listen_port: 7777 }),
    ]);
    const stops = await screen.findAllByRole('button', { name: 'Stop' });
    const texts = stops.map((stop) => stop.closest('li')?.textContent);
    expect(texts).toHaveLength(3);
    expect(texts[0]).toMatch(/Active.*this machine.*127\.0\.0\.1:8080.*→.*web-1.*localhost:80/);
    expect(texts[1]).toMatch(/web-1.*127\.0\.0\.1:9090.*→.*this machine.*1 connection/);
    expect(texts[2]).toMatch(/Reconnecting.*\[::1\]:8080.*SOCKS5 proxy.*The connection was lost/);
  });

  it('are opened with what each direction needs', async () => {
    const add = vi.fn(({ input }: Asked<ForwardInput>) => ({
      forward: forward('new', { ...input, listen_port: 41_000 } as Partial<Forward>),
    }));
    await openForwards([], { 'hosts.openForward': add as never });
    await userEvent.click(await screen.findByRole('button', { name: 'Open forward' }));
    const form = within(await screen.findByRole('dialog', { name: 'Forward through web-1' }));
    const verb = form.getByRole('button', { name: 'Open forward' });
    expect(verb).toHaveProperty('disabled', true);
    const [, targetPort] = form.getAllByLabelText('Port');
    await userEvent.type(targetPort!, '70000');
    expect(verb).toHaveProperty('disabled', true);
    await userEvent.clear(targetPort!);
    await userEvent.type(targetPort!, '5432');
    await userEvent.click(verb);
    await screen.findByText('Listening on 127.0.0.1:41000');
    expect(add.mock.lastCall?.[0].input).toEqual({
      host: 'web-1',
      kind: 'local',
      listen_address: '127.0.0.1',
      listen_port: 0,
      target_address: 'localhost',
      target_port: 5432,
    });
  });

  it('need no target where a program names it, and say why they cannot be opened', async () => {
    const add = vi.fn((_asked: Asked<ForwardInput>) => {
      throw new ORPCError('CONFLICT', {
        data: {
          code: 'ssh.forward_in_use',
          message: 'Nexus cannot listen on 127.0.0.1:1080: EADDRINUSE.',
          hint: 'Choose another port, or 0 for a free one.',
          kind: 'operational',
        },
      });
    });
    await openForwards([], { 'hosts.openForward': add as never });
    await userEvent.click(await screen.findByRole('button', { name: 'Open forward' }));
    const form = within(await screen.findByRole('dialog', { name: 'Forward through web-1' }));
    await userEvent.selectOptions(form.getByLabelText('Direction'), 'dynamic');
    expect(form.getAllByLabelText('Port')).toHaveLength(1);
    await userEvent.clear(form.getByLabelText('Port'));
    await userEvent.type(form.getByLabelText('Port'), '1080');
    await userEvent.click(form.getByRole('button', { name: 'Open forward' }));
    expect((await form.findByRole('alert')).textContent).toContain('Choose another port');
    expect(add.mock.lastCall?.[0].input).not.toHaveProperty('target_address');
  });

  it('are shown as they change, without being asked for again', async () => {
    // Bug caught: a lost connection is shown seconds later, and the platform is asked all the time.
    const list = vi.fn(() => ({ forwards: [forward('a')] }));
    let tell: (forwards: Forward[]) => void = () => undefined;
    const later = new Promise<Forward[]>((resolve) => (tell = resolve));
    await openForwards([], {
      'hosts.forwards': list as never,
      'hosts.watchForwards': async function* () {
        yield { stream: '', bytes: 0, items: [{ forwards: [forward('a')] }] };
        const forwards = await later;
        yield { stream: '', bytes: 0, items: [{ forwards: [] }, { forwards }] };
      } as never,
    });
    await screen.findByText('Active');
    tell([forward('a', { state: 'reconnecting' }), forward('b', { connections: 7 })]);
    await screen.findByText('Reconnecting');
    screen.getByText('7 connections');
    expect(list).toHaveBeenCalledTimes(1);
  });

  it('say that a port is none, and what is meant by the other side', async () => {
    // Bug caught: a button that cannot be pressed, and nothing says why.
    await openForwards([]);
    await userEvent.click(await screen.findByRole('button', { name: 'Open forward' }));
    const form = within(await screen.findByRole('dialog', { name: 'Forward through web-1' }));
    const [listen, target] = form.getAllByLabelText('Port');
    for (const bad of ['65536', '-1', '22x', '1e3']) {
      await userEvent.clear(target!);
      await userEvent.type(target!, bad);
      expect(form.getByText('A number up to 65535.').id).toBe(
        target!.getAttribute('aria-describedby'),
      );
    }
    await userEvent.clear(target!);
    await userEvent.type(target!, '0');
    // The target's port is one that is known; only what listens may be any free one.
    form.getByText('A number up to 65535.');
    await userEvent.clear(target!);
    expect(form.queryByText('A number up to 65535.')).toBeNull();
    expect(listen!.getAttribute('aria-invalid')).toBeNull();
    await userEvent.selectOptions(form.getByLabelText('Direction'), 'remote');
    form.getByLabelText('Listen on the host on');
    form.getByLabelText('Target, seen from here');
  });

  it('are opened by Enter too, once, and keep what was typed when they cannot be', async () => {
    let refuse = () => {};
    const later = new Promise<void>((resolve) => (refuse = resolve));
    const add = vi.fn(async () => {
      await later;
      throw new Error('There is no way to web-1.');
    });
    await openForwards([], { 'hosts.openForward': add as never });
    await userEvent.click(await screen.findByRole('button', { name: 'Open forward' }));
    const form = within(await screen.findByRole('dialog', { name: 'Forward through web-1' }));
    await userEvent.type(form.getAllByLabelText('Port')[1]!, '5432{Enter}{Enter}');
    refuse();
    await form.findByRole('alert');
    expect(add).toHaveBeenCalledOnce();
    expect(form.getAllByLabelText('Port')[1]).toHaveProperty('value', '5432');
  });

  it('that cannot be listed say so, and are asked for again', async () => {
    let fail = true;
    await openForwards([], {
      'hosts.forwards': () => {
        if (fail) refusing('database.locked', 'It is in use by another.')();
        return { forwards: [forward('a')] };
      },
    });
    await screen.findByText('It is in use by another.');
    expect(screen.queryByText('No forwards')).toBeNull();
    fail = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText('Active');
  });

  it('say in German why one broke', async () => {
    await i18next.changeLanguage('de');
    const error = { code: 'ssh.connection_lost', message: 'The connection to web-1 was lost.' };
    await openForwards([forward('a', { state: 'reconnecting', error })]);
    await screen.findByText('Die Verbindung zu web-1 ist abgebrochen.');
  });

  it('are stopped one by one', async () => {
    const stop = vi.fn((_asked: Asked<{ id: string }>) => ({ closed: true }));
    await openForwards([forward('a'), forward('b', { listen_port: 9090 })], {
      'hosts.closeForward': stop as never,
    });
    const stops = await screen.findAllByRole('button', { name: 'Stop' });
    await userEvent.click(stops[1]!);
    await waitFor(() => expect(stop.mock.lastCall?.[0].input).toEqual({ id: 'b' }));
  });
});
