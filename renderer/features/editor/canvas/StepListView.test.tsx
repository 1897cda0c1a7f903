import { act, cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Profiler } from 'react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { renderInEditor, sampleRun, sampleStep, second } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { QuickAdd } from '../palette/QuickAdd.tsx';
import { useRunStep } from '../store/context.ts';
import { applyEvents, travel } from '../store/runStore.ts';
import { StepListView } from './StepListView.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(cleanup);

const text = `steps:
  - id: a # one
    uses: many
  - id: b
    uses: many
`;

function Probe({ id }: { id: string }) {
  return <span>{useRunStep(id)?.status}</span>;
}

describe('the list of steps', () => {
  it('selects, and shows problems and the status of a run on their steps', async () => {
    const run = sampleRun([sampleStep('a', 0, 2), sampleStep('b', 2, 3, { status: 'failed' })]);
    const { document } = await renderInEditor(<StepListView />, { text, run });
    act(() =>
      document.check(text, [
        { code: 'x', message: 'Word is missing.', severity: 'error', path: ['steps', 1] },
      ]),
    );
    expect(screen.getByTestId('list-b').textContent).toContain('Word is missing.');
    expect(screen.getByTestId('list-a').textContent).not.toContain('Word is missing.');
    await userEvent.click(screen.getByTestId('list-b'));
    expect(document.state.selection).toEqual(['b']);
  });

  it('adds the first step that runs on failure, and keeps every comment', async () => {
    const { document } = await renderInEditor(
      <>
        <StepListView />
        <QuickAdd />
      </>,
      { text },
    );
    await userEvent.click(screen.getByTestId('list-add-on-failure'));
    await userEvent.click(await screen.findByTestId('quick-add-shell'));
    expect(document.text.startsWith(text)).toBe(true);
    expect(document.state.source.value).toMatchObject({ on_failure: [{ uses: 'shell' }] });
    expect(document.state.selection).toEqual([document.state.graph.steps.at(-1)?.id]);
  });

  it('says how many items of a foreach step are done, now and at any time of the replay', async () => {
    const item = (index: number, from: number, to: number) => ({
      index,
      status: 'succeeded' as const,
      attempts: 1,
      started_at: second(from),
      ended_at: second(to),
    });
    const items = [item(0, 0, 2), item(1, 2, 4), item(2, 4, 6)];
    const { store } = await renderInEditor(<StepListView />, {
      text,
      run: sampleRun([sampleStep('a', 0, 6, { items }), sampleStep('b', 6, 10)]),
    });
    expect(screen.getByTestId('items-a').textContent).toBe('3/3');
    expect(screen.queryByTestId('items-b')).toBeNull();
    act(() => travel(store, Date.parse(second(3))));
    expect(screen.getByTestId('items-a').textContent).toBe('1/3');
    expect(screen.getByLabelText('1 of 3 items ended, 0 failed')).toBeTruthy();
    act(() => travel(store, Date.parse(second(0)) - 1));
    expect(screen.queryByTestId('items-a')).toBeNull();
  });

  it('an event of one step does not draw the others again', async () => {
    const drawn: string[] = [];
    const ids = ['a', 'b'];
    const { store } = await renderInEditor(
      ids.map((id) => (
        <Profiler key={id} id={id} onRender={() => drawn.push(id)}>
          <Probe id={id} />
        </Profiler>
      )),
      {
        text,
        run: sampleRun([sampleStep('a', 0, 2), sampleStep('b', 2)], { ended_at: undefined }),
      },
    );
    drawn.length = 0;
    act(() => applyEvents(store, [{ type: 'step', id: 'run_1', step: sampleStep('b', 2, 4) }]));
    expect(drawn).toEqual(['b']);
  });
});
