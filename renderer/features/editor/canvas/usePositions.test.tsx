import { act, renderHook, waitFor } from '@testing-library/react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { giveLayoutWorker } from '#renderer/testing/layoutWorker.ts';
import { deriveGraph, type Graph } from '../document/graph.ts';
import { readSource } from '../document/Source.ts';
import * as layout from './elkLayout.ts';
import { quickLayout } from './quickLayout.ts';
import { usePositions } from './usePositions.ts';

beforeAll(giveLayoutWorker);

const read = (text: string) => deriveGraph(readSource(text)) as Graph;
const two = 'steps:\n  - id: a\n  - id: b\n';
const show = (text: string) =>
  renderHook((graph: Graph) => usePositions(graph), { initialProps: read(text) });

describe('where the steps are drawn', () => {
  it('at once somewhere, and then where the layout puts them', async () => {
    const { result } = show(two);
    expect(result.current.positions).toEqual(quickLayout(read(two)));
    expect(result.current.settled).toBe(false);
    await waitFor(() => expect(result.current.settled).toBe(true));
    expect(result.current.positions).toEqual(await layout.elkLayout(read(two)));
  });

  it('what a person has placed stays there, whatever the layout says', async () => {
    const { result } = show(`${two}editor: {positions: {b: [700, 9]}}\n`);
    expect(result.current.positions['b']).toEqual([700, 9]);
    await waitFor(() => expect(result.current.settled).toBe(true));
    expect(result.current.positions['b']).toEqual([700, 9]);
    expect(result.current.positions['a']).not.toEqual([700, 9]);
  });

  it('while a new layout is computed, what was there stays, and what is new is seen', async () => {
    // Bug caught: with every added step the whole graph jumps to another place and back.
    const { result, rerender } = show(two);
    await waitFor(() => expect(result.current.settled).toBe(true));
    const before = result.current.positions;
    act(() => rerender(read(`${two}  - id: constructor\n`)));
    expect(result.current.positions['a']).toEqual(before['a']);
    expect(result.current.positions['b']).toEqual(before['b']);
    const fresh = Object.entries(result.current.positions).find(([id]) => id === 'constructor');
    // Bug caught: what every object has by that name is taken for a place, and the canvas crashes.
    expect(fresh?.[1]).toHaveLength(2);
    await waitFor(() => expect(Object.keys(result.current.positions)).toHaveLength(3));
  });

  it('a step that is gone has no place any more', async () => {
    const { result, rerender } = show(two);
    await waitFor(() => expect(result.current.settled).toBe(true));
    rerender(read('steps:\n  - id: b\n'));
    await waitFor(() => expect(Object.keys(result.current.positions)).toEqual(['b']));
  });

  it('a layout that came too late is not shown over a newer one', async () => {
    const asked: { graph: Graph; answer: (positions: Record<string, [number, number]>) => void }[] =
      [];
    const spy = vi.spyOn(layout, 'elkLayout').mockImplementation(
      (graph) =>
        new Promise((resolve) => {
          asked.push({ graph, answer: resolve });
        }),
    );
    const { result, rerender } = show(two);
    rerender(read(`${two}  - id: c\n`));
    expect(asked).toHaveLength(2);
    await act(async () => asked[1]?.answer({ a: [1, 1], b: [2, 2], c: [3, 3] }));
    await act(async () => asked[0]?.answer({ a: [9, 9], b: [9, 9] }));
    expect(result.current.positions).toEqual({ a: [1, 1], b: [2, 2], c: [3, 3] });
    spy.mockRestore();
  });

  it('without its worker the first places stay, and nothing waits for ever', async () => {
    const spy = vi.spyOn(layout, 'elkLayout').mockRejectedValue(new Error('no worker'));
    const { result } = show(two);
    await waitFor(() => expect(result.current.settled).toBe(true));
    expect(result.current.positions).toEqual(quickLayout(read(two)));
    spy.mockRestore();
  });
});
