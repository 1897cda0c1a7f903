import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { showPalette } from '#renderer/stores/frame.ts';
import { sampleSchedule, sampleSummary, sampleWorkflow } from '#renderer/testing/samples.ts';
import {
  closeWindow,
  openWindow,
  refusing,
  setupWindow,
} from '#renderer/testing/windowHarness.tsx';

type Asked = { input: Record<string, unknown> };

// happy-dom has no workers; the graph is drawn by the quick layout then.
vi.mock('elkjs/lib/elk-worker.min.js?url', () => ({ default: 'elk-worker.js' }));

beforeAll(setupWindow);
beforeEach(() => localStorage.removeItem('nexus.palette.recent'));
afterEach(closeWindow);

async function open(handlers = {}, role: 'admin' | 'viewer' = 'admin') {
  const opened = await openWindow(
    '/settings',
    {
      'workflows.list': () => ({ workflows: [sampleWorkflow('backup')] }),
      'runs.list': () => ({ items: [sampleSummary('run_1', { status: 'failed' })] }),
      'schedules.list': () => ({ schedules: [sampleSchedule('backup')] }),
      'audit.list': () => ({ items: [] }),
      'audit.verify': () => ({ valid: true, entries: 0, head: '' }),
      ...handlers,
    },
    role,
  );
  showPalette(true);
  await screen.findByRole('dialog');
  return opened;
}
const choose = async (text: string) => userEvent.click(await screen.findByText(text));

describe('a command that needs to know something', () => {
  it('suggests the schedules there are, in words', async () => {
    // Bug caught: a person has to type an id that is shown nowhere.
    const pause = vi.fn<(asked: Asked) => unknown>(() => ({
      schedule: sampleSchedule('backup', { paused: true }),
    }));
    await open({ 'schedules.pause': pause });
    await choose('Pause schedule');
    await choose('backup: At 03:00 every day');
    await waitFor(() => expect(pause.mock.lastCall?.[0].input).toEqual({ id: 'sch_backup' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('takes what is typed where nothing is suggested', async () => {
    const send = vi.fn<(asked: Asked) => unknown>(() => ({ woken: 0 }));
    await open({ 'runs.event': send });
    await choose('Send event');
    await userEvent.type(screen.getByPlaceholderText('Name'), 'order.paid{Enter}');
    await waitFor(() => expect(send.mock.lastCall?.[0].input).toEqual({ name: 'order.paid' }));
  });

  it('says what was refused and why, and stays for another try', async () => {
    // Bug caught: the palette closes on a failure, and nobody hears of it.
    await open({ 'runs.retry': refusing('run.owned', 'It runs already.', 'Wait for its end.') });
    await choose('Retry run');
    await choose('backup run_1');
    expect((await screen.findByRole('alert')).textContent).toContain('Wait for its end.');
    expect(screen.getByRole('dialog')).toBeTruthy();
  });

  it('goes back to the list with the arrow, and with backspace in an empty field', async () => {
    await open();
    await choose('Retry run');
    await userEvent.click(screen.getByRole('button', { name: 'Back to all commands' }));
    // Now it is among the recent ones too.
    await userEvent.click((await screen.findAllByText('Retry run'))[0]!);
    await screen.findByPlaceholderText('Which one');
    await userEvent.keyboard('{Backspace}');
    expect(await screen.findByText('Send event')).toBeTruthy();
  });
});

describe('a command with a form of its own', () => {
  it.each([
    ['Add schedule', '/schedules'],
    ['New workflow', '/workflows'],
    ['Verify audit log', '/audit'],
  ])('%s leads to %s', async (title, path) => {
    const { address } = await open();
    await choose(title);
    await waitFor(() => expect(address()).toContain(path));
    expect(address()).not.toBe(path);
  });
});

describe('going somewhere', () => {
  it('finds a workflow and a run by typing', async () => {
    const { address } = await open();
    await userEvent.keyboard('run_1');
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(1));
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(address()).toContain('/runs/run_1'));
  });

  it('says so when nothing fits', async () => {
    await open();
    await userEvent.keyboard('zzzzzz');
    expect(await screen.findByText('Nothing found. Try another word.')).toBeTruthy();
  });

  it('offers a viewer no command that would be refused', async () => {
    // Bug caught: buttons that only ever answer "you may not".
    await open({}, 'viewer');
    await screen.findByRole('option', { name: 'Schedules' });
    expect(screen.queryByText('Cancel run')).toBeNull();
    expect(screen.queryByText('New workflow')).toBeNull();
  });
});
