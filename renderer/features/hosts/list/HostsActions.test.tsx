import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { openHosts } from '../hosts.testing.ts';

beforeAll(setupWindow);
afterEach(() => {
  vi.restoreAllMocks();
  closeWindow();
});

describe('the actions of the inventory on a phone', () => {
  beforeEach(() => {
    vi.spyOn(window, 'matchMedia').mockImplementation(
      (query) =>
        ({
          matches: query.includes('width'),
          addEventListener: () => undefined,
          removeEventListener: () => undefined,
        }) as unknown as MediaQueryList,
    );
  });

  it('are one button and a menu, so that the list begins above the middle', async () => {
    // Bug caught: three buttons below each other push the hosts off the screen.
    const { address } = await openHosts('/hosts', [sampleHost('web-1')]);
    await screen.findByRole('button', { name: 'Add host' });
    expect(screen.queryByRole('button', { name: 'Run command' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'More actions' }));
    const menu = within(await screen.findByRole('menu'));
    menu.getByRole('menuitem', { name: 'Import from SSH configuration' });
    await userEvent.click(menu.getByRole('menuitem', { name: 'Run command' }));
    await waitFor(() => expect(address()).toContain('/commands'));
  });

  it('a lone action is a button and no menu of one', async () => {
    await openHosts('/hosts', [sampleHost('web-1')], { role: 'operator' });
    expect(await screen.findByRole('button', { name: 'Run command' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'More actions' })).toBeNull();
  });
});

it('all stand side by side in a wide window', async () => {
  await openHosts('/hosts', [sampleHost('web-1')]);
  for (const name of ['Run command', 'Import from SSH configuration', 'Add host'])
    expect(await screen.findByRole('button', { name })).toBeTruthy();
});
