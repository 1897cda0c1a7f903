import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { freshWindow, openPage, tabs, terminal } from './terminalsPage.testing.tsx';
import { askPaste, viewOf } from './views.ts';

// The drawing is looked at in the real window; here it never gets ready.
vi.mock('./view/loadXterm.ts', () => ({ loadXterm: () => new Promise(() => undefined) }));

beforeAll(setupWindow);
beforeEach(freshWindow);
afterEach(closeWindow);

describe('the page of terminals', () => {
  it('teaches when there are none, and opens one', async () => {
    const { asked, user } = await openPage([]);
    await user.click(await screen.findByRole('button', { name: 'Open terminal' }));
    await waitFor(() => expect(asked['open']).toHaveLength(1));
    expect(await tabs()).toHaveLength(1);
  });

  it('has a tab for each, and closes the one that is asked to', async () => {
    const { asked, tell, user } = await openPage([terminal('a'), terminal('b')]);
    expect(await tabs()).toHaveLength(2);
    await user.click(screen.getByRole('button', { name: 'Close shell b' }));
    await waitFor(() => expect(asked['close']).toEqual([{ id: 'b' }]));
    await tell([terminal('a')]);
    expect(await tabs()).toHaveLength(1);
  });

  it('offers operators no shell on this machine, and viewers nothing', async () => {
    await openPage([], 'operator');
    expect(await screen.findByText(/Shells on this machine are for administrators/)).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Open terminal' })).toBeNull();
    closeWindow();
    await openPage([], 'viewer');
    expect(await screen.findByText('Terminals are for operators')).toBeDefined();
  });

  it('says how a shell ended, what a lost connection means, and how to go on', async () => {
    const { asked, tell, user } = await openPage([
      terminal('a', { state: 'exited', exit: { code: 3, signal: null } }),
    ]);
    expect(await screen.findByText('The shell has ended with code 3.')).toBeDefined();
    await user.click(screen.getByRole('button', { name: 'Start a new shell' }));
    await waitFor(() => expect(asked['reconnect']).toEqual([{ id: 'a' }]));
    const error = {
      code: 'ssh.lost',
      message: 'The link to web is down.',
      hint: 'Look at the network.',
      kind: 'operational' as const,
    };
    await tell([terminal('a', { kind: 'ssh', state: 'disconnected', error })]);
    expect(await screen.findByText(/The link to web is down. Look at the network./)).toBeDefined();
    expect(screen.getByRole('button', { name: 'Reconnect' })).toBeDefined();
    // Bug caught: nobody knows whether to wait or to click.
    const retry_at = new Date(Date.now() + 8_000).toISOString();
    await tell([terminal('a', { kind: 'ssh', state: 'disconnected', error, retry_at })]);
    expect(await screen.findByText(/^Trying again in [789] s\.$/)).toBeDefined();
  });

  it('splits, and marks every pane that is typed in at once', async () => {
    const { asked, tell, user } = await openPage([terminal('a')]);
    await user.click(await screen.findByRole('button', { name: 'Split to the right' }));
    await waitFor(() => expect(asked['open']).toHaveLength(1));
    await tell([terminal('a'), terminal('new')]);
    expect(await tabs()).toHaveLength(1);
    await user.click(screen.getByRole('button', { name: 'Type in all panes of this tab' }));
    expect(screen.getAllByText('Typing in all panes')).toHaveLength(2);
    await user.keyboard('{Control>}{Shift>}b{/Shift}{/Control}');
    expect(screen.queryAllByText('Typing in all panes')).toHaveLength(0);
  });

  it('shows several lines before they are pasted, to all panes or to none', async () => {
    // Bug caught: a copied command with a hidden line end runs on every host at once.
    const { asked, tell, user } = await openPage([terminal('a')]);
    await user.click(await screen.findByRole('button', { name: 'Split below' }));
    await tell([terminal('a'), terminal('new')]);
    await user.click(await screen.findByRole('button', { name: 'Type in all panes of this tab' }));
    act(() => void askPaste('a', 'one\ntwo\n'));
    const dialog = await screen.findByRole('dialog', { name: 'Paste 2 lines?' });
    await user.click(within(dialog).getByRole('button', { name: 'Do not paste' }));
    expect(asked['input']).toBeUndefined();
    act(() => void askPaste('a', 'one\ntwo\n'));
    await user.click(await screen.findByRole('button', { name: 'Paste 2 lines' }));
    const lines = { data: 'one\rtwo\r', encoding: 'utf8' };
    await waitFor(() =>
      expect(asked['input']).toEqual([
        { id: 'a', ...lines },
        { id: 'new', ...lines },
      ]),
    );
  });

  it('inserts snippets, renames and logs', async () => {
    const { asked, tell, user } = await openPage([terminal('a')]);
    await user.click(await screen.findByRole('button', { name: 'Snippets' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Disk' }));
    await waitFor(() =>
      expect(asked['input']).toEqual([{ id: 'a', data: 'df -h\r', encoding: 'utf8' }]),
    );
    await user.click(screen.getByRole('button', { name: 'More actions' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Rename' }));
    const name = await screen.findByRole('textbox', { name: 'Name' });
    await user.clear(name);
    await user.type(name, 'build box{Enter}');
    await waitFor(() => expect(asked['rename']).toEqual([{ id: 'a', title: 'build box' }]));
    await user.click(screen.getByRole('button', { name: 'More actions' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Start logging to a file' }));
    await waitFor(() => expect(asked['startLog']).toEqual([{ id: 'a' }]));
    await tell([terminal('a', { log: '/srv/nexus/logs/terminals/a.log' })]);
    expect(await screen.findByText('Logging')).toBeDefined();
  });

  it('drops the view of a terminal that is gone', async () => {
    // Bug caught: a page that runs for weeks keeps the buffers of every terminal it ever showed.
    const { tell } = await openPage([terminal('a')]);
    const first = viewOf('a');
    await tell([]);
    await tell([terminal('a')]);
    expect(viewOf('a')).not.toBe(first);
  });
});
