import { act, cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { EditorHeader } from './EditorHeader.tsx';
import { setView, useView } from './viewStore.ts';

beforeAll(setupTexts);
const first = useView.getInitialState();
afterEach(() => {
  cleanup();
  localStorage.clear();
  useView.setState(first, true);
});

const text = 'name: w\nsteps:\n  - id: a\n    uses: many\n';
const problem = (severity: 'error' | 'warning') => ({ code: 'x', message: 'No.', severity });

async function open(more: Partial<Parameters<typeof EditorHeader>[0]> = {}) {
  const done: string[] = [];
  const { document } = await renderInEditor(
    <EditorHeader
      narrow={false}
      saving={false}
      running={false}
      onSave={() => done.push('save')}
      onRun={() => done.push('run')}
      {...more}
    />,
    { text },
  );
  return { document, done };
}
const type = (document: Awaited<ReturnType<typeof open>>['document'], insert: string) =>
  act(() => document.type([{ from: 0, to: 0, insert }]));

describe('the head of the editor', () => {
  it('says whether there is anything to save, and saves only then', async () => {
    const { document, done } = await open();
    expect(screen.queryByTestId('unsaved')).toBeNull();
    expect(screen.getByTestId('save')).toHaveProperty('disabled', true);
    type(document, '# a\n');
    expect(screen.getByTestId('unsaved').getAttribute('aria-label')).toBe('Not saved yet');
    await userEvent.click(screen.getByTestId('save'));
    act(() => document.undo());
    expect(screen.queryByTestId('unsaved')).toBeNull();
    await userEvent.click(screen.getByTestId('save'));
    expect(done).toEqual(['save']);
  });

  it('runs what is on the screen, saved or not', async () => {
    const { document, done } = await open();
    await userEvent.click(screen.getByTestId('run'));
    type(document, '# a\n');
    await userEvent.click(screen.getByTestId('run'));
    expect(done).toEqual(['run', 'run']);
  });

  it('while it saves and starts, neither is asked for again', async () => {
    const { document, done } = await open({ saving: true, running: true });
    type(document, '# a\n');
    await userEvent.click(screen.getByTestId('save'));
    await userEvent.click(screen.getByTestId('run'));
    expect(done).toEqual([]);
  });

  it('the verdict: good, so many problems, or not even YAML', async () => {
    // Bug caught: a file of warnings looks broken, or one that does not parse looks good.
    const { document } = await open();
    expect(screen.getByText('Valid')).toBeTruthy();
    act(() => document.check(text, [problem('warning')]));
    expect(screen.getByTestId('show-problems').textContent).toBe('1 problem');
    expect(screen.getByTestId('show-problems').innerHTML).toContain('text-warn');
    act(() => document.check(text, [problem('warning'), problem('error')]));
    expect(screen.getByTestId('show-problems').textContent).toBe('2 problems');
    expect(screen.getByTestId('show-problems').innerHTML).toContain('text-danger');
    type(document, '[');
    expect(screen.queryByTestId('show-problems')).toBeNull();
    expect(screen.queryByText('Valid')).toBeNull();
  });

  it('the list of problems opens and closes, and is told so', async () => {
    const { document } = await open();
    act(() => document.check(text, [problem('error')]));
    const verdict = screen.getByTestId('show-problems');
    expect(verdict.getAttribute('aria-expanded')).toBe('false');
    await userEvent.click(verdict);
    expect(useView.getState().problems).toBe(true);
    expect(verdict.getAttribute('aria-expanded')).toBe('true');
    await userEvent.click(verdict);
    expect(useView.getState().problems).toBe(false);
  });

  it('shows and hides the panes, and says which are open', async () => {
    await open();
    const yaml = screen.getByTestId('toggle-yaml');
    const before = yaml.getAttribute('aria-pressed');
    await userEvent.click(yaml);
    expect(yaml.getAttribute('aria-pressed')).not.toBe(before);
    expect(useView.getState().yaml).toBe(before === 'false');
    cleanup();
    await open({ narrow: true });
    await userEvent.click(screen.getByRole('button', { name: 'Show as graph' }));
    expect(useView.getState().graph).toBe(true);
    expect(screen.getByRole('button', { name: 'Show as list' })).toBeTruthy();
  });
});

describe('what is remembered of the panes', () => {
  const key = 'nexus.editor.view';

  it('is what stays the same for every workflow, not what was looked at', () => {
    // Bug caught: the next workflow opens with the list of problems of this one.
    setView({ yaml: true, inspector: false, problems: true, graph: true });
    expect(JSON.parse(localStorage.getItem(key) ?? '')).toEqual({
      yaml: true,
      inspector: false,
      palette: true,
      problems: false,
      graph: false,
    });
    setView({ yaml: false });
    expect(useView.getState()).toMatchObject({ yaml: false, inspector: false, problems: true });
  });
});
