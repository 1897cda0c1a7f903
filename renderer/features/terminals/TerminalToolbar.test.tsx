import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '#contract/hosts.ts';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { useTerminals } from './store.ts';
import { freshWindow, openPage, tabs, terminal } from './terminalsPage.testing.tsx';
import { viewOf } from './views.ts';

// The drawing is looked at in the real window; here it never gets ready.
vi.mock('./view/loadXterm.ts', () => ({ loadXterm: () => new Promise(() => undefined) }));

beforeAll(setupWindow);
beforeEach(freshWindow);
afterEach(closeWindow);

type User = Awaited<ReturnType<typeof openPage>>['user'];

const host = (name: string, environment?: string): Host => ({
  id: `host_${name}`,
  name,
  address: `${name}.example.org`,
  port: 22,
  identity: [],
  jump: [],
  groups: [],
  tags: [],
  ...(environment === undefined ? {} : { environment }),
  options: {},
  source: 'added',
  created_at: '2026-11-21T00:00:00.000Z',
  updated_at: '2026-11-21T00:00:00.000Z',
});

/** Chooses an entry of the menu with further actions. */
async function choose(user: User, entry: string | RegExp) {
  await user.click(await screen.findByRole('button', { name: 'More actions' }));
  await user.click(await screen.findByRole('menuitem', { name: entry }));
}

describe('hosts', () => {
  it('are offered with their environment, and open a terminal that connects', async () => {
    // Bug caught: production and staging of one name are told apart by luck.
    const hosts = [host('web-1', 'production'), host('web-2')];
    const { asked, tell, user } = await openPage([], 'operator', {}, hosts);
    await user.click(await screen.findByRole('button', { name: 'New terminal on a host' }));
    expect(await screen.findByRole('menuitem', { name: 'web-2' })).toBeDefined();
    await user.click(screen.getByRole('menuitem', { name: 'web-1 · production' }));
    await waitFor(() => expect(asked['connect']).toMatchObject([{ host: 'web-1' }]));
    await tell([terminal('remote', { kind: 'ssh', host: 'web-1', state: 'connecting' })]);
    expect(await tabs()).toHaveLength(1);
    expect(screen.getByText('Connecting')).toBeDefined();
  });

  it('are not offered where there are none', async () => {
    await openPage([]);
    expect(await screen.findByRole('button', { name: 'Open terminal' })).toBeDefined();
    expect(screen.queryByRole('button', { name: 'New terminal on a host' })).toBeNull();
  });

  it('that cannot be opened are told of, and leave nothing behind', async () => {
    // Bug caught: after one failure new terminals never get a place in the window again.
    const handlers = {
      'terminals.connect': () => {
        throw new Error('no');
      },
    };
    const { tell, user } = await openPage([], 'admin', handlers, [host('web-1')]);
    await user.click(await screen.findByRole('button', { name: 'New terminal on a host' }));
    await user.click(await screen.findByRole('menuitem', { name: 'web-1' }));
    await waitFor(() => expect(useTerminals.getState().opening).toBe(0));
    await tell([terminal('other')]);
    expect(await tabs()).toHaveLength(1);
  });
});

describe('further actions', () => {
  it('change size, colours and drawing for all terminals, and are kept', async () => {
    const { user } = await openPage([terminal('a')]);
    await choose(user, /^Larger text/);
    await choose(user, 'Colours: dark');
    await choose(user, 'Drawing: graphics card');
    expect(useTerminals.getState()).toMatchObject({
      fontSize: 14,
      theme: 'dark',
      drawing: 'webgl',
    });
    expect(JSON.parse(localStorage.getItem('nexus.terminals')!)).toMatchObject({
      fontSize: 14,
      theme: 'dark',
      drawing: 'webgl',
    });
  });

  it('start and stop the log, and say where it is', async () => {
    const { asked, tell, user } = await openPage([terminal('a')]);
    await choose(user, 'Start logging to a file');
    await waitFor(() => expect(asked['startLog']).toEqual([{ id: 'a' }]));
    const log = '/srv/nexus/logs/terminals/a.log';
    expect(await screen.findByText(`Output is written to ${log}, secrets hidden`)).toBeDefined();
    await tell([terminal('a', { log })]);
    await choose(user, 'Stop logging');
    await waitFor(() => expect(asked['stopLog']).toEqual([{ id: 'a' }]));
  });

  it('copy what is selected, and nothing where nothing is', async () => {
    // Bug caught: the clipboard is emptied by a key that was pressed without a selection.
    const copied: string[] = [];
    const { user } = await openPage([terminal('a')]);
    vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(
      async (text) => void copied.push(text),
    );
    await choose(user, /^Copy selection/);
    expect(copied).toEqual([]);
    vi.spyOn(viewOf('a'), 'selection', 'get').mockReturnValue('two\nlines');
    await choose(user, /^Copy selection/);
    await waitFor(() => expect(copied).toEqual(['two\nlines']));
    expect(await screen.findByText('Copied')).toBeDefined();
  });

  it('name a terminal, keep its name, or give it back to the program', async () => {
    const { asked, user } = await openPage([terminal('a')]);
    await choose(user, 'Rename');
    await user.click(await screen.findByRole('button', { name: 'Keep the name' }));
    expect(asked['rename']).toBeUndefined();
    await choose(user, 'Rename');
    await user.clear(await screen.findByRole('textbox', { name: 'Name' }));
    await user.click(screen.getByRole('button', { name: 'Rename terminal' }));
    await waitFor(() => expect(asked['rename']).toEqual([{ id: 'a', title: '' }]));
  });
});

describe('snippets', () => {
  const manage = async (user: User) => {
    await user.click(await screen.findByRole('button', { name: 'Snippets' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Manage snippets' }));
    return screen.findByRole('dialog', { name: 'Snippets' });
  };

  it('are added, changed and removed', async () => {
    const { user } = await openPage([terminal('a')]);
    const dialog = within(await manage(user));
    await user.click(dialog.getByRole('button', { name: 'Edit Disk' }));
    const name = dialog.getByRole('textbox', { name: /^Name/ });
    await user.clear(name);
    expect(dialog.getByRole('button', { name: 'Save snippet' })).toHaveProperty('disabled', true);
    await user.type(name, 'Space');
    await user.click(dialog.getByRole('button', { name: 'Save snippet' }));
    await user.click(await dialog.findByRole('button', { name: 'Add snippet' }));
    await user.type(dialog.getByRole('textbox', { name: /^Name/ }), 'Load');
    await user.type(dialog.getByRole('textbox', { name: /^Text/ }), 'uptime');
    await user.click(dialog.getByRole('button', { name: 'Save snippet' }));
    expect(await dialog.findByText('Load')).toBeDefined();
    const remove = async (name: string) => {
      await user.click(dialog.getByRole('button', { name: `Remove ${name}` }));
      await user.click(await screen.findByRole('button', { name: 'Remove snippet' }));
    };
    await remove('Space');
    await waitFor(() => expect(dialog.queryByText('Space')).toBeNull());
    await remove('Load');
    expect(await dialog.findByText('No snippets yet')).toBeDefined();
  });

  it('that are refused stay in the form, so that nothing has to be typed again', async () => {
    // Bug caught: a snippet with a secret in it is refused, and ten lines are gone.
    const handlers = {
      'terminals.saveSnippet': () => {
        throw new Error('holds a secret');
      },
    };
    const { user } = await openPage([terminal('a')], 'admin', handlers);
    const dialog = within(await manage(user));
    await user.click(dialog.getByRole('button', { name: 'Add snippet' }));
    await user.type(dialog.getByRole('textbox', { name: /^Name/ }), 'Login');
    await user.type(dialog.getByRole('textbox', { name: /^Text/ }), 'hunter2');
    await user.click(dialog.getByRole('button', { name: 'Save snippet' }));
    await waitFor(() =>
      expect(dialog.getByRole('button', { name: 'Save snippet' })).toHaveProperty(
        'disabled',
        false,
      ),
    );
    expect(dialog.getByRole('textbox', { name: /^Text/ })).toHaveProperty('value', 'hunter2');
  });

  it('go to all panes where all are typed in, and several lines are looked at first', async () => {
    // Bug caught: a snippet runs in one pane only, though the tab says that all get what is typed.
    const snippets = [
      { id: 'one', name: 'One line', text: 'uptime', run: true },
      { id: 'many', name: 'Many lines', text: 'cd /\nls', run: true },
    ];
    const handlers = { 'terminals.snippets': () => ({ snippets }) };
    const { asked, tell, user } = await openPage([terminal('a')], 'admin', handlers);
    await user.click(await screen.findByRole('button', { name: 'Split below' }));
    await tell([terminal('a'), terminal('new')]);
    await user.click(screen.getByRole('button', { name: 'Type in all panes of this tab' }));
    const insert = async (name: string) => {
      await user.click(screen.getByRole('button', { name: 'Snippets' }));
      await user.click(await screen.findByRole('menuitem', { name }));
    };
    await insert('One line');
    const line = { data: 'uptime\r', encoding: 'utf8' };
    await waitFor(() =>
      expect(asked['input']).toEqual([
        { id: 'a', ...line },
        { id: 'new', ...line },
      ]),
    );
    await insert('Many lines');
    expect(await screen.findByRole('dialog', { name: 'Paste 2 lines?' })).toBeDefined();
    expect(asked['input']).toHaveLength(2);
    act(() => useTerminals.setState({ paste: undefined }));
  });

  it('of older days are cleaned before they are typed: no hidden line, no key press', async () => {
    // Bug caught: a line end that the list does not show runs a second command unseen.
    const snippets = [
      { id: 'one', name: 'Keys', text: 'uptime\x03\x1b[201~', run: true },
      { id: 'two', name: 'Hidden', text: 'df -h\rid', run: true },
    ];
    const handlers = { 'terminals.snippets': () => ({ snippets }) };
    const { asked, user } = await openPage([terminal('a')], 'admin', handlers);
    const insert = async (name: string) => {
      await user.click(await screen.findByRole('button', { name: 'Snippets' }));
      await user.click(await screen.findByRole('menuitem', { name }));
    };
    await insert('Keys');
    const typed = [{ id: 'a', data: 'uptime[201~\r', encoding: 'utf8' }];
    await waitFor(() => expect(asked['input']).toEqual(typed));
    await insert('Hidden');
    expect(await screen.findByRole('dialog', { name: 'Paste 2 lines?' })).toBeDefined();
    expect(asked['input']).toEqual(typed);
    act(() => useTerminals.setState({ paste: undefined }));
  });

  it('wait for the person in every pane, also where one could tell a paste from typing', async () => {
    // Bug caught: Enter goes to all panes while the lines before it are still asked about.
    const snippets = [{ id: 'many', name: 'Many lines', text: 'cd /\nls', run: true }];
    const handlers = { 'terminals.snippets': () => ({ snippets }) };
    const { asked, tell, user } = await openPage([terminal('a')], 'admin', handlers);
    await user.click(await screen.findByRole('button', { name: 'Split below' }));
    await tell([terminal('a'), terminal('new')]);
    await user.click(screen.getByRole('button', { name: 'Type in all panes of this tab' }));
    const focused = useTerminals.getState().layout.tabs[0]!.focused;
    vi.spyOn(viewOf(focused), 'bracketed', 'get').mockReturnValue(true);
    await user.click(screen.getByRole('button', { name: 'Snippets' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Many lines' }));
    expect(await screen.findByRole('dialog', { name: 'Paste 2 lines?' })).toBeDefined();
    expect(asked['input']).toBeUndefined();
    act(() => useTerminals.setState({ paste: undefined }));
  });
});
