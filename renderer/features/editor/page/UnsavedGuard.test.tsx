import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { disk, openChanged, Saving, text } from './saving.testing.tsx';
import { UnsavedGuard } from './UnsavedGuard.tsx';

beforeAll(setupTexts);
afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, 'nexus');
});

describe('leaving with unsaved changes', () => {
  async function open(options: { dirty?: boolean; saves?: boolean } = {}) {
    let saves = 0;
    const onSave = async () => {
      saves += 1;
      return options.saves ?? true;
    };
    const guard = <UnsavedGuard dirty={options.dirty ?? true} name="w" onSave={onSave} />;
    const { go } = await renderInEditor(guard, { text });
    return { go, saves: () => saves };
  }
  const asks = () => screen.queryByRole('dialog', { name: /w/ });

  it('asks, and staying stays', async () => {
    const { go } = await open();
    await go('/elsewhere');
    expect(await screen.findByRole('dialog')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: /Stay|Keep editing/ }));
    await waitFor(() => expect(asks()).toBeNull());
  });

  it('a save that fails does not throw the changes away', async () => {
    // Bug caught: "save and leave" leaves although the disk was full.
    const { go, saves } = await open({ saves: false });
    await go('/elsewhere');
    await userEvent.click(await screen.findByTestId('save-and-leave'));
    await waitFor(() => expect(asks()).toBeNull());
    expect(saves()).toBe(1);
    await go('/elsewhere');
    expect(await screen.findByRole('dialog')).toBeTruthy();
  });

  it('nothing changed, nothing asked', async () => {
    const { go } = await open({ dirty: false });
    await go('/elsewhere');
    expect(asks()).toBeNull();
    const close = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(close);
    expect(close.defaultPrevented).toBe(false);
  });

  describe('by closing the window', () => {
    const closed = vi.fn();
    beforeEach(() => {
      closed.mockClear();
      Object.assign(window, { close: closed });
    });
    const close = () => {
      const event = new Event('beforeunload', { cancelable: true });
      act(() => void window.dispatchEvent(event));
      return event.defaultPrevented;
    };

    it('a browser asks by itself, the window of Nexus shows the question', async () => {
      await open();
      expect(close()).toBe(true);
      expect(asks()).toBeNull();
      Object.assign(window, { nexus: {} });
      expect(close()).toBe(true);
      expect(await screen.findByRole('dialog')).toBeTruthy();
    });

    it('discarding closes it, and does not ask once more', async () => {
      Object.assign(window, { nexus: {} });
      await open();
      close();
      await userEvent.click(await screen.findByTestId('discard'));
      expect(closed).toHaveBeenCalledOnce();
      expect(close()).toBe(false);
    });

    it('saving closes it only when it was saved', async () => {
      Object.assign(window, { nexus: {} });
      const { saves } = await open({ saves: false });
      close();
      await userEvent.click(await screen.findByTestId('save-and-leave'));
      await waitFor(() => expect(asks()).toBeNull());
      expect(saves()).toBe(1);
      expect(closed).not.toHaveBeenCalled();
    });
  });
});

describe('leaving the editor', () => {
  it('asks, and saves before it goes', async () => {
    const { file, handlers } = disk();
    const { go } = await openChanged(handlers);
    await go('/elsewhere');
    await userEvent.click(await screen.findByTestId('save-and-leave'));
    await waitFor(() => expect(file.saves).toBe(1));
  });

  it('without changes nothing is asked', async () => {
    const { go } = await renderInEditor(<Saving />, { text });
    await go('/elsewhere');
    expect(screen.queryByTestId('discard')).toBeNull();
  });

  it.each([
    ['Control+R', { key: 'r', ctrlKey: true }, 'reload'],
    ['Command+R', { key: 'r', metaKey: true }, 'reload'],
    ['F5', { key: 'F5' }, 'reload'],
    ['any other key', { key: 'q', ctrlKey: true }, 'close'],
  ] as const)('after %s, leaving does what was asked for', async (_, key, what) => {
    // Bug caught: "Leave without saving" on a reload closes the window and ends Nexus.
    const calls: string[] = [];
    vi.stubGlobal('nexus', {});
    vi.spyOn(window, 'close').mockImplementation(() => void calls.push('close'));
    vi.spyOn(window.location, 'reload').mockImplementation(() => void calls.push('reload'));
    onTestFinished(() => {
      vi.restoreAllMocks();
      vi.unstubAllGlobals();
    });
    const { handlers } = disk();
    await openChanged(handlers);
    fireEvent.keyDown(document.body, key);
    const event = new Event('beforeunload', { cancelable: true });
    act(() => void window.dispatchEvent(event));
    expect(event.defaultPrevented).toBe(true);
    // Going to the button by keyboard does not change what was asked for.
    fireEvent.keyDown(document.body, { key: 'Tab' });
    fireEvent.click(await screen.findByTestId('discard'));
    expect(calls).toEqual([what]);
    const again = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(again);
    expect(again.defaultPrevented).toBe(false);
  });
});
