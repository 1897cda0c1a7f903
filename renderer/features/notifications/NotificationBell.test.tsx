import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Notification } from '#contract/platform.ts';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';

type Asked = { input: { ids?: string[] } };
const note = (id: string, more: Partial<Notification> = {}): Notification => ({
  id,
  at: '2026-03-01T10:00:00.000Z',
  level: 'info',
  title: `Note ${id}`,
  read: false,
  ...more,
});

async function open(notifications: Notification[]) {
  const read = vi.fn<(asked: Asked) => unknown>(() => ({ read: 1 }));
  const window = await openWindow('/settings', {
    'notifications.list': () => ({ notifications }),
    'notifications.read': read,
  });
  await userEvent.click(await screen.findByRole('button', { name: /notification/i }));
  const box = within(await screen.findByRole('dialog', { name: 'Notifications' }));
  return { ...window, read, box };
}

// happy-dom has no workers; the graph is drawn by the quick layout then.
vi.mock('elkjs/lib/elk-worker.min.js?url', () => ({ default: 'elk-worker.js' }));

beforeAll(setupWindow);
afterEach(closeWindow);

describe('the notification centre', () => {
  it('keeps the order of the platform and shows what each is about', async () => {
    const { box } = await open([
      note('2', { body: 'tar: no space left' }),
      note('1', { level: 'ok' }),
    ]);
    await box.findByText('tar: no space left');
    expect(box.getAllByText(/^Note/).map((one) => one.textContent)).toEqual(['Note 2', 'Note 1']);
  });

  it('does not mark again what is read, and stays open where there is nothing to go to', async () => {
    // Bug caught: every look at an old note writes to the database and the audit log.
    const { box, read, address } = await open([note('1', { read: true })]);
    const before = address();
    await userEvent.click(await box.findByText('Note 1'));
    expect(read).not.toHaveBeenCalled();
    expect(address()).toBe(before);
    expect(box.queryByRole('button', { name: 'Mark all read' })).toBeNull();
    expect(screen.getByRole('dialog', { name: 'Notifications' })).toBeTruthy();
  });

  it('closes when it leads somewhere', async () => {
    const { box, address } = await open([note('1', { link: '/runs/run_1' })]);
    await userEvent.click(await box.findByText('Note 1'));
    await waitFor(() => expect(address()).toContain('/runs/run_1'));
    await waitFor(() => expect(screen.queryByRole('dialog', { name: 'Notifications' })).toBeNull());
  });

  it.each(['javascript:alert(1)', 'https://evil.example/', 'runs/run_1'])(
    'a link to %s is no way out of the window',
    async (link) => {
      // Bug caught: a workflow's notification takes the person to a foreign page.
      const { box, address } = await open([note('1', { link })]);
      const before = address();
      await userEvent.click(await box.findByText('Note 1'));
      expect(address()).toBe(before);
    },
  );

  it('what a workflow wrote is text and no markup', async () => {
    const title = '<img src=x onerror=alert(1)>';
    const { box } = await open([note('1', { title, body: '<b>bold</b>' })]);
    expect(await box.findByText(title)).toBeTruthy();
    expect(document.querySelector('img[onerror], [role=dialog] b')).toBeNull();
  });
});
