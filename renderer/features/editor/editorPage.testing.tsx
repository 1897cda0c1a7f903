import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, expect, vi } from 'vitest';
import type { Problem } from '#contract/errors.ts';
import { manyFields, otherKinds } from '#renderer/testing/editorHarness.tsx';
import { giveLayoutWorker } from '#renderer/testing/layoutWorker.ts';
import { sampleSummary, sampleWorkflow } from '#renderer/testing/samples.ts';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { useCanvas } from './canvas/canvasStore.ts';
import { useView } from './page/viewStore.ts';

/** Prepares the window for tests of the editor's page, and leaves nothing of one test to the next. */
export function setupEditorPage(): void {
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
    useView.setState({
      yaml: false,
      inspector: true,
      palette: true,
      problems: false,
      graph: false,
    });
  });
}

export const source = `name: w # mine
steps:
  - id: one # the first
    uses: many
    with: {word: hello}
  - id: two
    uses: shell
    with: {word: bye} # last word
`;

interface Told {
  /** The file on disk, until it is saved here; a test may change it, with its hash. */
  source?: string;
  hash?: string;
  problems?: Problem[];
}

/** Opens the editor on a file; what is saved and started is kept. */
export async function open(told: Told = {}) {
  const saved: string[] = [];
  const started: { source?: string; from_step?: string; pinned?: object }[] = [];
  const detail = (now: string, hash: string) => ({
    workflow: { ...sampleWorkflow('w'), source: now, hash, problems: told.problems ?? [] },
  });
  await openWindow('/workflows/w', {
    'workflows.get': () =>
      detail(saved.at(-1) ?? told.source ?? source, told.hash ?? `h${saved.length}`),
    'workflows.kinds': () => ({ kinds: [manyFields, ...otherKinds] }),
    'workflows.preview': () => ({ names: [] }),
    'workflows.validate': () => ({ valid: true, problems: told.problems ?? [] }),
    'workflows.save': ({ input }: { input: { source: string } }) => {
      saved.push(input.source);
      return detail(input.source, `h${saved.length}`);
    },
    'runs.start': ({ input }: { input: object }) => {
      started.push(input);
      return { run: sampleSummary('run_9', { status: 'queued', workflow: 'w' }) };
    },
  });
  await screen.findByTestId('editor');
  return { saved, started };
}

export const key = (pressed: string, more: object = {}) =>
  act(async () => void fireEvent.keyDown(document.body, { key: pressed, ...more }));
export const mod = (pressed: string, more: object = {}) => key(pressed, { ctrlKey: true, ...more });

/** What the file would be if it were saved now. */
export async function fileNow(saved: string[]): Promise<string> {
  await mod('s');
  await waitFor(() => expect(screen.queryByTestId('unsaved')).toBeNull());
  return saved.at(-1) ?? source;
}

export const node = (id: string) => screen.findByTestId(`node-${id}`);
export const select = async (id: string) => {
  await mod('f');
  await userEvent.type(await screen.findByTestId('canvas-search'), id);
  await userEvent.keyboard('{Escape}');
};
