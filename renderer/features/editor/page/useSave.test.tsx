import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ORPCError } from '@orpc/client';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { setWorkflow } from '../document/commands.ts';
import { useDocument, useEditor } from '../store/context.ts';
import { isDirty } from '../store/EditorDocument.ts';
import { UnsavedGuard } from './UnsavedGuard.tsx';
import { ConflictDialog } from './ConflictDialog.tsx';
import { useSave } from './useSave.ts';

beforeAll(setupTexts);
afterEach(cleanup);

const text = 'name: w # mine\n';
const detail = (source: string, hash: string) => ({
  workflow: {
    name: 'w',
    tags: [],
    file: 'w.yaml',
    modified_at: '2026-03-01T10:00:00.000Z',
    valid: true,
    problems: [],
    steps: 0,
    triggers: [],
    enabled: true,
    source,
    hash,
  },
});

function Saving() {
  const document = useDocument();
  const dirty = useEditor(isDirty);
  const { save, conflict, clearConflict } = useSave(document);
  return (
    <>
      <button type="button" onClick={() => void save()}>
        save
      </button>
      <UnsavedGuard dirty={dirty} name="w" onSave={() => save()} />
      {conflict && (
        <ConflictDialog
          {...conflict}
          onClose={clearConflict}
          onKeepMine={() => void save(conflict.hash)}
          onTakeTheirs={() => document.replace(conflict.theirs, conflict.hash)}
        />
      )}
    </>
  );
}

/** A platform that saves as the real one does: only on top of what it has. */
function disk() {
  const file = { source: text, hash: 'h0', saves: 0 };
  const handlers = {
    'workflows.save': ({ input }: { input: { source: string; base_hash?: string } }) => {
      if (input.base_hash !== file.hash)
        throw new ORPCError('CONFLICT', {
          status: 409,
          message: 'The file was changed.',
          data: { code: 'workflow.changed', message: 'The file was changed.', kind: 'user' },
        });
      file.saves += 1;
      file.source = input.source;
      file.hash = `h${file.saves}`;
      return detail(file.source, file.hash);
    },
    'workflows.get': () => detail(file.source, file.hash),
    'workflows.list': () => ({ workflows: [] }),
  };
  return { file, handlers: handlers as never };
}

const open = async (handlers: never) => {
  const shown = await renderInEditor(<Saving />, { text, handlers });
  act(() => void shown.document.run(setWorkflow(['description'], 'new')));
  return shown;
};

describe('saving', () => {
  it('twice at once is no conflict with oneself', async () => {
    const { file, handlers } = disk();
    const { document } = await open(handlers);
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

  it('on a file changed by another asks, and overwrites nothing until told to', async () => {
    const { file, handlers } = disk();
    const { document } = await open(handlers);
    Object.assign(file, { source: 'name: w # theirs\n', hash: 'other' });
    await userEvent.click(screen.getByText('save'));
    const keep = await screen.findByTestId('keep-mine');
    expect(file.source).toContain('theirs');
    await userEvent.click(keep);
    await waitFor(() => expect(isDirty(document.state)).toBe(false));
    expect(file.source).toContain('# mine');
  });

  it('theirs can be taken, and undone', async () => {
    const { file, handlers } = disk();
    const { document } = await open(handlers);
    Object.assign(file, { source: 'name: w # theirs\n', hash: 'other' });
    await userEvent.click(screen.getByText('save'));
    await userEvent.click(await screen.findByTestId('take-theirs'));
    expect(document.text).toBe('name: w # theirs\n');
    act(() => document.undo());
    expect(document.text).toContain('description: new');
  });
});

describe('leaving with unsaved changes', () => {
  it('asks, and saves before it goes', async () => {
    const { file, handlers } = disk();
    const { go } = await open(handlers);
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
    await open(handlers);
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
