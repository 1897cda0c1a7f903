import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { showPanel } from '#renderer/stores/frame.ts';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { tabOf, terminalsOf } from './layout.ts';
import { useTerminals } from './store.ts';
import { freshWindow, openPage, tabs, terminal } from './terminalsPage.testing.tsx';
import { viewOf } from './views.ts';

// The drawing is looked at in the real window; here it never gets ready.
vi.mock('./view/loadXterm.ts', () => ({ loadXterm: () => new Promise(() => undefined) }));

beforeAll(setupWindow);
beforeEach(freshWindow);
afterEach(closeWindow);

const focused = () => {
  const { layout } = useTerminals.getState();
  return layout.tabs.find((tab) => tab.id === layout.active)?.focused;
};

const press = (keys: string) => {
  const parts = keys.split('+');
  act(() => {
    fireEvent.keyDown(document.body, {
      key: parts.at(-1)!,
      ctrlKey: parts.includes('Control'),
      shiftKey: parts.includes('Shift'),
    });
  });
};

describe('keys', () => {
  it('open, split, go round and close', async () => {
    const { asked, tell } = await openPage([terminal('a'), terminal('b')]);
    press('Control+Shift+T');
    await waitFor(() => expect(asked['open']).toHaveLength(1));
    await tell([terminal('a'), terminal('b'), terminal('new')]);
    expect(focused()).toBe('new');
    press('Control+PageUp');
    expect(focused()).toBe('b');
    press('Control+PageDown');
    press('Control+PageDown');
    expect(focused()).toBe('a');
    press('Control+Shift+W');
    await waitFor(() => expect(asked['close']).toEqual([{ id: 'a' }]));
    await tell([terminal('b'), terminal('new')]);
    expect(await tabs()).toHaveLength(2);
  });

  it('go from pane to pane of one tab', async () => {
    const { tell } = await openPage([terminal('a')]);
    press('Control+Shift+E');
    await waitFor(() => expect(focused()).toBe('new'));
    await tell([terminal('a'), terminal('new')]);
    press('Control+Shift+ArrowRight');
    expect(focused()).toBe('a');
    press('Control+Shift+ArrowLeft');
    expect(focused()).toBe('new');
    const tab = tabOf(useTerminals.getState().layout, 'a')!;
    expect(terminalsOf(tab.pane)).toEqual(['a', 'new']);
  });

  it('change the size of the letters', async () => {
    await openPage([terminal('a')]);
    press('Control+=');
    press('Control+=');
    expect(useTerminals.getState().fontSize).toBe(15);
    press('Control+-');
    expect(useTerminals.getState().fontSize).toBe(14);
    press('Control+0');
    expect(useTerminals.getState().fontSize).toBe(13);
  });

  it('let the keyboard out of the terminal', async () => {
    // Bug caught: whoever has no mouse can never leave a terminal, since Tab belongs to the shell.
    await openPage([terminal('a')]);
    await tabs();
    press('F6');
    expect(document.activeElement?.getAttribute('data-terminal-tab')).toBe('active');
  });

  it('open no shell on this machine for operators', async () => {
    const { asked } = await openPage([], 'operator');
    press('Control+Shift+T');
    press('Control+Shift+E');
    await act(async () => undefined);
    expect(asked['open']).toBeUndefined();
  });

  it('do nothing where there is no terminal', async () => {
    const { asked } = await openPage([]);
    for (const keys of ['Control+Shift+W', 'Control+Shift+C', 'Control+Shift+B', 'Control+PageUp'])
      press(keys);
    press('Control+Shift+ArrowRight');
    press('Control+Shift+F');
    expect(asked['close']).toBeUndefined();
    expect(useTerminals.getState().searching).toBeUndefined();
  });
});

describe('searching', () => {
  it('asks the terminal upwards first, tells how many, and gives the keyboard back', async () => {
    const { user } = await openPage([terminal('a')]);
    await tabs();
    const search = vi.spyOn(viewOf('a'), 'search');
    const focus = vi.spyOn(viewOf('a'), 'focus');
    press('Control+Shift+F');
    const field = await screen.findByRole('textbox', { name: 'Find in terminal' });
    expect(document.activeElement).toBe(field);
    await user.type(field, 'err');
    expect(search).toHaveBeenLastCalledWith('err', true);
    act(() => useTerminals.setState({ found: { index: 1, count: 7 } }));
    expect(screen.getByText('2 of 7')).toBeDefined();
    await user.keyboard('{Enter}');
    expect(search).toHaveBeenLastCalledWith('err', true);
    await user.keyboard('{Shift>}{Enter}{/Shift}');
    expect(search).toHaveBeenLastCalledWith('err', false);
    act(() => useTerminals.setState({ found: { index: -1, count: 0 } }));
    expect(screen.getByText('No match')).toBeDefined();
    await user.keyboard('{Escape}');
    expect(search).toHaveBeenLastCalledWith('');
    expect(screen.queryByRole('textbox', { name: 'Find in terminal' })).toBeNull();
    expect(focus).toHaveBeenCalled();
  });
});

describe('the tabs', () => {
  it('close with the middle button, every pane of theirs', async () => {
    const { asked, tell } = await openPage([terminal('a')]);
    press('Control+Shift+E');
    await tell([terminal('a'), terminal('new')]);
    const [tab] = await tabs();
    expect(within(tab!).getByText('2')).toBeDefined();
    const button = within(tab!).getByRole('button', { name: /^shell new/ });
    fireEvent(button, new MouseEvent('auxclick', { button: 2, bubbles: true }));
    expect(asked['close']).toBeUndefined();
    fireEvent(button, new MouseEvent('auxclick', { button: 1, bubbles: true }));
    await waitFor(() => expect(asked['close']).toEqual([{ id: 'a' }, { id: 'new' }]));
  });

  it('say which terminal is lost, logged or typed in with others', async () => {
    // Bug caught: the state of a terminal behind another one is seen only when it is too late.
    await openPage([
      terminal('a'),
      terminal('b', { kind: 'ssh', state: 'disconnected' }),
      terminal('c', { log: '/srv/nexus/logs/terminals/c.log' }),
    ]);
    const [, lost, logged] = await tabs();
    expect(within(lost!).getByLabelText('Not connected')).toBeDefined();
    expect(within(logged!).getByText('Logging')).toBeDefined();
  });

  it('bring a terminal to the front', async () => {
    const { user } = await openPage([terminal('a'), terminal('b')]);
    const [, second] = await tabs();
    await user.click(within(second!).getByRole('button', { name: 'shell b' }));
    expect(focused()).toBe('b');
  });
});

describe('a link under the mouse', () => {
  it('is shown with what opens it, on the terminal that it is in', async () => {
    // Bug caught: a link whose text says one address and that opens another.
    await openPage([terminal('a')]);
    await tabs();
    const address = 'https://example.org/what-it-really-opens';
    act(() => useTerminals.setState({ link: { terminal: 'a', address } }));
    expect(await screen.findByText(`Ctrl+click opens ${address}`)).toBeDefined();
    act(() => useTerminals.setState({ link: { terminal: 'other', address } }));
    expect(screen.queryByText(/click opens/)).toBeNull();
  });
});

describe('the bottom panel', () => {
  it('says where the terminals are while their page is open: each is on screen once', async () => {
    await openPage([terminal('a')]);
    act(() => showPanel('terminals'));
    expect(await screen.findByText('Your terminals are on this page')).toBeDefined();
    expect(document.querySelectorAll('[data-terminal="a"]')).toHaveLength(1);
  });
});
