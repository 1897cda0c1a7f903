import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { useConnection } from '#renderer/client/connectionStore.ts';
import { showPanel, togglePanel, useFrame } from '#renderer/stores/frame.ts';
import {
  closeWindow,
  Feed,
  openWindow,
  quietStatus,
  setupWindow,
} from '#renderer/testing/windowHarness.tsx';

type Item = {
  at: string;
  level: 'info' | 'warn' | 'error';
  part: string;
  message: string;
  fields?: unknown;
};
const item = (message: string, more: Partial<Item> = {}): Item => ({
  at: '2026-03-01T10:00:00.000Z',
  level: 'info',
  part: 'engine',
  message,
  ...more,
});
const panel = () => screen.findByRole('complementary', { name: 'Bottom panel' });

beforeAll(setupWindow);
afterEach(closeWindow);

describe('the bottom panel', () => {
  it('opens where it was closed', async () => {
    // Bug caught: who looks at problems gets the log each time the panel is opened again.
    await openWindow('/settings');
    act(() => showPanel('problems'));
    await userEvent.click(within(await panel()).getByRole('button', { name: /close/i }));
    expect(useFrame.getState().panel).toBeNull();
    act(togglePanel);
    const tab = within(await panel()).getByRole('tab', { name: 'Problems' });
    expect(tab.getAttribute('aria-selected')).toBe('true');
  });

  it('counts the problems and says of each what to do', async () => {
    await openWindow('/settings', {
      'platform.status': () => ({
        ...quietStatus,
        problems: [
          {
            code: 'disk.full',
            message: 'The disk is full.',
            hint: 'Make room.',
            kind: 'operational',
          },
          { code: 'engine.late', message: 'It is late.', kind: 'operational' },
        ],
      }),
    });
    act(() => showPanel('problems'));
    const shown = within(await panel());
    await shown.findByRole('tab', { name: 'Problems (2)' });
    for (const text of ['disk.full', 'The disk is full.', 'Make room.', 'engine.late'])
      expect(shown.getByText(text)).toBeTruthy();
  });

  it('after a lost connection the log is what the platform holds, not twice', async () => {
    // Bug caught: each reconnect adds all lines once more.
    const logs = new Feed<Item>();
    await openWindow('/settings', { 'platform.logs': logs.handler });
    act(() => showPanel('logs'));
    await waitFor(() => expect(logs.readers).toBe(1));
    logs.push(item('started', { level: 'error', fields: { port: 8420 } }));
    await screen.findByText(/engine: started \{"port":8420\}/);
    act(() => useConnection.setState((old) => ({ generation: old.generation + 1 })));
    await waitFor(() => expect(logs.readers).toBe(1));
    logs.push(item('started'), item('and on'));
    await screen.findByText(/and on/);
    expect(screen.getAllByText(/started/)).toHaveLength(1);
  });
});
