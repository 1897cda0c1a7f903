import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { useTerminals } from './store.ts';
import { freshWindow, openPage, tabs, terminal } from './terminalsPage.testing.tsx';

// The drawing is looked at in the real window; here it never gets ready.
vi.mock('./view/loadXterm.ts', () => ({ loadXterm: () => new Promise(() => undefined) }));

beforeAll(setupWindow);
beforeEach(freshWindow);
afterEach(closeWindow);

const closeKey = () =>
  act(() => void fireEvent.keyDown(document.body, { key: 'W', ctrlKey: true, shiftKey: true }));

/** The page with these terminals; `busy` tells what runs in each. */
const withPrograms = (
  list: ReturnType<typeof terminal>[],
  busy: Record<string, { busy: boolean; program?: string }>,
) =>
  openPage(list, 'admin', {
    'terminals.foreground': ({ input }: { input: { id: string } }) =>
      busy[input.id] ?? { busy: false },
  });

describe('closing a terminal', () => {
  it('names the program that would be ended, and leaves it running when it is kept', async () => {
    // Bug caught: one wrong key ends an upgrade halfway.
    const { asked, user } = await withPrograms([terminal('a')], {
      a: { busy: true, program: 'apt-get' },
    });
    await tabs();
    closeKey();
    const dialog = await screen.findByRole('dialog', { name: 'Close the terminal?' });
    expect(within(dialog).getByText('apt-get runs in shell a')).toBeDefined();
    await user.click(within(dialog).getByRole('button', { name: 'Keep it open' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(asked['close']).toBeUndefined();
    closeKey();
    await user.click(await screen.findByRole('button', { name: 'Close terminal' }));
    await waitFor(() => expect(asked['close']).toEqual([{ id: 'a' }]));
  });

  it('asks nothing of a shell at its prompt, and nothing of one that is gone', async () => {
    // Bug caught: a question at every tab is answered without being read.
    const { asked } = await withPrograms([terminal('a')], {});
    await tabs();
    closeKey();
    await waitFor(() => expect(asked['close']).toEqual([{ id: 'a' }]));
    closeWindow();
    freshWindow();
    const gone = await withPrograms([terminal('b', { state: 'exited' })], { b: { busy: true } });
    await tabs();
    closeKey();
    await waitFor(() => expect(gone.asked['close']).toEqual([{ id: 'b' }]));
  });

  it('asks once for all panes of a tab, and closes all of them', async () => {
    const { asked, tell, user } = await withPrograms(
      [terminal('a'), terminal('h', { kind: 'ssh', host: 'web-1' })],
      { h: { busy: true } },
    );
    act(() => {
      const split = { kind: 'split', id: 's', direction: 'row' } as const;
      const pane = { ...split, panes: ['a', 'h'].map((id) => ({ kind: 'terminal' as const, id })) };
      const tab = { id: 't', pane, focused: 'a', broadcast: false };
      useTerminals.setState({ layout: { tabs: [tab], active: 't' } });
    });
    await tell([terminal('a'), terminal('h', { kind: 'ssh', host: 'web-1' })]);
    const [tab] = await tabs();
    await user.click(within(tab!).getByRole('button', { name: 'Close shell a' }));
    const dialog = await screen.findByRole('dialog', { name: 'Close 2 terminals?' });
    expect(within(dialog).getByText('A shell on web-1 is connected')).toBeDefined();
    expect(within(dialog).queryByText(/shell a/)).toBeNull();
    await user.click(within(dialog).getByRole('button', { name: 'Close 2 terminals' }));
    await waitFor(() => expect(asked['close']).toEqual([{ id: 'a' }, { id: 'h' }]));
  });

  it('is not asked about again where a person said so, until they take it back', async () => {
    const { asked, user } = await withPrograms([terminal('a'), terminal('b')], {
      a: { busy: true, program: 'top' },
      b: { busy: true, program: 'top' },
    });
    await tabs();
    closeKey();
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('checkbox', { name: 'Do not ask again' }));
    await user.click(within(dialog).getByRole('button', { name: 'Close terminal' }));
    await waitFor(() => expect(asked['close']).toHaveLength(1));
    expect(JSON.parse(localStorage.getItem('nexus.terminals')!)).toMatchObject({
      askBeforeClosing: false,
    });
    closeKey();
    await waitFor(() => expect(asked['close']).toHaveLength(2));
    await user.click(screen.getByRole('button', { name: 'More actions' }));
    await user.click(screen.getByRole('menuitem', { name: 'Ask before closing what runs' }));
    expect(useTerminals.getState().askBeforeClosing).toBe(true);
  });

  it('that is kept is asked about the next time, whatever was ticked', async () => {
    // Bug caught: “do not ask again” together with “keep it open” closes everything from then on.
    const { asked, user } = await withPrograms([terminal('a')], { a: { busy: true } });
    await tabs();
    closeKey();
    await user.click(await screen.findByRole('checkbox'));
    await user.click(screen.getByRole('button', { name: 'Keep it open' }));
    closeKey();
    expect(await screen.findByText('Something may run in shell a')).toBeDefined();
    expect(screen.getByRole<HTMLInputElement>('checkbox').checked).toBe(false);
    expect(asked['close']).toBeUndefined();
  });

  it('is closed when it cannot be asked what runs: what is wrong is said there', async () => {
    const { asked } = await openPage([terminal('a')], 'admin', {
      'terminals.foreground': () => {
        throw new Error('gone');
      },
    });
    await tabs();
    closeKey();
    await waitFor(() => expect(asked['close']).toEqual([{ id: 'a' }]));
  });
});
