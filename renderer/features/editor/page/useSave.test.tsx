import { act, cleanup, screen, waitFor } from '@testing-library/react';
import { useQuery } from '@tanstack/react-query';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { api } from '#renderer/client/api.ts';
import { renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { setWorkflow } from '../document/commands.ts';
import { isDirty } from '../store/EditorDocument.ts';
import { disk, openChanged, Saving, text } from './saving.testing.tsx';

beforeAll(setupTexts);
afterEach(cleanup);

describe('saving', () => {
  it('twice at once is no conflict with oneself', async () => {
    const { file, handlers } = disk();
    const { document } = await openChanged(handlers);
    const button = screen.getByText('save');
    act(() => {
      button.click();
      button.click();
    });
    await waitFor(() => expect(isDirty(document.state)).toBe(false));
    expect(file.source).toContain('description: new');
    expect(screen.queryByTestId('keep-mine')).toBeNull();
    expect(file.saves).toBe(1);
  });

  it('what is on disk already writes nothing: the key is no other than the greyed button', async () => {
    // Bug caught: every Ctrl+S writes the file and an audit entry, changed or not.
    const { file, handlers } = disk();
    await renderInEditor(<Saving />, { text, handlers });
    await userEvent.click(screen.getByText('save'));
    expect(file.saves).toBe(0);
  });

  it('what is typed while it is saved is not taken for saved', async () => {
    // Bug caught: the answer marks the newer text as saved, and closing the window loses it.
    const { file, handlers } = disk();
    let answer = () => {};
    const wait = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const save = (handlers as Record<string, (told: unknown) => unknown>)['workflows.save'];
    const slow = {
      ...(handlers as object),
      'workflows.save': async (told: unknown) => {
        const done = save?.(told);
        await wait;
        return done;
      },
    } as never;
    const { document } = await openChanged(slow);
    act(() => screen.getByText('save').click());
    await waitFor(() => expect(file.saves).toBe(1));
    expect(screen.getByText('save').getAttribute('aria-busy')).toBe('true');
    act(() => void document.run(setWorkflow(['description'], 'newer')));
    await act(async () => answer());
    await waitFor(() => expect(document.state.base.hash).toBe('h1'));
    expect(isDirty(document.state)).toBe(true);
    await userEvent.click(screen.getByText('save'));
    await waitFor(() => expect(isDirty(document.state)).toBe(false));
    expect(file.source).toContain('newer');
    expect(screen.queryByTestId('keep-mine')).toBeNull();
  });

  it('that is refused for another reason leaves everything as it is, to be tried again', async () => {
    // Bug caught: a full disk clears the mark of unsaved changes.
    const { file, handlers } = disk();
    let full = true;
    const save = (handlers as Record<string, (told: unknown) => unknown>)['workflows.save'];
    const { document } = await openChanged({
      ...(handlers as object),
      'workflows.save': (told: unknown) => {
        if (full) throw new Error('No space left.');
        return save?.(told);
      },
    } as never);
    await userEvent.click(screen.getByText('save'));
    await waitFor(() => expect(screen.getByText('save').getAttribute('aria-busy')).toBe('false'));
    expect(isDirty(document.state)).toBe(true);
    expect(screen.queryByTestId('keep-mine')).toBeNull();
    full = false;
    await userEvent.click(screen.getByText('save'));
    await waitFor(() => expect(file.source).toContain('description: new'));
  });

  it('after it an undo is a change again, and redo none', async () => {
    const { handlers } = disk();
    const { document } = await openChanged(handlers);
    await userEvent.click(screen.getByText('save'));
    await waitFor(() => expect(isDirty(document.state)).toBe(false));
    act(() => document.undo());
    expect(isDirty(document.state)).toBe(true);
    act(() => document.redo());
    expect(isDirty(document.state)).toBe(false);
  });

  it('an answer about the file before, that comes after it, is not taken for the file', async () => {
    // Bug caught: after a reconnect everything is asked for; saved meanwhile, the editor shows the
    // old text again, as saved, and the next save is a conflict with oneself.
    const { handlers } = disk();
    const get = (handlers as Record<string, () => unknown>)['workflows.get'];
    const late: (() => void)[] = [];
    let asked = 0;
    function File() {
      const { data, refetch, fetchStatus } = useQuery(
        api.workflows.get.queryOptions({ input: { name: 'w' }, staleTime: Infinity }),
      );
      return (
        <button type="button" onClick={() => void refetch()}>
          {data?.workflow.hash} {fetchStatus}
        </button>
      );
    }
    const { document } = await renderInEditor(
      <>
        <Saving />
        <File />
      </>,
      {
        text,
        handlers: {
          ...(handlers as object),
          'workflows.get': async () => {
            const before = get?.();
            asked += 1;
            if (asked > 1) await new Promise<void>((resolve) => late.push(resolve));
            return before;
          },
        } as never,
      },
    );
    await userEvent.click(await screen.findByText('h0 idle'));
    await waitFor(() => expect(late).toHaveLength(1));
    act(() => void document.run(setWorkflow(['description'], 'new')));
    await userEvent.click(screen.getByText('save'));
    await screen.findByText(/h1/);
    await act(async () => late[0]?.());
    await screen.findByText(/idle/);
    expect(screen.getByText('h1 idle')).toBeTruthy();
  });
});
