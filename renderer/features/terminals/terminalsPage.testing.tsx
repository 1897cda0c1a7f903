import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, vi } from 'vitest';
import type { Host } from '#contract/hosts.ts';
import type { Snippet, Terminal } from '#contract/terminals.ts';
import { Feed, openWindow } from '#renderer/testing/windowHarness.tsx';
import { useTerminals } from './store.ts';

/** For tests: a terminal as the platform tells of it. */
export const terminal = (id: string, more: Partial<Terminal> = {}): Terminal => ({
  id,
  kind: 'local',
  title: `shell ${id}`,
  state: 'running',
  cols: 80,
  rows: 24,
  owner: 'ada',
  created_at: '2026-11-21T00:00:00.000Z',
  ...more,
});

/** Before each test: a window that has never shown a terminal. */
export function freshWindow(): void {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  useTerminals.setState(useTerminals.getInitialState(), true);
  localStorage.clear();
}

type Role = NonNullable<Parameters<typeof openWindow>[2]>;
type Handlers = NonNullable<Parameters<typeof openWindow>[1]>;

/** The page with these terminals; `asked` holds the inputs of every call. */
export async function openPage(
  terminals: Terminal[],
  role: Role = 'admin',
  handlers: Handlers = {},
  hosts: Host[] = [],
) {
  const snippets: Snippet[] = [{ id: 'snip_1', name: 'Disk', text: 'df -h', run: true }];
  const feed = new Feed<{ terminals: Terminal[] }>();
  const asked: Record<string, unknown[]> = {};
  const answer =
    <T,>(name: string, result: T) =>
    ({ input }: { input: unknown }) => {
      (asked[name] ??= []).push(input);
      return result;
    };
  await openWindow(
    '/terminals',
    {
      'terminals.watch': feed.handler,
      'terminals.open': answer('open', { terminal: terminal('new') }),
      'terminals.connect': answer('connect', { terminal: terminal('remote', { kind: 'ssh' }) }),
      'terminals.foreground': answer('foreground', { busy: false }),
      'terminals.close': answer('close', { closed: true }),
      'terminals.input': answer('input', {}),
      'terminals.reconnect': answer('reconnect', { terminal: terminal('a') }),
      'terminals.rename': answer('rename', { terminal: terminal('a') }),
      'terminals.startLog': answer('startLog', {
        terminal: terminal('a', { log: '/srv/nexus/logs/terminals/a.log' }),
      }),
      'terminals.stopLog': answer('stopLog', { terminal: terminal('a') }),
      'terminals.snippets': () => ({ snippets: [...snippets] }),
      'terminals.saveSnippet': ({ input }: { input: Omit<Snippet, 'id'> & { id?: string } }) => {
        const saved = { ...input, id: input.id ?? `snip_${snippets.length + 1}` };
        snippets.splice(
          0,
          snippets.length,
          ...snippets.filter((one) => one.id !== saved.id),
          saved,
        );
        return { snippet: saved };
      },
      'terminals.removeSnippet': ({ input }: { input: { id: string } }) => {
        const at = snippets.findIndex((one) => one.id === input.id);
        snippets.splice(at, 1);
        return { removed: at >= 0 };
      },
      'hosts.list': () => ({ hosts }),
      ...handlers,
    },
    role,
  );
  const tell = async (list: Terminal[]) => {
    await waitFor(() => expect(feed.readers).toBe(1));
    await act(async () => feed.push({ terminals: list }));
  };
  if (role !== 'viewer') await tell(terminals);
  return { asked, tell, user: userEvent.setup() };
}

/** The tabs that are shown. */
export const tabs = async () =>
  within(await screen.findByRole('list', { name: 'Terminals' })).getAllByRole('listitem');
