import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type InEditor,
  renderInEditor,
  sampleRun,
  sampleStep,
} from '#renderer/testing/editorHarness.tsx';
import { giveLayout, giveMeasures, setupTexts } from '#renderer/testing/setupDom.ts';
import { Palette } from '../palette/Palette.tsx';
import { useEditor } from '../store/context.ts';
import { applyEvents } from '../store/runStore.ts';
import { Canvas } from './Canvas.tsx';
import { useCanvas } from './canvasStore.ts';
import { quickLayout } from './quickLayout.ts';
import { StepListView } from './StepListView.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
  giveMeasures();
});
afterEach(() => {
  cleanup();
  useCanvas.setState(useCanvas.getInitialState(), true);
});

const text = `name: w
steps:
  - id: a
    uses: many
  - id: b
    uses: many
    if: steps.a.outputs.ok
  - id: c
    uses: shell
    needs: [a, b]
  - id: d
    uses: shell
    needs: []
on_failure:
  - id: alarm
    uses: http
`;

describe('the list of steps', () => {
  const open = (options: Partial<InEditor> = {}) =>
    renderInEditor(<StepListView />, { text, ...options });
  const row = (id: string) => screen.getByTestId(`list-${id}`);

  it('says what a step waits for wherever that is not the one above it', async () => {
    // Bug caught: in the list a branch looks like a chain, and nobody sees what runs at once.
    await open();
    expect(row('b').textContent).not.toContain('After');
    expect(row('c').textContent).toContain('After a, b');
    expect(row('d').textContent).toContain('Starts at once');
    expect(row('a').textContent).not.toContain('Starts at once');
    expect(row('alarm').textContent).not.toMatch(/After|at once/);
    expect(row('b').textContent).toContain('steps.a.outputs.ok');
  });

  it('a warning does not look like a mistake', async () => {
    const { document } = await open();
    const problem = (severity: 'error' | 'warning', index: number) => ({
      code: 'x',
      message: `A ${severity}.`,
      severity,
      path: ['steps', index],
    });
    act(() => document.check(text, [problem('warning', 0), problem('error', 1)]));
    const look = (said: string) => screen.getByText(said).closest('.flex')?.className;
    expect(look('A warning.')).toContain('text-warn');
    expect(look('A error.')).toContain('text-danger');
  });

  it('a workflow without steps teaches and offers the first', async () => {
    await open({ text: 'name: w\n' });
    expect(screen.queryAllByRole('listitem')).toEqual([]);
    await userEvent.click(screen.getByTestId('list-add'));
    expect(useCanvas.getState().adding).toEqual({ place: { list: 'steps' } });
  });

  it('offers nothing to add where nothing may be edited', async () => {
    await open({ readOnly: true });
    expect(screen.queryByTestId('list-add')).toBeNull();
    cleanup();
    const { document } = await open();
    act(() => document.type([{ from: 0, to: 0, insert: '[' }]));
    expect(screen.queryByTestId('list-add')).toBeNull();
    expect(screen.getAllByRole('listitem')).toHaveLength(5);
  });

  it('adds behind what is selected', async () => {
    const { document } = await open();
    act(() => document.select(['b']));
    expect(row('b').getAttribute('aria-pressed')).toBe('true');
    await userEvent.click(screen.getByTestId('list-add'));
    expect(useCanvas.getState().adding).toEqual({ place: { after: 'b' } });
  });

  it('a run shows on its steps as it goes', async () => {
    const { store } = await open({ run: sampleRun([sampleStep('a', 0, 2), sampleStep('b')]) });
    expect(within(row('a')).getByLabelText('Succeeded')).toBeTruthy();
    expect(within(row('b')).queryByRole('img')).toBeNull();
    const failed = sampleStep('b', 2, 3, { status: 'failed' });
    act(() => applyEvents(store, [{ type: 'step', id: 'run_1', step: failed }]));
    expect(within(row('b')).getByLabelText('Failed')).toBeTruthy();
  });
});

describe('what starts the workflow', () => {
  function Stage() {
    const graph = useEditor((state) => state.graph);
    return <Canvas positions={quickLayout(graph)} settled={false} />;
  }
  const start = async (on: string) => {
    await renderInEditor(<Stage />, { text: `${on}${text}` });
    return screen.findByTestId('node-start');
  };

  it('stands above the first step, with what it is set to', async () => {
    const node = await start('on:\n  schedule: {cron: "0 3 * * *"}\n  webhook: {path: /in}\n');
    expect(node.textContent).toBe('0 3 * * */in');
    expect(screen.getByTestId('node-start-failure').textContent).toContain('failed');
  });

  it('without anything it is started by hand', async () => {
    expect((await start('')).textContent).toBe('By hand');
  });

  it('of many the first three are shown and the rest counted; two alike are two', async () => {
    const node = await start(
      'on:\n  schedule:\n    - {every: 5m}\n    - {every: 5m}\n    - {every: 1h}\n    - {at: "2027-01-01"}\n',
    );
    expect(node.textContent).toBe('↻ 5m↻ 5m↻ 1h+1');
  });
});

describe('the connections of a run', () => {
  function Stage() {
    const graph = useEditor((state) => state.graph);
    return <Canvas positions={quickLayout(graph)} settled={false} />;
  }
  const stroke = (id: string) =>
    document
      .querySelector<SVGPathElement>(`[data-id="${id}"] path.react-flow__edge-path`)
      ?.style.getPropertyValue('stroke');
  const moves = (id: string) => document.querySelector(`[data-id="${id}"] .animate-flow`) !== null;

  it('move only where data flows, and are done where both ends are', async () => {
    // Bug caught: every edge is animated for ever, and a run of 500 steps takes all of a core.
    const { store } = await renderInEditor(<Stage />, {
      text,
      run: sampleRun([sampleStep('a', 0, 2), sampleStep('b', 2), sampleStep('c')]),
    });
    await screen.findByTestId('node-a');
    expect(moves('a>b')).toBe(true);
    expect(moves('b>c')).toBe(false);
    act(() => applyEvents(store, [{ type: 'step', id: 'run_1', step: sampleStep('b', 2, 3) }]));
    expect(moves('a>b')).toBe(false);
    expect(stroke('a>b')).toBe('var(--ok)');
    expect(stroke('b>c')).toBe('var(--border-strong)');
  });

  it('are not added to while the text does not parse', async () => {
    const { document: doc } = await renderInEditor(<Stage />, { text });
    await screen.findByTestId('node-a');
    act(() => useCanvas.setState({ hoverEdge: 'a>b' }));
    expect(screen.getByTestId('insert-a>b')).toBeTruthy();
    act(() => doc.type([{ from: 0, to: 0, insert: '[' }]));
    expect(screen.queryByTestId('insert-a>b')).toBeNull();
  });
});

describe('the palette of kinds', () => {
  const open = async (options: Partial<InEditor> = {}) =>
    (await renderInEditor(<Palette />, { text, ...options })).document;
  const item = (kind: string) => screen.getByTestId(`palette-${kind}`);
  const key = (name: string) => fireEvent.keyDown(document.activeElement as Element, { key: name });

  it('arrows go through the search and all kinds, and stop at both ends', async () => {
    await open();
    act(() => screen.getByTestId('palette-search').focus());
    key('ArrowUp');
    expect(document.activeElement).toBe(screen.getByTestId('palette-search'));
    const seen: (string | undefined)[] = [];
    for (let at = 0; at < 4; at += 1) {
      key('ArrowDown');
      seen.push((document.activeElement as HTMLElement).dataset['testid']);
    }
    expect(seen).toEqual(['palette-shell', 'palette-many', 'palette-http', 'palette-http']);
    key('ArrowUp');
    expect(document.activeElement).toBe(item('many'));
  });

  it('groups stand in the order of the work, empty ones not at all', async () => {
    await open();
    const heads = () => screen.getAllByRole('heading', { level: 3 }).map((one) => one.textContent);
    expect(heads()).toEqual(['Run', 'Data', 'Network']);
    await userEvent.type(screen.getByTestId('palette-search'), 'server');
    expect(heads()).toEqual(['Network']);
  });

  it('a kind is added behind the selected step, else behind the last', async () => {
    const doc = await open();
    act(() => doc.select(['a']));
    await userEvent.click(item('http'));
    expect(doc.state.steps.get('http')?.after).toEqual(['a']);
    act(() => doc.select([]));
    await userEvent.click(item('shell'));
    expect(doc.state.steps.get('shell')?.after).toEqual(['d']);
    expect(doc.state.selection).toEqual(['shell']);
  });

  it('nothing can be added or dragged where nothing may be edited', async () => {
    const doc = await open({ readOnly: true });
    expect(item('shell')).toHaveProperty('disabled', true);
    expect(item('shell').getAttribute('draggable')).toBe('false');
    await userEvent.click(item('shell'));
    expect(doc.text).toBe(text);
  });
});
