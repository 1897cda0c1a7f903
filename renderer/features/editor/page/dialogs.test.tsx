import { act, cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { ConflictDialog } from './ConflictDialog.tsx';
import { ProblemList } from './ProblemList.tsx';
import { UnsavedGuard } from './UnsavedGuard.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, 'nexus');
});

const text = 'name: w\nsteps:\n  - id: one\n    uses: many\n';

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

describe('a file that another has changed', () => {
  it('shows what differs and leaves both ways open', async () => {
    const done: string[] = [];
    await renderInEditor(
      <ConflictDialog
        mine={'a\nmine\nz\n'}
        theirs={'a\ntheirs\nz\n'}
        onKeepMine={() => done.push('mine')}
        onTakeTheirs={() => done.push('theirs')}
        onClose={() => done.push('closed')}
      />,
      { text },
    );
    const lines = screen.getByTestId('diff').textContent ?? '';
    expect(lines).toContain('−theirs');
    expect(lines).toContain('+mine');
    await userEvent.click(screen.getByTestId('take-theirs'));
    await userEvent.click(screen.getByTestId('keep-mine'));
    await userEvent.keyboard('{Escape}');
    expect(done).toEqual(['theirs', 'mine', 'closed']);
  });
});

describe('the list of problems', () => {
  const problem = (line: number, more: object = {}) => ({
    code: 'x',
    message: `Line ${line} is wrong.`,
    severity: 'error' as const,
    line,
    column: 3,
    ...more,
  });

  it('is not there without any, and leads to the step or to the place', async () => {
    const { document } = await renderInEditor(<ProblemList />, { text });
    expect(screen.queryByTestId('problems')).toBeNull();
    act(() =>
      document.check(text, [problem(3, { path: ['steps', 0] }), problem(1), problem(99)] as never),
    );
    await userEvent.click(screen.getByRole('button', { name: /Line 3/ }));
    expect(document.state.selection).toEqual(['one']);
    expect(document.state.reveal).toMatchObject({ by: 'list', offset: text.indexOf('- id') });
    await userEvent.click(screen.getByRole('button', { name: /Line 1 / }));
    expect(document.state.selection).toEqual([]);
    expect(document.state.reveal.offset).toBe(2);
    await userEvent.click(screen.getByRole('button', { name: /Line 99/ }));
    expect(document.state.reveal.offset).toBe(text.length);
  });
});
