import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Notification } from '#contract/platform.ts';
import { useConnection } from '#renderer/client/connectionStore.ts';
import { showPanel, useFrame } from '#renderer/stores/frame.ts';
import { sampleApproval } from '#renderer/testing/samples.ts';
import {
  closeWindow,
  Feed,
  openWindow,
  quietStatus,
  setupWindow,
} from '#renderer/testing/windowHarness.tsx';

type LogItem = { at: string; level: 'info' | 'warn'; part: string; message: string };
type Asked = { input: { ids?: string[] } };

const note = (id: string, more: Partial<Notification> = {}): Notification => ({
  id,
  at: '2026-03-01T10:00:00.000Z',
  level: 'danger',
  title: `Note ${id}`,
  read: false,
  ...more,
});

beforeAll(setupWindow);
beforeEach(() => showPanel(null));
afterEach(closeWindow);

describe('going from page to page', () => {
  it.each([
    ['r', '/runs'],
    ['w', '/workflows'],
    ['s', '/schedules'],
    ['p', '/approvals'],
    ['a', '/audit'],
    [',', '/settings'],
    ['h', '/'],
  ])('g and %s goes to %s', async (key, path) => {
    const { address } = await openWindow('/settings', { 'audit.list': () => ({ items: [] }) });
    await screen.findByRole('heading', { level: 1 });
    await userEvent.keyboard(`g${key}`);
    await waitFor(() => expect(address()).toBe(path));
  });

  it('a letter typed into a field is text and no way to another page', async () => {
    // Bug caught: typing "gr" into the filter opens the runs.
    const { address } = await openWindow('/audit', { 'audit.list': () => ({ items: [] }) });
    await openSearch();
    await userEvent.keyboard('gr');
    expect(address()).toContain('/audit');
  });

  it('an address that leads nowhere says so and leads home', async () => {
    const { address } = await openWindow('/no/such/page');
    await screen.findByText('There is no such page');
    await userEvent.click(screen.getByRole('link', { name: 'Go to Home' }));
    await waitFor(() => expect(address()).toBe('/'));
  });

  it('the rail says how many approvals wait', async () => {
    await openWindow('/settings', {
      'runs.approvals': () => ({
        approvals: Array.from({ length: 120 }, (_, n) => sampleApproval({ id: `run_1/a[${n}]` })),
        interrupted: [],
      }),
    });
    expect(await screen.findByText('99+')).toBeTruthy();
  });
});

async function openSearch(): Promise<void> {
  await userEvent.keyboard('{Control>}k{/Control}');
  await screen.findByRole('dialog');
}

describe('the header and the status bar', () => {
  it('show the environment, and a production one in the colour of danger', async () => {
    await openWindow('/settings', {
      'settings.get': () => ({
        retention_days: 30,
        retention_runs: 100,
        max_parallel_steps: 4,
        desktop_notifications: true,
        environment: 'Production EU',
      }),
    });
    expect((await screen.findByText('Production EU')).parentElement?.className).toContain('danger');
  });

  it('follow the platform: running, next, engine, problems', async () => {
    const watch = new Feed<typeof quietStatus>();
    await openWindow('/settings', { 'platform.watch': watch.handler });
    const bar = within(await screen.findByRole('contentinfo'));
    await bar.findByText('0 active runs');
    bar.getByText('Nothing scheduled');
    await waitFor(() => expect(watch.readers).toBe(1));
    watch.push({
      ...quietStatus,
      active_runs: 1,
      next_schedule: { workflow: 'backup', at: '2027-01-01T00:00:00.000Z' },
      engine: 'failed',
      problems: [{ code: 'disk.full', message: 'The disk is full.', kind: 'operational' }],
    });
    await bar.findByText('1 active run');
    bar.getByText(/Next: backup/);
    bar.getByText('Engine failed');
    await userEvent.click(bar.getByRole('button', { name: '1 problem' }));
    expect(await screen.findByText('disk.full')).toBeTruthy();
  });

  it('a lost connection shows a bar and keeps the page', async () => {
    await openWindow('/settings');
    const heading = await screen.findByRole('heading', { name: 'Settings' });
    useConnection.setState({ state: 'lost' });
    expect(await screen.findByText(/The connection to Nexus was lost/)).toBeTruthy();
    expect(heading.isConnected).toBe(true);
    useConnection.setState({ state: 'open' });
    await waitFor(() => expect(screen.queryByText(/was lost/)).toBeNull());
  });

  it('an ended login explains how to get a new one', async () => {
    await openWindow('/settings');
    useConnection.setState({ state: 'unauthorised' });
    expect(await screen.findByText('You are not logged in')).toBeTruthy();
    expect(screen.getByText('nexus status --login-link')).toBeTruthy();
    useConnection.setState({ state: 'open' });
  });
});

describe('notifications', () => {
  const open = async (notifications: Notification[]) => {
    const read = vi.fn<(asked: Asked) => unknown>(() => ({ read: 1 }));
    const window = await openWindow('/settings', {
      'notifications.list': () => ({ notifications }),
      'notifications.read': read,
    });
    await userEvent.click(await screen.findByRole('button', { name: /notification/i }));
    return { ...window, read };
  };

  it('the bell counts what is unread', async () => {
    await openWindow('/settings', {
      'notifications.list': () => ({
        notifications: [note('1'), note('2'), note('3', { read: true })],
      }),
    });
    expect(await screen.findByRole('button', { name: '2 unread notifications' })).toBeTruthy();
  });

  it('opening one marks it read and goes to what it is about', async () => {
    const { address, read } = await open([note('1', { link: '/audit' })]);
    await userEvent.click(await screen.findByText('Note 1'));
    await waitFor(() => expect(address()).toBe('/audit'));
    expect(read.mock.lastCall?.[0].input).toEqual({ ids: ['1'] });
  });

  it('a link that is not one of our routes is not followed', async () => {
    // Bug caught: a workflow notifies with a link to a foreign site, and a click leaves the window.
    const { address } = await open([note('1', { link: 'https://evil.example/' })]);
    await userEvent.click(await screen.findByText('Note 1'));
    expect(address()).toContain('/settings');
  });

  it('all are marked read with one word, and none is a kind of peace', async () => {
    const { read } = await open([note('1')]);
    await userEvent.click(await screen.findByRole('button', { name: 'Mark all read' }));
    await waitFor(() => expect(read.mock.lastCall?.[0].input).toEqual({}));
    closeWindow();
    await open([]);
    expect(await screen.findByText('You are up to date')).toBeTruthy();
  });

  it('a new one appears without a reload', async () => {
    const watch = new Feed<Notification>();
    const all: Notification[] = [];
    await openWindow('/settings', {
      'notifications.list': () => ({ notifications: all }),
      'notifications.watch': watch.handler,
    });
    await screen.findByRole('button', { name: 'Notifications' });
    await waitFor(() => expect(watch.readers).toBe(1));
    all.push(note('9'));
    watch.push(all[0]!);
    expect(await screen.findByRole('button', { name: '1 unread notification' })).toBeTruthy();
  });
});

describe('the bottom panel', () => {
  it('opens and closes with one key on every page', async () => {
    await openWindow('/settings');
    await screen.findByRole('heading', { name: 'Settings' });
    await userEvent.keyboard('{Control>}j{/Control}');
    await screen.findByRole('complementary', { name: 'Bottom panel' });
    await userEvent.keyboard('{Control>}j{/Control}');
    await waitFor(() => expect(useFrame.getState().panel).toBeNull());
  });

  it('shows the platform log as it is written', async () => {
    const logs = new Feed<LogItem>();
    await openWindow('/settings', { 'platform.logs': logs.handler });
    showPanel('logs');
    await waitFor(() => expect(logs.readers).toBe(1));
    const line = { at: '2026-03-01T10:00:00.000Z', level: 'warn', part: 'engine' } as const;
    logs.push({ ...line, message: 'a run could not be woken' });
    logs.push({ ...line, message: 'and again' });
    expect(await screen.findByText(/a run could not be woken/)).toBeTruthy();
    expect(await screen.findByText(/and again/)).toBeTruthy();
  });

  it('the log is not for viewers, and nothing is asked', async () => {
    const logs = new Feed<LogItem>();
    await openWindow('/settings', { 'platform.logs': logs.handler }, 'viewer');
    showPanel('logs');
    expect(await screen.findByText('Only operators can read the platform log.')).toBeTruthy();
    expect(logs.readers).toBe(0);
  });

  it('without problems it says so', async () => {
    await openWindow('/settings');
    showPanel('problems');
    expect(await screen.findByText('No problems. Nexus runs as it should.')).toBeTruthy();
  });
});
