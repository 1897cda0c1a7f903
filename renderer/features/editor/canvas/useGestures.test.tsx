import { act, cleanup } from '@testing-library/react';
import type { DragEvent } from 'react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type InEditor, renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { commentsOf } from '../document/testText.ts';
import { useDocument } from '../store/context.ts';
import { useCanvas } from './canvasStore.ts';
import { DRAG_KIND } from './insertKind.ts';
import { useGestures } from './useGestures.ts';

beforeAll(setupTexts);
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
    on_error: {goto: c} # jump
  - id: c
    uses: shell
    needs: [b] # last
on_failure:
  - id: alarm
    uses: http
`;

type Gestures = ReturnType<typeof useGestures>;

async function open(options: Partial<InEditor> = {}) {
  let made: Gestures | undefined;
  function Probe() {
    made = useGestures(useDocument());
    return null;
  }
  const { document } = await renderInEditor(<Probe />, { text, ...options });
  if (!made) throw new Error('not drawn');
  return { doc: document, gestures: made };
}

/** What a kind that is dragged tells the canvas, above `target`. */
function drag(kind: string, target: Element = document.body) {
  let taken = false;
  const event = {
    target,
    currentTarget: document.body,
    relatedTarget: null as EventTarget | null,
    clientX: 400,
    clientY: 300,
    dataTransfer: {
      types: kind === '' ? ['Files'] : [DRAG_KIND],
      getData: (type: string) => (type === DRAG_KIND ? kind : ''),
      dropEffect: 'none',
    },
    preventDefault: () => {
      taken = true;
    },
  };
  return { event: event as unknown as DragEvent, taken: () => taken };
}

/** A connection as React Flow draws it, and what is written on it. */
function edgeElement(id: string): { line: Element; plus: Element } {
  const host = document.body.appendChild(document.createElement('div'));
  host.innerHTML = `<svg><g class="react-flow__edge" data-id="${id}"><path/></g></svg><div data-edge="${id}"><button></button></div>`;
  return {
    line: host.querySelector('path') as Element,
    plus: host.querySelector('button') as Element,
  };
}

const edges = (doc: Awaited<ReturnType<typeof open>>['doc']) =>
  doc.state.graph.edges.map((edge) => edge.id).sort();

describe('a kind that is dragged', () => {
  it.each(['line', 'plus'] as const)(
    'dropped on a connection (its %s) stands between its ends',
    async (part) => {
      // Bug caught: no pointer is heard of while something is dragged, so nothing is ever between.
      const { doc, gestures } = await open();
      const target = edgeElement('a>b')[part];
      act(() => gestures.onDragOver(drag('http', target).event));
      expect(useCanvas.getState().hoverEdge).toBe('a>b');
      act(() => gestures.onDrop(drag('http', target).event));
      expect(edges(doc)).toEqual(['a>http', 'b!c', 'b>c', 'http>b']);
      expect(useCanvas.getState().hoverEdge).toBeUndefined();
      expect(commentsOf(doc.text)).toEqual(commentsOf(text));
      act(() => doc.undo());
      expect(doc.text).toBe(text);
    },
  );

  it('dropped elsewhere is not between the ends that the pointer was on before', async () => {
    // Bug caught: the pointer once rested on a plus, and from then on everything lands there.
    const { doc, gestures } = await open();
    act(() => useCanvas.setState({ hoverEdge: 'a>b' }));
    act(() => gestures.onDrop(drag('http').event));
    expect(edges(doc)).toEqual(['a>b', 'b!c', 'b>c']);
    expect(doc.state.steps.get('http')?.after).toEqual([]);
  });

  it('dropped on a jump on error stands on its own: nothing can be between', async () => {
    const { doc, gestures } = await open();
    act(() => gestures.onDrop(drag('http', edgeElement('b!c').line).event));
    expect(edges(doc)).toEqual(['a>b', 'b!c', 'b>c']);
  });

  it('follows the one selected step, and stands where it was let go', async () => {
    const { doc, gestures } = await open();
    act(() => doc.select(['a']));
    act(() => gestures.onDrop(drag('http').event));
    expect(doc.state.steps.get('http')?.after).toEqual(['a']);
    expect(doc.state.graph.positions['http']).toEqual([278, 270]);
    act(() => doc.select(['a', 'b']));
    act(() => gestures.onDrop(drag('shell').event));
    expect(doc.state.steps.get('shell')?.after).toEqual([]);
    act(() => doc.select(['note:x']));
    act(() => gestures.onDrop(drag('many').event));
    expect(doc.state.steps.get('many')?.after).toEqual([]);
  });

  it('that leaves the canvas leaves no connection lit; one over its parts does', async () => {
    const { gestures } = await open();
    const { line } = edgeElement('a>b');
    const { event } = drag('http', line);
    act(() => gestures.onDragOver(event));
    act(() => gestures.onDragLeave({ ...event, relatedTarget: line } as never));
    expect(useCanvas.getState().hoverEdge).toBe('a>b');
    act(() => gestures.onDragLeave({ ...event, relatedTarget: null } as never));
    expect(useCanvas.getState().hoverEdge).toBeUndefined();
  });

  it('is not taken where nothing may be edited, nor is what is no kind', async () => {
    const { doc, gestures } = await open();
    for (const kind of ['', 'http']) {
      if (kind !== '') act(() => doc.type([{ from: 0, to: 0, insert: '[' }]));
      const over = drag(kind);
      const drop = drag(kind);
      act(() => gestures.onDragOver(over.event));
      act(() => gestures.onDrop(drop.event));
      expect([over.taken(), drop.taken()]).toEqual([false, false]);
    }
    expect(doc.text).toBe(`[${text}`);
    expect(doc.state.refused).toBeUndefined();
  });
});

describe('a connection that is pulled into the void', () => {
  const end = (more: object = {}) => ({
    isValid: null,
    fromNode: { id: 'a' },
    toNode: null,
    fromHandle: { type: 'source' },
    ...more,
  });
  const at = { clientX: 500, clientY: 250 };
  const adding = () => useCanvas.getState().adding;

  it('asks for the step that shall stand there', async () => {
    const { gestures } = await open();
    act(() => gestures.onConnectEnd(at as never, end() as never));
    expect(adding()).toEqual({ place: { after: 'a' }, position: [378, 250] });
  });

  it('with a finger as well', async () => {
    const { gestures } = await open();
    act(() => gestures.onConnectEnd({ changedTouches: [at] } as never, end() as never));
    expect(adding()).toMatchObject({ position: [378, 250] });
    useCanvas.setState({ adding: undefined });
    act(() => gestures.onConnectEnd({ changedTouches: [] } as never, end() as never));
    expect(adding()).toBeUndefined();
  });

  it.each([
    ['that found its step', { isValid: true }],
    ['that was let go on a step it cannot lead to', { toNode: { id: 'b' } }],
    ['that was pulled from the end', { fromHandle: { type: 'target' } }],
    ['that began nowhere', { fromNode: null }],
  ])('one %s asks for nothing', async (_what, more) => {
    const { gestures } = await open();
    act(() => gestures.onConnectEnd(at as never, end(more) as never));
    expect(adding()).toBeUndefined();
  });

  it('asks for nothing where nothing may be edited', async () => {
    const { gestures } = await open({ readOnly: true });
    act(() => gestures.onConnectEnd(at as never, end() as never));
    expect(adding()).toBeUndefined();
  });
});

describe('a connection that is moved', () => {
  const old = { source: 'b', target: 'c' } as never;

  it('leads from another step, and keeps the comment behind what it was', async () => {
    const { doc, gestures } = await open();
    act(() => gestures.onReconnect(old, { source: 'a', target: 'c' }));
    expect(edges(doc)).toEqual(['a>b', 'a>c', 'b!c']);
    expect(doc.text).toBe(text.replace('needs: [b] # last', 'needs: [a] # last'));
  });

  it('let go where it was changes nothing', async () => {
    const { doc, gestures } = await open();
    act(() => gestures.onReconnect(old, { source: 'b', target: 'c' }));
    expect(doc.text).toBe(text);
    expect(doc.state.history.past).toEqual([]);
  });

  it('into a circle, to itself or to the steps on failure is refused', async () => {
    const { doc, gestures } = await open();
    const may = (source: string, target: string) => gestures.isValidConnection({ source, target });
    expect([may('c', 'a'), may('a', 'a'), may('a', 'c')]).toEqual([false, false, true]);
    act(() => gestures.onConnect({ source: 'a', target: 'alarm' }));
    expect(doc.state.refused?.message).toContain('on failure');
    expect(doc.text).toBe(text);
  });
});
