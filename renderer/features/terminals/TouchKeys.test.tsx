import { act, fireEvent, screen, within } from '@testing-library/react';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerMedia } from '#renderer/testing/media.ts';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { freshWindow, openPage, terminal } from './terminalsPage.testing.tsx';
import { keySequence, useHeldKeys, withHeld, withModifiers } from './touchKeys.ts';
import { viewOf } from './views.ts';

// The drawing is looked at in the real window; here it never gets ready.
vi.mock('./view/loadXterm.ts', () => ({ loadXterm: () => new Promise(() => undefined) }));

const none = { ctrl: false, alt: false };
const ctrl = { ctrl: true, alt: false };
const alt = { ctrl: false, alt: true };

describe('what a key of the row sends', () => {
  it.each([
    ['Esc', none, '\x1b'],
    ['Tab', none, '\t'],
    ['↑', none, '\x1b[A'],
    ['←', none, '\x1b[D'],
    ['↑', ctrl, '\x1b[1;5A'],
    ['→', alt, '\x1b[1;3C'],
    ['Home', none, '\x1b[H'],
    ['End', ctrl, '\x1b[1;5F'],
    ['PgUp', none, '\x1b[5~'],
    ['PgDn', ctrl, '\x1b[6;5~'],
    ['|', none, '|'],
    ['/', ctrl, '\x1f'],
    ['-', alt, '\x1b-'],
  ] as const)('%s with %o', (key, held, sent) => {
    expect(keySequence(key, held, false)).toBe(sent);
  });

  it('is the other form of the arrows where a program asked for it', () => {
    // Bug caught: the arrows type letters into vim and less.
    expect(keySequence('↓', none, true)).toBe('\x1bOB');
    expect(keySequence('↓', ctrl, true)).toBe('\x1b[1;5B');
    expect(keySequence('PgUp', none, true)).toBe('\x1b[5~');
  });

  it('Ctrl gives the control character of every letter, large or small', () => {
    expect(withModifiers('c', ctrl)).toBe('\x03');
    expect(withModifiers('[', ctrl)).toBe('\x1b');
    expect(withModifiers(' ', ctrl)).toBe('\0');
    expect(withModifiers('ä', ctrl)).toBe('ä');
    expect(withModifiers('x', { ctrl: true, alt: true })).toBe('\x1b\x18');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 25 }), (n) => {
        const letter = String.fromCharCode(97 + n);
        expect(withModifiers(letter, ctrl)).toBe(String.fromCharCode(n + 1));
        expect(withModifiers(letter.toUpperCase(), ctrl)).toBe(String.fromCharCode(n + 1));
      }),
    );
  });
});

describe('a modifier that waits', () => {
  beforeEach(() => useHeldKeys.setState(ctrl));

  it('is for the next key only', () => {
    expect(withHeld({ data: 'c', encoding: 'utf8' }).data).toBe('\x03');
    expect(withHeld({ data: 'c', encoding: 'utf8' }).data).toBe('c');
  });

  it('is not used up by a report of the mouse', () => {
    // Bug caught: a tap on the terminal takes the Ctrl away before the letter comes.
    const report = { data: '\x1b[<0;3;4M', encoding: 'utf8' } as const;
    expect(withHeld(report)).toEqual(report);
    expect(withHeld({ data: 'd', encoding: 'utf8' }).data).toBe('\x04');
  });

  it('leaves a word that the keyboard completed as it is', () => {
    expect(withHeld({ data: 'status ', encoding: 'utf8' }).data).toBe('status ');
    expect(useHeldKeys.getState()).toEqual(none);
  });
});

describe('the row of keys', () => {
  beforeAll(setupWindow);
  beforeEach(() => {
    freshWindow();
    useHeldKeys.setState(none);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
    closeWindow();
  });

  async function onTablet() {
    answerMedia((query) => query.includes('coarse'));
    const opened = await openPage([terminal('a')]);
    const row = within(await screen.findByRole('toolbar', { name: 'Keys' }));
    const sent: string[] = [];
    vi.spyOn(viewOf('a'), 'send').mockImplementation(({ data }) => void sent.push(data));
    return { ...opened, row, sent };
  }

  it('is there for fingers and narrow windows, and not beside a real keyboard', async () => {
    await openPage([terminal('a')]);
    expect(screen.queryByRole('toolbar', { name: 'Keys' })).toBeNull();
    closeWindow();
    freshWindow();
    answerMedia((query) => query.includes('width'));
    await openPage([terminal('a')]);
    expect(await screen.findByRole('toolbar', { name: 'Keys' })).toBeDefined();
  });

  it('sends keys, and holds Ctrl for the next one', async () => {
    const { row, sent, user } = await onTablet();
    await user.click(row.getByRole('button', { name: 'Esc' }));
    await user.click(row.getByRole('button', { name: 'Up' }));
    const control = row.getByRole('button', { name: 'Ctrl' });
    await user.click(control);
    expect(control.getAttribute('aria-pressed')).toBe('true');
    await user.click(row.getByRole('button', { name: 'Right' }));
    expect(control.getAttribute('aria-pressed')).toBe('false');
    await user.click(row.getByRole('button', { name: 'Tab' }));
    expect(sent).toEqual(['\x1b', '\x1b[A', '\x1b[1;5C', '\t']);
  });

  it('leaves the keyboard with the terminal', async () => {
    // Bug caught: every key of the row closes the keyboard on the screen.
    const { row } = await onTablet();
    expect(fireEvent.pointerDown(row.getByRole('button', { name: 'Esc' }))).toBe(false);
    expect(fireEvent.pointerDown(row.getByRole('button', { name: 'Ctrl' }))).toBe(false);
  });

  it('repeats an arrow that is held, until it is let go', async () => {
    const { row, sent } = await onTablet();
    vi.useFakeTimers();
    const down = row.getByRole('button', { name: 'Down' });
    fireEvent.pointerDown(down);
    act(() => void vi.advanceTimersByTime(400 + 60 * 3));
    fireEvent.pointerUp(down);
    act(() => void vi.advanceTimersByTime(1000));
    expect(sent).toHaveLength(5);
    const escape = row.getByRole('button', { name: 'Esc' });
    fireEvent.pointerDown(escape);
    act(() => void vi.advanceTimersByTime(1000));
    expect(sent).toHaveLength(6);
  });

  it('can be pressed without a pointer', async () => {
    // Bug caught: a screen reader activates a key, and nothing happens.
    const { row, sent, user } = await onTablet();
    act(() => row.getByRole('button', { name: 'Page up' }).focus());
    await user.keyboard('{Enter}');
    expect(sent).toEqual(['\x1b[5~']);
  });
});
