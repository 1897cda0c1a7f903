import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import i18next from 'i18next';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeWindow, refusing, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { terminalsOf } from './layout.ts';
import { openTerminal } from './openTerminal.ts';
import { useTerminals } from './store.ts';
import { freshWindow, openPage, tabs, terminal } from './terminalsPage.testing.tsx';
import { askPaste, closeTerminal } from './views.ts';

// The drawing is looked at in the real window; here it never gets ready.
vi.mock('./view/loadXterm.ts', () => ({ loadXterm: () => new Promise(() => undefined) }));

beforeAll(setupWindow);
beforeEach(freshWindow);
afterEach(async () => {
  act(() => useTerminals.setState({ paste: undefined, closing: undefined }));
  closeWindow();
  await i18next.changeLanguage('en');
});

const refused = refusing('ssh.auth_failed', 'web-1 takes none of the keys.', 'Name another key.');
const shown = () => useTerminals.getState().layout.tabs.flatMap((tab) => terminalsOf(tab.pane));

describe('a shell that does not run', () => {
  it('that cannot be started again says why, and can be tried again', async () => {
    const { user } = await openPage(
      [terminal('a', { kind: 'ssh', state: 'disconnected' })],
      'admin',
      { 'terminals.reconnect': refused },
    );
    await screen.findByText('The connection broke.');
    await user.click(screen.getByRole('button', { name: 'Reconnect' }));
    await screen.findByText('web-1 takes none of the keys.');
    screen.getByRole('button', { name: 'Reconnect' });
  });

  it('that connects offers nothing to press twice', async () => {
    // Bug caught: a second press on Reconnect begins a second login.
    await openPage([terminal('a', { kind: 'ssh', state: 'connecting' })]);
    await screen.findByText('Connecting');
    expect(screen.queryByRole('button', { name: 'Reconnect' })).toBeNull();
  });

  it('says which signal has ended it, and is closed with its tab', async () => {
    const { asked, user } = await openPage([
      terminal('a', { state: 'exited', exit: { code: 0, signal: 'SIGKILL' } }),
    ]);
    const end = (await screen.findByText('The shell was ended by SIGKILL.')).closest('div')!;
    await user.click(within(end).getByRole('button', { name: 'Close terminal' }));
    await waitFor(() => expect(asked['close']).toEqual([{ id: 'a' }]));
  });

  it('says in German why its connection broke', async () => {
    await i18next.changeLanguage('de');
    const { tell } = await openPage([]);
    await tell([
      terminal('a', {
        kind: 'ssh',
        state: 'disconnected',
        error: {
          code: 'ssh.connection_lost',
          message: 'The connection to web-1 was lost.',
          kind: 'operational',
        },
      }),
    ]);
    await screen.findByText(/Die Verbindung zu web-1 ist abgebrochen\./);
  });
});

describe('a terminal that is opened', () => {
  it('beside another and refused leaves no empty pane, and the next one has its tab', async () => {
    // Bug caught: after a refused split each new terminal of another window is not shown.
    const { tell } = await openPage([terminal('a')], 'admin', { 'terminals.connect': refused });
    await tabs();
    await act(() => openTerminal({ beside: 'a', direction: 'row' }, 'web-1'));
    await screen.findByText('web-1 takes none of the keys.');
    expect(shown()).toEqual(['a']);
    expect(useTerminals.getState().opening).toBe(0);
    await tell([terminal('a'), terminal('b')]);
    expect(shown()).toEqual(['a', 'b']);
  });

  it('is shown once, where it was asked for, though the stream tells of it as well', async () => {
    // Bug caught: it stands in the split and once more in a tab of its own.
    let answer = () => {};
    const later = new Promise<void>((resolve) => (answer = resolve));
    const { tell } = await openPage([terminal('a')], 'admin', {
      'terminals.open': (() => later.then(() => ({ terminal: terminal('b') }))) as never,
    });
    await tabs();
    const opening = openTerminal({ beside: 'a', direction: 'column' });
    await tell([terminal('a'), terminal('b')]);
    expect(shown()).toEqual(['a']);
    await act(async () => {
      answer();
      await opening;
    });
    expect(shown()).toEqual(['a', 'b']);
    expect(await tabs()).toHaveLength(1);
  });
});

describe('a terminal that is closed', () => {
  it('and was gone already is no error, any other reason is said', async () => {
    let code = 'terminal.not_found';
    await openPage([terminal('a')], 'admin', {
      'terminals.close': () => refusing(code, `It is ${code}.`)(),
    });
    await act(() => closeTerminal('a'));
    code = 'terminal.busy';
    await act(() => closeTerminal('a'));
    await screen.findByText('It is terminal.busy.');
    expect(screen.queryByText('It is terminal.not_found.')).toBeNull();
  });
});

describe('a paste that is looked at first', () => {
  it('is counted by its lines, shown to a point, and pasted whole', async () => {
    // Bug caught: what is not shown is not pasted either, in the middle of a script.
    const { asked, user } = await openPage([terminal('a')]);
    await tabs();
    const text = `${'x'.repeat(99)}\n`.repeat(300);
    act(() => void askPaste('a', text));
    const dialog = within(await screen.findByRole('dialog', { name: 'Paste 300 lines?' }));
    const pre = document.querySelector('pre')!;
    expect(pre.textContent?.length).toBe(20_001);
    expect(pre.textContent?.endsWith('…')).toBe(true);
    await user.click(dialog.getByRole('button', { name: 'Paste 300 lines' }));
    await waitFor(() =>
      expect((asked['input'] as { data: string }[]).map(({ data }) => data).join('')).toBe(
        text.replaceAll('\n', '\r'),
      ),
    );
  });

  it('is not pasted by Escape, nor by a press beside it', async () => {
    const { asked } = await openPage([terminal('a')]);
    await tabs();
    for (const leave of [
      () => fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' }),
      () => {
        fireEvent.pointerDown(document.body, { button: 0, pointerType: 'mouse' });
        fireEvent.click(document.body);
      },
    ]) {
      act(() => void askPaste('a', 'rm -rf x\n'));
      await screen.findByRole('dialog', { name: 'Paste 1 line?' });
      leave();
      await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    }
    expect(asked['input']).toBeUndefined();
  });

  it('shows what is hidden in it nowhere else than in the text', async () => {
    // Bug caught: a copied page brings marks that are drawn as part of the window.
    await openPage([terminal('a')]);
    await tabs();
    act(() => void askPaste('a', '<img src=x onerror=alert(1)>\n<b>bold</b>'));
    await screen.findByRole('dialog', { name: 'Paste 2 lines?' });
    expect(document.querySelector('pre')?.children).toHaveLength(0);
    expect(document.querySelector('pre')?.textContent).toContain('<b>bold</b>');
  });
});
