import { act, cleanup, screen, within } from '@testing-library/react';
import i18next from 'i18next';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunStep } from '#contract/runs.ts';
import {
  type InEditor,
  renderInEditor,
  sampleRun,
  sampleStep,
} from '#renderer/testing/editorHarness.tsx';
import { giveLayout, giveMeasures, setupTexts } from '#renderer/testing/setupDom.ts';
import { setStep } from '../document/commands.ts';
import { useEditor } from '../store/context.ts';
import { applyEvents } from '../store/runStore.ts';
import { Canvas } from './Canvas.tsx';
import { quickLayout } from './quickLayout.ts';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
  giveMeasures();
});
afterEach(async () => {
  cleanup();
  await i18next.changeLanguage('en');
});

const text = `name: w
steps:
  - id: plain
    uses: many
  - id: busy
    name: A name that somebody has made as long as a whole sentence about what the step does
    uses: http
    foreach: inputs.hosts
    retry: {attempts: 3}
    on_error: continue
    rollback: {uses: shell, with: {run: "true"}}
    with: {method: PUT, url: "https://example.org/a"}
  - id: odd
    uses: teleport
  - id: none
on_failure:
  - id: alarm
    uses: shell
`;

function Stage() {
  const graph = useEditor((state) => state.graph);
  return <Canvas positions={quickLayout(graph)} settled={false} />;
}

async function open(options: Partial<InEditor> = {}) {
  const opened = await renderInEditor(<Stage />, { text, ...options });
  await screen.findByTestId('node-plain');
  return opened;
}

const node = (id: string) => screen.getByTestId(`node-${id}`);

describe('a step on the canvas', () => {
  it('says its name, its kind and what it does', async () => {
    await open();
    expect(node('busy').textContent).toContain('HTTP request');
    expect(node('busy').textContent).toContain('PUT https://example.org/a');
    expect(node('plain').textContent).toBe('plainMany fields');
  });

  it('a name too long for the node is whole on hover', async () => {
    await open();
    const name = within(node('busy')).getByTitle(/as long as a whole sentence/);
    expect(name.className).toContain('truncate');
    expect(name.title).toBe(name.textContent);
  });

  it('a kind that nobody knows shows what the file says, and none says that it is missing', async () => {
    await open();
    expect(node('odd').textContent).toContain('teleport');
    expect(node('none').textContent).toContain('No kind');
  });

  it('is marked with all that changes how it runs, each mark in words', async () => {
    // Bug caught: a rollback or a repetition is invisible until something goes wrong.
    const { document } = await open();
    const marks = (id: string) =>
      within(node(id))
        .queryAllByRole('img')
        .map((mark) => mark.getAttribute('aria-label'));
    expect(marks('plain')).toEqual([]);
    expect(marks('busy')).toHaveLength(4);
    act(() => document.pin('busy', { status: 200 }));
    expect(marks('busy')).toHaveLength(5);
    act(() => document.pin('busy', undefined));
    act(() => void document.run(setStep('busy', ['retry'], undefined)));
    expect(marks('busy')).toHaveLength(3);
  });

  it('one for the case of failure does not look like the others', async () => {
    await open();
    expect(node('alarm').innerHTML).toContain('text-danger');
    expect(node('plain').innerHTML).not.toContain('text-danger');
  });
});

describe('problems on a step', () => {
  const problems = [
    {
      code: 'workflow.unknown_kind',
      message: 'There is no step kind teleport.',
      severity: 'error' as const,
      path: ['steps', 2, 'uses'],
    },
    { code: 'x.warn', message: 'Mind it.', severity: 'warning' as const, path: ['steps', 0] },
  ];

  it('sit on the step that has them, and frame it only when it cannot run', async () => {
    const { document } = await open();
    act(() => document.check(text, problems));
    expect(node('odd').className).toContain('border-danger');
    expect(node('plain').className).not.toContain('border-danger');
    expect(screen.getByTestId('problem-plain').title).toBe('Mind it.');
    expect(screen.queryByTestId('problem-busy')).toBeNull();
  });

  it('are said in the language of the window', async () => {
    // Bug caught: the list of problems is German and the node itself still English.
    const { document } = await open();
    await act(() => i18next.changeLanguage('de'));
    act(() => document.check(text, problems));
    const mark = screen.getByTestId('problem-odd');
    expect(mark.getAttribute('aria-label')).toBe('Eine Schrittart teleport gibt es nicht.');
    expect(mark.title).toBe('Eine Schrittart teleport gibt es nicht.');
  });
});

describe('a run on the canvas', () => {
  const statuses = [
    'running',
    'waiting',
    'interrupted',
    'succeeded',
    'failed',
    'skipped',
    'cancelled',
  ] as const;
  const words = [
    'Running',
    'Waiting',
    'Interrupted',
    'Succeeded',
    'Failed',
    'Skipped',
    'Cancelled',
  ];

  it.each(statuses.map((status, at) => [status, words[at]] as const))(
    '%s is told by a word and not by colour alone',
    async (status, word) => {
      await open({ run: sampleRun([sampleStep('plain', 0, 3, { status })]) });
      const mark = screen.getByTestId('status-plain');
      expect(mark.dataset['status']).toBe(status);
      expect(within(mark).getByLabelText(word ?? '')).toBeTruthy();
      expect(within(mark).getByTitle(word ?? '')).toBeTruthy();
    },
  );

  it('a step that has not begun shows nothing yet', async () => {
    await open({ run: sampleRun([sampleStep('plain')]) });
    expect(screen.queryByTestId('status-plain')).toBeNull();
  });

  it('says how often it was tried, and how long it took', async () => {
    await open({ run: sampleRun([sampleStep('plain', 0, 3, { attempts: 3 })]) });
    const mark = screen.getByTestId('status-plain');
    expect(mark.textContent).toContain('×3');
    expect(mark.textContent).toContain('3.0 s');
  });

  it('follows the events of the run, and an invalid step stays framed as such', async () => {
    const { store, document } = await open({ run: sampleRun([sampleStep('plain', 0)]) });
    const event = (step: RunStep) => ({ type: 'step' as const, id: 'run_1', step });
    act(() => applyEvents(store, [event(sampleStep('plain', 0, 2, { status: 'failed' }))]));
    expect(node('plain').dataset['status']).toBe('failed');
    expect(node('plain').className).toContain('border-danger');
    act(() => applyEvents(store, [event(sampleStep('plain', 0, 2))]));
    expect(node('plain').className).toContain('border-ok');
    const wrong = { code: 'x', message: 'No.', severity: 'error' as const, path: ['steps', 0] };
    act(() => document.check(text, [wrong]));
    expect(node('plain').className).toContain('border-danger');
  });
});
