import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { manyFields, otherKinds } from '#renderer/testing/editorHarness.tsx';
import { giveLayoutWorker } from '#renderer/testing/layoutWorker.ts';
import { sampleWorkflow } from '#renderer/testing/samples.ts';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { useCanvas } from './canvas/canvasStore.ts';

// One opening of the whole window with React Flow and the layout takes a second on a busy machine.
vi.setConfig({ testTimeout: 20_000 });

beforeAll(async () => {
  await giveLayoutWorker();
  await setupWindow();
});
afterEach(() => {
  closeWindow();
  useCanvas.setState(useCanvas.getInitialState(), true);
  localStorage.clear();
});

const source = `name: w
steps:
  - id: one
    uses: many
    with: {word: hello}
  - id: two
    uses: shell
`;

async function open() {
  await openWindow('/workflows/w', {
    'workflows.get': () => ({
      workflow: { ...sampleWorkflow('w'), source, hash: 'h', problems: [] },
    }),
    'workflows.kinds': () => ({ kinds: [manyFields, ...otherKinds] }),
    'workflows.preview': () => ({ names: [] }),
    'workflows.validate': () => ({ valid: true, problems: [] }),
  });
  return screen.findByTestId('node-one');
}

const stage = () => document.querySelector<HTMLElement>('.canvas-stage');
const node = (id: string) =>
  screen.getByTestId(`node-${id}`).closest<HTMLElement>('.react-flow__node') as HTMLElement;
const press = (key: string, more: object = {}) =>
  act(
    async () => void fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more }),
  );

describe('the focus on the canvas', () => {
  it('stays there when the step that had it is deleted, so that the next key still counts', async () => {
    // Bug caught: after Delete the focus is on nothing, and Tab begins in the navigation again.
    await open();
    act(() => node('one').focus());
    await press('Enter', { code: 'Enter' });
    await waitFor(() => expect(screen.getByTestId('step-id')).toHaveProperty('value', 'one'));
    await press('Delete');
    await waitFor(() => expect(screen.queryByTestId('node-one')).toBeNull());
    expect(document.activeElement).toBe(stage());
    await press('z', { ctrlKey: true });
    expect(await screen.findByTestId('node-one')).toBeTruthy();
  });

  it('comes back to it from the search, at what was found', async () => {
    await open();
    await press('f', { ctrlKey: true });
    await userEvent.type(await screen.findByTestId('canvas-search'), 'two{Escape}');
    expect(document.activeElement).toBe(stage());
    expect(await screen.findByTestId('step-id')).toHaveProperty('value', 'two');
    await press('Delete');
    await waitFor(() => expect(screen.queryByTestId('node-two')).toBeNull());
  });

  it('goes back to the button that asked for a step, whether one was chosen or not', async () => {
    await open();
    const add = screen.getByRole('button', { name: 'Add step' });
    await userEvent.click(add);
    await screen.findByTestId('quick-add');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(document.activeElement).toBe(add));
    await userEvent.click(add);
    await userEvent.type(await screen.findByTestId('quick-add'), 'http{Enter}');
    await screen.findByTestId('node-http');
    await waitFor(() => expect(document.activeElement).toBe(add));
  });

  it('goes back to the step from which one was asked for by key', async () => {
    await open();
    act(() => node('one').focus());
    await press('a');
    await screen.findByTestId('quick-add');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(document.activeElement).toBe(node('one')));
  });

  it('the way out of a field of code stands in the help', async () => {
    await open();
    await press('?', { shiftKey: true });
    expect(await screen.findByText('Leave a field of code')).toBeTruthy();
  });
});
