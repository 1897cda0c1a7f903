import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type InEditor, renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { commentsOf } from '../document/testText.ts';
import { useDocument } from '../store/context.ts';
import { deleteSelection, duplicateSelection, useClipboard } from './useClipboard.ts';

beforeAll(setupTexts);
afterEach(cleanup);

const text = `name: w # mine
steps:
  - id: a # first
    uses: many
  - id: b # second
    uses: many
    with: {word: "\${{ steps.a.outputs.x }}"}
  - id: c
    uses: shell
    needs: [a, b]
editor:
  positions:
    a: [10, 20]
  notes:
    - {id: one, text: Mind the gap, x: 400, y: 0} # note
`;

async function open(options: Partial<InEditor> = {}) {
  function Probe() {
    useClipboard(useDocument(), { a: [10, 20], b: [10, 140] });
    return <input aria-label="field" />;
  }
  return (await renderInEditor(<Probe />, { text, ...options })).document;
}

/** A clipboard, and how the browser tells of its use. */
function clipboard(holds = '') {
  let held = holds;
  const send = (type: 'copy' | 'cut' | 'paste', target: Element = document.body) => {
    const event = new Event(type, { bubbles: true, cancelable: true });
    Object.assign(event, {
      clipboardData: {
        setData: (_kind: string, value: string) => (held = value),
        getData: () => held,
      },
    });
    act(() => void fireEvent(target, event));
    return event.defaultPrevented;
  };
  return { send, held: () => held };
}

const ids = (doc: Awaited<ReturnType<typeof open>>) => doc.state.graph.steps.map((step) => step.id);

describe('copy and paste', () => {
  it('of several steps: the copies use each other, and wait for the same others', async () => {
    const doc = await open();
    const board = clipboard();
    act(() => doc.select(['b', 'c']));
    expect(board.send('copy')).toBe(true);
    expect(doc.text).toBe(text);
    expect(board.send('paste')).toBe(true);
    expect(ids(doc)).toEqual(['a', 'b', 'c', 'b_2', 'c_2']);
    expect(doc.state.steps.get('c_2')?.after).toEqual(['a', 'b_2']);
    expect(doc.state.steps.get('b_2')?.after).toEqual(['a']);
    expect(doc.text.match(/steps\.a\.outputs/g)).toHaveLength(2);
    expect(doc.text.match(/# second/g)).toHaveLength(2);
  });

  it('selects what was pasted, notes too, so that it can be moved at once', async () => {
    // Bug caught: the copies lie on their originals, and the originals are what is dragged.
    const doc = await open();
    const board = clipboard();
    act(() => doc.select(['a', 'note:one']));
    board.send('copy');
    board.send('paste');
    expect(doc.state.selection).toEqual(['a_2', 'note:note']);
    expect(doc.state.graph.positions['a_2']).toEqual([50, 60]);
    expect(doc.state.graph.notes[1]).toMatchObject({ text: 'Mind the gap', x: 440, y: 40 });
    act(() => doc.undo());
    expect(doc.text).toBe(text);
    expect(doc.state.selection).toEqual(['a', 'note:one']);
  });

  it('a note alone can be copied', async () => {
    const doc = await open();
    act(() => doc.select(['note:one']));
    act(() => duplicateSelection(doc, {}));
    expect(doc.state.graph.notes).toHaveLength(2);
    expect(doc.state.selection).toEqual(['note:note']);
    expect(ids(doc)).toEqual(['a', 'b', 'c']);
  });

  it('twice gives two copies, each on its own', async () => {
    const doc = await open();
    const board = clipboard();
    act(() => doc.select(['a']));
    board.send('copy');
    board.send('paste');
    board.send('paste');
    expect(ids(doc)).toEqual(['a', 'b', 'c', 'a_2', 'a_3']);
    expect(commentsOf(doc.text).filter((each) => each === '# first')).toHaveLength(3);
  });

  it('what was cut can be pasted, and both are one undo each', async () => {
    const doc = await open();
    const board = clipboard();
    act(() => doc.select(['b', 'note:one']));
    expect(board.send('cut')).toBe(true);
    expect(ids(doc)).toEqual(['a', 'c']);
    expect(doc.state.graph.notes).toEqual([]);
    board.send('paste');
    expect(ids(doc)).toEqual(['a', 'c', 'b']);
    expect(doc.state.graph.notes).toHaveLength(1);
    act(() => doc.undo());
    act(() => doc.undo());
    expect(doc.text).toBe(text);
  });
});

describe('what is none of the canvas', () => {
  it('text that is marked on the page is copied as text', async () => {
    // Bug caught: one marks an error message, presses Ctrl+C, and has a step on the clipboard.
    const doc = await open();
    const board = clipboard();
    act(() => doc.select(['a']));
    const selection = { toString: () => 'an error' } as Selection;
    vi.spyOn(window, 'getSelection').mockReturnValue(selection);
    onTestFinished(() => void vi.restoreAllMocks());
    expect(board.send('copy')).toBe(false);
    expect(board.send('cut')).toBe(false);
    expect(board.held()).toBe('');
    expect(doc.text).toBe(text);
  });

  it('a field has its own clipboard', async () => {
    const doc = await open();
    const board = clipboard();
    act(() => doc.select(['a']));
    board.send('copy');
    const field = screen.getByLabelText('field');
    for (const type of ['copy', 'cut', 'paste'] as const)
      expect(board.send(type, field)).toBe(false);
    expect(doc.text).toBe(text);
  });

  it('with nothing selected nothing is taken, and the clipboard stays', async () => {
    const doc = await open();
    const board = clipboard('before');
    expect(board.send('copy')).toBe(false);
    expect(board.send('cut')).toBe(false);
    expect(board.send('paste')).toBe(false);
    expect(board.held()).toBe('before');
    expect(doc.text).toBe(text);
    act(() => deleteSelection(doc));
    act(() => duplicateSelection(doc, {}));
    expect(doc.state.history.past).toEqual([]);
  });

  it('something that has taken the key already is left alone', async () => {
    const doc = await open();
    const board = clipboard();
    act(() => doc.select(['a']));
    const take = (event: Event) => event.preventDefault();
    document.body.addEventListener('copy', take);
    onTestFinished(() => document.body.removeEventListener('copy', take));
    board.send('copy');
    expect(board.held()).toBe('');
  });
});

describe('where nothing may be edited', () => {
  it('a run that is looked back at can be copied from, not cut or pasted into', async () => {
    const doc = await open({ readOnly: true });
    const board = clipboard();
    act(() => doc.select(['a']));
    expect(board.send('cut')).toBe(true);
    expect(board.held()).toContain('nexus-clipboard');
    expect(board.send('paste')).toBe(false);
    expect(doc.text).toBe(text);
  });

  it('text that does not parse is neither copied from nor cut', async () => {
    // Bug caught: the last good graph is copied although the text says something else by now.
    const doc = await open();
    const board = clipboard();
    act(() => doc.select(['a']));
    act(() => doc.type([{ from: 0, to: 0, insert: '[' }]));
    expect(board.send('copy')).toBe(false);
    expect(board.send('cut')).toBe(false);
    expect(board.held()).toBe('');
    act(() => doc.undo());
    act(() => doc.select(['a']));
    board.send('copy');
    act(() => doc.type([{ from: 0, to: 0, insert: '[' }]));
    board.send('paste');
    expect(doc.text).toBe(`[${text}`);
    expect(doc.state.refused?.message).toContain('does not parse');
  });

  it('once the editor is closed its keys are free', async () => {
    const doc = await open();
    const board = clipboard();
    act(() => doc.select(['a']));
    cleanup();
    expect(board.send('copy')).toBe(false);
  });
});
