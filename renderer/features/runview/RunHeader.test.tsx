import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunDetail } from '#contract/runs.ts';
import { renderInEditor, sampleRun, sampleStep } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { ReplayBar } from './ReplayBar.tsx';
import { RunHeader } from './RunHeader.tsx';
import { Timeline } from './Timeline.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(cleanup);

const text = 'steps:\n  - id: a\n    uses: many\n';
const ended = sampleRun([sampleStep('a', 0, 10.5)], {
  status: 'failed',
  ended_at: '2026-03-01T10:00:10.500Z',
});

async function header(run: RunDetail) {
  const { steps: _steps, source: _source, ...summary } = run;
  const cancel = vi.fn((_call: { input: unknown }) => ({ run: summary }));
  const retry = vi.fn((_call: { input: unknown }) => ({ run: { ...summary, id: 'run_2' } }));
  const handlers = { 'runs.cancel': cancel, 'runs.retry': retry } as never;
  await renderInEditor(<RunHeader />, { text, run, handlers });
  return { cancel, retry };
}

describe('what can be done with a run', () => {
  it('a failed one is retried from where it failed, on the version it ran on', async () => {
    const { retry } = await header(ended);
    expect(screen.queryByTestId('cancel-run')).toBeNull();
    await userEvent.click(screen.getByTestId('retry-run'));
    await waitFor(() => expect(retry).toHaveBeenCalledOnce());
    expect(retry.mock.calls[0]?.[0].input).toEqual({
      id: 'run_1',
      from: 'failed',
      version: 'same',
    });
  });

  it('one that succeeded runs again from its start, for nothing of it failed', async () => {
    const { retry } = await header({ ...ended, status: 'succeeded' });
    await userEvent.click(screen.getByTestId('retry-run'));
    await waitFor(() => expect(retry).toHaveBeenCalledOnce());
    expect(retry.mock.calls[0]?.[0].input).toMatchObject({ from: 'start' });
  });

  it('one that goes on can be cancelled and not retried', async () => {
    const { cancel } = await header({ ...ended, status: 'running', ended_at: undefined });
    expect(screen.queryByTestId('retry-run')).toBeNull();
    await userEvent.click(screen.getByTestId('cancel-run'));
    await waitFor(() => expect(cancel).toHaveBeenCalledOnce());
    expect(cancel.mock.calls[0]?.[0].input).toMatchObject({ id: 'run_1' });
  });
});

describe('replay', () => {
  it('by its slider reaches the end, whatever the last mark of the slider is', async () => {
    const { store } = await renderInEditor(<ReplayBar />, { text, run: ended });
    const slider = screen.getByTestId('replay-time') as HTMLInputElement;
    const [min, max, size] = [Number(slider.min), Number(slider.max), Number(slider.step)];
    fireEvent.change(slider, { target: { value: String(min + size) } });
    expect(store.getState().steps.a?.status).toBe('running');
    const last = min + Math.floor((max - min) / size) * size;
    fireEvent.change(slider, { target: { value: String(last) } });
    expect(store.getState().at).toBeUndefined();
    expect(store.getState().steps.a?.status).toBe('succeeded');
  });

  it('is not offered while the run goes on', async () => {
    await renderInEditor(<ReplayBar />, { text, run: { ...ended, ended_at: undefined } });
    expect(screen.queryByTestId('replay')).toBeNull();
  });
});

describe('the timeline', () => {
  it('leads from a bar to its step', async () => {
    const { document } = await renderInEditor(<Timeline />, { text, run: ended });
    act(() => screen.getByTestId('bar-a').click());
    expect(document.state.selection).toEqual(['a']);
  });
});
