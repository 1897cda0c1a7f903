import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type InEditor, renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, giveMeasures, setupTexts } from '#renderer/testing/setupDom.ts';
import { commentsOf } from '../document/testText.ts';
import { useEditor } from '../store/context.ts';
import { Canvas } from './Canvas.tsx';
import { CanvasBar } from './CanvasBar.tsx';
import { useCanvas } from './canvasStore.ts';
import { quickLayout } from './quickLayout.ts';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
  giveMeasures();
});
afterEach(() => {
  cleanup();
  useCanvas.setState(useCanvas.getInitialState(), true);
});

const text = `name: w # mine
steps:
  - id: a # first
    uses: many
  - id: b
    uses: many
    if: steps.a.outputs.ok == true # only then
    on_error: {goto: c} # jump
  - id: c
    uses: shell
    needs: [a, b] # both
editor:
  notes:
    - {id: one, text: Mind the gap, x: 400, y: 0} # note
`;

function Stage() {
  const graph = useEditor((state) => state.graph);
  return (
    <>
      <Canvas positions={{ ...quickLayout(graph), ...graph.positions }} settled={false} />
      <CanvasBar />
    </>
  );
}

async function open(options: Partial<InEditor> = {}) {
  const { document } = await renderInEditor(<Stage />, { text, ...options });
  await screen.findByTestId('node-a');
  return document;
}

const wrapper = (id: string) => screen.getByTestId(id).closest('.react-flow__node') as HTMLElement;
const press = (target: Element, key: string, more: object = {}) =>
  act(async () => void fireEvent.keyDown(target, { key, code: key, ...more }));

describe('moving by keys', () => {
  it('steps and notes that are selected move together, and one undo brings all back', async () => {
    // Bug caught: each note that moves along is an undo of its own.
    const doc = await open();
    act(() => doc.select(['a', 'b', 'note:one']));
    await press(wrapper('node-a'), 'ArrowDown');
    await waitFor(() => expect(doc.text).not.toBe(text));
    const { positions, notes } = doc.state.graph;
    expect(Object.keys(positions).sort()).toEqual(['a', 'b']);
    expect(notes[0]?.y).toBeGreaterThan(0);
    expect(commentsOf(doc.text)).toEqual(commentsOf(text));
    act(() => doc.undo());
    expect(doc.text).toBe(text);
  });

  it('nothing moves where nothing may be edited', async () => {
    const doc = await open({ readOnly: true });
    act(() => doc.select(['a']));
    await press(wrapper('node-a'), 'ArrowDown');
    expect(doc.text).toBe(text);
    expect(screen.queryByTestId('undo')).toBeNull();
  });
});

describe('connections', () => {
  const edge = (label: string) => document.querySelector(`[data-id="${label}"]`) as SVGElement;

  it('several that are selected are cut at once, the jump on error too', async () => {
    const doc = await open();
    const user = userEvent.setup();
    await act(async () => void fireEvent.click(edge('a>c')));
    await user.keyboard('{Control>}');
    await act(async () => void fireEvent.click(edge('b!c'), { ctrlKey: true }));
    await user.keyboard('{/Control}');
    await press(document.body, 'Delete');
    expect(doc.text).not.toBe(text);
    expect(doc.state.graph.edges.map((each) => each.id)).not.toContain('a>c');
    const cut = doc.text;
    act(() => doc.undo());
    expect(doc.text).toBe(text);
    act(() => doc.redo());
    expect(doc.text).toBe(cut);
  });

  it('the condition is drawn on the edge, short, with all of it to read', async () => {
    await open();
    const label = await screen.findByTestId('condition-b');
    expect(label.textContent).toBe('a.ok == true');
    expect(label.title).toBe('steps.a.outputs.ok == true');
  });

  it('the plus on an edge asks for a step between its two ends', async () => {
    await open();
    act(() => useCanvas.setState({ hoverEdge: 'a>b' }));
    await userEvent.click(await screen.findByTestId('insert-a>b'));
    expect(useCanvas.getState().adding).toEqual({ place: { between: ['a', 'b'] } });
  });

  it('the plus goes when the pointer leaves it', async () => {
    // Bug caught: the plus stays for ever, and what is dropped anywhere lands between its two steps.
    await open();
    act(() => useCanvas.setState({ hoverEdge: 'a>b' }));
    const plus = await screen.findByTestId('insert-a>b');
    await userEvent.hover(plus);
    expect(useCanvas.getState().hoverEdge).toBe('a>b');
    await userEvent.unhover(plus);
    expect(screen.queryByTestId('insert-a>b')).toBeNull();
  });

  it('a jump on error has no plus: nothing can stand between', async () => {
    await open();
    act(() => useCanvas.setState({ hoverEdge: 'b!c' }));
    expect(screen.queryByTestId('insert-b!c')).toBeNull();
  });

  it('two clicks on handles connect, and what would wait in a circle is refused', async () => {
    const doc = await open({ text: text.replace('    needs: [a, b] # both\n', '    needs: []\n') });
    const handle = (id: string, type: 'source' | 'target') =>
      wrapper(`node-${id}`).querySelector(`.react-flow__handle.${type}`) as HTMLElement;
    await act(async () => void fireEvent.click(handle('b', 'source')));
    await act(async () => void fireEvent.click(handle('c', 'target')));
    expect(doc.state.steps.get('c')?.after).toEqual(['b']);
    const before = doc.text;
    await act(async () => void fireEvent.click(handle('c', 'source')));
    await act(async () => void fireEvent.click(handle('a', 'target')));
    expect(doc.text).toBe(before);
  });
});

describe('selecting', () => {
  it('Ctrl adds to what is selected, a click on the ground selects nothing', async () => {
    const doc = await open();
    await act(async () => void fireEvent.click(wrapper('node-a')));
    expect(doc.state.selection).toEqual(['a']);
    await act(
      async () => void fireEvent.keyDown(document, { key: 'Control', code: 'ControlLeft' }),
    );
    await act(async () => void fireEvent.click(wrapper('node-c'), { ctrlKey: true }));
    await act(async () => void fireEvent.keyUp(document, { key: 'Control', code: 'ControlLeft' }));
    expect([...doc.state.selection].sort()).toEqual(['a', 'c']);
    const pane = document.querySelector('.react-flow__pane') as HTMLElement;
    await act(async () => void fireEvent.click(pane));
    expect(doc.state.selection).toEqual([]);
  });

  it('what starts the workflow is no step and is never selected', async () => {
    const doc = await open();
    await act(async () => void fireEvent.click(wrapper('node-start')));
    expect(doc.state.selection).toEqual([]);
  });
});

describe('notes', () => {
  it('Enter on a note writes in it, Escape ends that, and one undo takes it back', async () => {
    // Bug caught: without a pointer nobody can write in a note.
    vi.spyOn(Date, 'now').mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    const doc = await open();
    const note = wrapper('note-one');
    act(() => note.focus());
    await press(note, 'Enter');
    const field = await screen.findByRole('textbox', { name: /Note/ });
    expect(document.activeElement).toBe(field);
    await userEvent.clear(field);
    await userEvent.type(field, 'Mind: the # gap{Enter}and more');
    await userEvent.keyboard('{Escape}');
    expect(doc.state.graph.notes[0]?.text).toBe('Mind: the # gap\nand more');
    expect(screen.queryByRole('textbox', { name: /Note/ })).toBeNull();
    expect(document.activeElement).toBe(wrapper('note-one'));
    expect(commentsOf(doc.text)).toEqual(expect.arrayContaining(['# mine', '# first', '# both']));
    act(() => doc.undo());
    expect(doc.text).toBe(text);
  });

  it('looked at and left alone, the file is as it was', async () => {
    const doc = await open();
    fireEvent.doubleClick(screen.getByTestId('note-one'));
    await screen.findByRole('textbox', { name: /Note/ });
    await userEvent.keyboard('{Escape}');
    expect(doc.text).toBe(text);
    expect(doc.state.history.past).toEqual([]);
  });

  it('a new one is open at once, and one that stays empty says that it is', async () => {
    const doc = await open();
    await userEvent.click(screen.getByRole('button', { name: 'Add note' }));
    const field = await screen.findByRole('textbox', { name: /Note/ });
    await userEvent.click(field);
    await userEvent.keyboard('{Escape}');
    expect(doc.state.graph.notes).toHaveLength(2);
    expect(doc.state.graph.notes[1]?.text).not.toBe('');
  });

  it('is only read where nothing may be edited', async () => {
    await open({ readOnly: true });
    fireEvent.doubleClick(screen.getByTestId('note-one'));
    await press(wrapper('note-one'), 'Enter');
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.getByTestId('note-one').textContent).toContain('Mind the gap');
  });
});

describe('the tools of the canvas', () => {
  it('tidying forgets the places, keeps comments, and can be undone', async () => {
    const placed = text.replace('editor:\n', 'editor:\n  positions: {a: [1, 2]} # by hand\n');
    const doc = await open({ text: placed });
    await userEvent.click(screen.getByTestId('tidy'));
    expect(doc.state.graph.positions).toEqual({});
    expect(commentsOf(doc.text)).toEqual(
      expect.arrayContaining(['# mine', '# only then', '# note']),
    );
    expect(screen.getByTestId('tidy')).toHaveProperty('disabled', true);
    await userEvent.click(screen.getByTestId('undo'));
    expect(doc.text).toBe(placed);
    await userEvent.click(screen.getByTestId('redo'));
    expect(doc.state.graph.positions).toEqual({});
  });

  it('a step may be added for the case of failure, and the search opens', async () => {
    await open();
    await userEvent.click(screen.getByTestId('canvas-add-on-failure'));
    expect(useCanvas.getState().adding).toEqual({ place: { list: 'on_failure' } });
    await userEvent.click(
      within(screen.getByRole('toolbar')).getByRole('button', { name: /Search|Find/ }),
    );
    expect(useCanvas.getState().searching).toBe(true);
  });
});
