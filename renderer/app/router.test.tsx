import '#renderer/testing/layoutWorker.ts';
import { createMemoryHistory } from '@tanstack/react-router';
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { pages } from '#renderer/frame/pages.ts';
import {
  closeWindow,
  openWindow,
  refusing,
  setupWindow,
} from '#renderer/testing/windowHarness.tsx';
import { makeRouter } from './router.ts';
import { PageCrash } from './PageCrash.tsx';

beforeAll(setupWindow);
afterEach(() => {
  closeWindow();
  vi.restoreAllMocks();
});

const crumbs = () =>
  within(screen.getByRole('navigation', { name: 'Breadcrumb' }))
    .getAllByRole('listitem')
    .map((one) => one.textContent);
const gone = refusing('not_found', 'It is gone.');

describe('where the reader is', () => {
  it.each([
    ['/', ['Home']],
    ['/runs', ['Runs']],
    ['/templates', ['Workflows', 'Templates']],
    ['/compare/run_a/run_b', ['Runs', 'Compare runs']],
    ['/commands', ['Hosts', 'Run command']],
    ['/workflows/nightly', ['Workflows', 'nightly']],
    ['/hosts/web%201', ['Hosts', 'web 1']],
    ['/runs/run_01HZX3ABCDEF9K2F', ['Runs', 'run_…EF9K2F']],
  ])('%s', async (address, expected) => {
    await openWindow(address, {
      'runs.compare': gone,
      'runs.get': gone,
      'workflows.get': gone,
      'templates.list': gone,
      'hosts.get': gone,
    });
    expect(crumbs()).toEqual(expected);
    const last = screen.getByText(expected.at(-1) ?? '', { selector: '[aria-current=page]' });
    expect(last).toBeTruthy();
  });

  it('the page above is one press away', async () => {
    const { address } = await openWindow('/compare/run_a/run_b', { 'runs.compare': gone });
    const way = within(screen.getByRole('navigation', { name: 'Breadcrumb' }));
    await userEvent.click(way.getByRole('link', { name: 'Runs' }));
    await waitFor(() => expect(address()).toBe('/runs'));
  });
});

describe('every page of the rail', () => {
  it('has a route, a name and a key of its own', () => {
    // Bug caught: a page is added to the rail and its link leads nowhere.
    const router = makeRouter(createMemoryHistory());
    const routes = new Set(Object.keys(router.routesByPath));
    for (const page of pages) expect(routes.has(page.to), page.to).toBe(true);
    expect(new Set(pages.map((page) => page.key)).size).toBe(pages.length);
    expect(new Set(pages.map((page) => page.id)).size).toBe(pages.length);
  });

  it('says what it is in the breadcrumb, and what does not answer says so and not nothing', async () => {
    // Terminals load a drawing library of their own, which their own tests do.
    for (const page of pages.filter(({ id }) => id !== 'terminals')) {
      await openWindow(page.to);
      expect(crumbs()).toHaveLength(1);
      await waitFor(() => expect(screen.getByRole('main').textContent).not.toBe(''));
      closeWindow();
    }
  });
});

describe('a page that breaks', () => {
  const crash = (error: unknown) =>
    render(<PageCrash error={error as Error} reset={() => undefined} info={undefined as never} />);

  it('says so with the text to report, whatever was thrown', () => {
    crash(new Error('no such thing'));
    expect(screen.getByRole('alert').textContent).toContain('no such thing');
    cleanup();
    crash('only a word');
    expect(screen.getByRole('alert').textContent).toContain('only a word');
    cleanup();
    crash(undefined);
    expect(screen.getByRole('heading', { level: 1 })).toBeTruthy();
  });

  it('can be loaded anew', async () => {
    const reload = vi.spyOn(window.location, 'reload').mockImplementation(() => undefined);
    crash(new Error('x'));
    await userEvent.click(screen.getByRole('button', { name: 'Reload the page' }));
    expect(reload).toHaveBeenCalledOnce();
  });
});
