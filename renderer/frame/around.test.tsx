import '#renderer/testing/layoutWorker.ts';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PlatformStatus } from '#contract/platform.ts';
import { windowWidth } from '#renderer/testing/media.ts';
import {
  closeWindow,
  openWindow,
  quietStatus,
  refusing,
  setupWindow,
} from '#renderer/testing/windowHarness.tsx';
import { sampleApproval } from '#renderer/testing/samples.ts';
import { pages } from './pages.ts';

beforeAll(setupWindow);
afterEach(() => {
  closeWindow();
  vi.unstubAllGlobals();
});

const nav = () => screen.getByRole('navigation', { name: 'Main navigation' });

describe('the way between pages', () => {
  it('in a wide window all pages, in groups that are named, with the key of each', async () => {
    await openWindow('/settings');
    const groups = within(nav()).getAllByRole('group');
    expect(groups.map((one) => one.getAttribute('aria-label'))).toEqual([
      'Operate',
      'Build',
      'Trust',
    ]);
    const links = within(nav())
      .getAllByRole('link')
      .map((one) => one.textContent);
    for (const page of pages) expect(links.join(' ').toLowerCase()).toContain(page.id);
    await userEvent.hover(within(nav()).getByRole('link', { name: 'Schedules' }));
    expect((await screen.findByRole('tooltip')).textContent).toContain('GS');
  });

  it('in a narrow window a bar with the few that matter, and no status bar', async () => {
    windowWidth(390);
    await openWindow('/settings');
    const links = within(nav()).getAllByRole('link');
    expect(links).toHaveLength(pages.filter((page) => page.narrow).length);
    expect(links.every((one) => (one.textContent ?? '').length > 0)).toBe(true);
    expect(screen.queryByRole('contentinfo')).toBeNull();
    expect(screen.queryByRole('button', { name: /bottom panel/ })).toBeNull();
  });

  it('says which page is open, also below it and with a filter', async () => {
    // Bug caught: on the page of a run nothing in the rail is lit, and one does not know where one is.
    const current = () =>
      within(nav())
        .getAllByRole('link')
        .filter((one) => one.dataset['status'] === 'active')
        .map((one) => one.textContent);
    await openWindow('/runs?q=status%3Afailed');
    expect(current()).toEqual(['Runs']);
    closeWindow();
    const gone = refusing('not_found', 'It is gone.');
    await openWindow('/runs/run_1', { 'runs.get': gone });
    expect(current()).toEqual(['Runs']);
  });

  it('more than ninety-nine waiting are not counted out', async () => {
    await openWindow('/settings', {
      'runs.approvals': () => ({
        approvals: Array.from({ length: 120 }, (_, at) => sampleApproval({ id: `run_${at}/ok` })),
        interrupted: [],
      }),
    });
    const link = await within(nav()).findByRole('link', { name: /Approvals/ });
    await waitFor(() => expect(link.textContent).toContain('99+'));
  });
});

describe('the keyboard around the page', () => {
  it('the first Tab offers to skip the navigation, and Enter goes to the page', async () => {
    const { address } = await openWindow('/settings');
    act(() => (document.activeElement as HTMLElement | null)?.blur());
    await userEvent.tab();
    expect(document.activeElement?.textContent).toBe('Skip to content');
    await userEvent.keyboard('{Enter}');
    expect(document.activeElement).toBe(screen.getByRole('main'));
    // The address holds the route; a jump mark in it would leave the page.
    expect(address()).toBe('/settings');
  });

  it('the search of the header opens the palette in any width', async () => {
    await openWindow('/settings');
    await userEvent.click(screen.getByRole('button', { name: /Search or run a command/ }));
    expect(await screen.findByRole('combobox')).toBeTruthy();
    closeWindow();
    windowWidth(390);
    await openWindow('/settings');
    await userEvent.click(screen.getByRole('button', { name: 'Search or run a command' }));
    expect(await screen.findByRole('combobox')).toBeTruthy();
  });

  it('a page is reached by two keys, and not when they are typed a minute apart', async () => {
    const { address } = await openWindow('/settings');
    const press = (key: string, timeStamp: number) => {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
      Object.defineProperty(event, 'timeStamp', { value: timeStamp });
      act(() => void document.body.dispatchEvent(event));
    };
    press('g', 1_000);
    press('r', 61_000);
    expect(address()).toBe('/settings');
    press('g', 70_000);
    press('r', 70_200);
    await waitFor(() => expect(address()).toBe('/runs'));
  });
});

describe('the line at the bottom', () => {
  const status = async (more: Partial<PlatformStatus>) => {
    await openWindow('/settings', { 'platform.status': () => ({ ...quietStatus, ...more }) });
    return within(await screen.findByRole('contentinfo', { name: 'Status' }));
  };

  it.each([
    ['ready', 'Engine ready'],
    ['stopping', 'Engine is stopping'],
    ['fenced', 'Another Nexus runs here'],
    ['failed', 'Engine failed'],
  ] as const)('says in words that the engine is %s', async (engine, words) => {
    const bar = await status({ engine });
    expect(await bar.findByText(words)).toBeTruthy();
  });

  it('leads to what runs, to what is next and to what is wrong', async () => {
    const bar = await status({
      active_runs: 1,
      next_schedule: { workflow: 'nightly', at: '2027-01-01T03:00:00.000Z' },
      problems: [{ code: 'x', message: 'The disk is nearly full.', severity: 'warning' }],
    } as never);
    expect((await bar.findByText('1 active run')).closest('a')?.getAttribute('href')).toContain(
      '/runs?q=',
    );
    expect(
      bar
        .getByText(/Next: nightly/)
        .closest('a')
        ?.getAttribute('href'),
    ).toBe('/schedules');
    fireEvent.click(bar.getByRole('button', { name: '1 problem' }));
    expect(await screen.findByText(/nearly full/)).toBeTruthy();
  });

  it('without a schedule says so, and tells the version', async () => {
    const bar = await status({ version: '9.8.7' });
    expect(await bar.findByText('Nothing scheduled')).toBeTruthy();
    expect(bar.getByText('Nexus 9.8.7').getAttribute('href')).toContain('/settings?tab=about');
  });
});
