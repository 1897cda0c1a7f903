import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LogLine } from '#contract/runs.ts';
import { useConnection } from '#renderer/client/connectionStore.ts';
import { de } from '#renderer/i18n/resources.ts';
import { sampleRun, sampleStep, second } from '#renderer/testing/editorHarness.tsx';
import { sampleApproval, sampleInterruption, sampleSummary } from '#renderer/testing/samples.ts';
import {
  closeWindow,
  Feed,
  openWindow,
  refusing,
  setupWindow,
} from '#renderer/testing/windowHarness.tsx';
import { failed, header, open, type Asked } from './runPage.testing.ts';

// happy-dom has no workers; the graph is drawn by the quick layout then.
vi.mock('elkjs/lib/elk-worker.min.js?url', () => ({ default: 'elk-worker.js' }));

beforeAll(setupWindow);
afterEach(async () => {
  closeWindow();
  await i18next.changeLanguage('en');
});

describe('a run as it happens', () => {
  const running = sampleRun([sampleStep('pack', 0), sampleStep('send')], {
    status: 'running',
    ended_at: undefined,
  });

  it('follows the stream to its end without a reload', async () => {
    // Bug caught: the page shows how things stood when it was opened.
    const { events } = await open(running);
    expect(header().dataset['status']).toBe('running');
    within(header()).getByTestId('cancel-run');
    act(() => {
      events.push({ type: 'step', id: 'run_1', step: sampleStep('pack', 0, 3) });
      events.push({ type: 'status', id: 'run_1', status: 'succeeded', at: second(9) });
    });
    await waitFor(() => expect(header().dataset['status']).toBe('succeeded'));
    expect(screen.queryByTestId('cancel-run')).toBeNull();
    within(header()).getByText('9.0 s');
    within(header()).getByRole('button', { name: 'Run again' });
  });

  it('a step that nobody knew of when the run began appears', async () => {
    // Bug caught: rollback steps, which begin late, are never shown.
    const { events } = await open(running);
    act(() => events.push({ type: 'step', id: 'run_1', step: sampleStep('undo', 5, 6) }));
    expect(await screen.findByRole('button', { name: /undo/ })).toBeTruthy();
  });

  it('a lost connection keeps what is on screen and goes on where it was', async () => {
    const { events } = await open(running);
    useConnection.setState({ state: 'lost' });
    expect(await screen.findByText(/The connection to Nexus was lost/)).toBeTruthy();
    expect(header().dataset['status']).toBe('running');
    act(() => useConnection.setState((old) => ({ state: 'open', generation: old.generation + 1 })));
    await waitFor(() => expect(events.readers).toBeGreaterThan(0));
    act(() => events.push({ type: 'run', run: { ...running, status: 'cancelled' } }));
    await waitFor(() => expect(header().dataset['status']).toBe('cancelled'));
  });

  it('a run that is not there says so, with what to do', async () => {
    await openWindow('/runs/run_gone', {
      'runs.watch': refusing('run.not_found', 'There is no run run_gone.', 'See the list of runs.'),
    });
    expect(await screen.findByText('There is no run run_gone.')).toBeTruthy();
    expect(screen.getByText('See the list of runs.')).toBeTruthy();
  });
});

describe('a failed run', () => {
  it('names the error and leads to its step, the last lines it wrote and its log', async () => {
    // Bug caught: somebody paged at night has to search the graph for what broke.
    const log = new Feed<LogLine>();
    await open(failed, { 'runs.log': log.handler });
    within(screen.getByTestId('run-error')).getByText(/The script ended with code 2/);
    await userEvent.click(screen.getByTestId('show-step'));
    const inspector = within(await screen.findByTestId('inspector'));
    expect(inspector.getByTestId('step-error-tail').textContent).toBe(
      'ssh: connect to host eu\nscp: lost connection',
    );
    expect(inspector.getByText('success_codes').tagName).toBe('CODE');
    await userEvent.click(inspector.getByRole('button', { name: 'Open its log' }));
    await waitFor(() => expect(log.readers).toBe(1));
    act(() =>
      log.push({
        seq: 1,
        at: second(5),
        step: 'send',
        attempt: 1,
        stream: 'stderr',
        text: 'scp: lost connection',
      }),
    );
    await waitFor(() => expect(inspector.getByRole('log').textContent).toContain('scp: lost'));
  });

  it('a link to one of its steps opens that step', async () => {
    await open(failed, {}, '/runs/run_1?step=send');
    const inspector = within(await screen.findByTestId('inspector'));
    expect(inspector.getByRole('heading', { name: 'send' })).toBeTruthy();
    expect(inspector.getByTestId('step-error')).toBeTruthy();
  });

  it('a step of which nothing is known opens nothing, and breaks nothing', async () => {
    // Bug caught: an old link to a step that was since removed shows an empty panel.
    await open(failed, {}, '/runs/run_1?step=nowhere');
    expect(screen.queryByTestId('inspector')).toBeNull();
  });

  it('retrying opens the new run', async () => {
    const retry = vi.fn<(asked: Asked) => unknown>(() => ({
      run: sampleSummary('run_2', { status: 'running' }),
    }));
    const { address } = await open(failed, { 'runs.retry': retry });
    await userEvent.click(screen.getByTestId('retry-run'));
    await waitFor(() => expect(address()).toBe('/runs/run_2'));
    expect(retry.mock.lastCall?.[0].input).toEqual({
      id: 'run_1',
      from: 'failed',
      version: 'same',
    });
  });

  it('a refusal is said with its reason and its hint, and the page stays', async () => {
    // Bug caught: a viewer presses "Retry" and nothing happens at all.
    const { address } = await open(failed, {
      'runs.retry': refusing(
        'access.denied',
        '“Retry run” needs the role operator; ada is viewer.',
        'Ask an administrator.',
      ),
    });
    await userEvent.click(screen.getByTestId('retry-run'));
    expect(await screen.findByText(/needs the role operator/)).toBeTruthy();
    expect(screen.getByText('Ask an administrator.')).toBeTruthy();
    expect(address()).toBe('/runs/run_1');
  });

  it('speaks German where the window does', async () => {
    await i18next.changeLanguage('de');
    await open(failed);
    within(header()).getByText('Fehlgeschlagen');
    expect(screen.getByRole('tab', { name: de.runview.tab.timeline })).toBeTruthy();
    expect(screen.getByTestId('retry-run').textContent).toBe(de.runview.retry);
  });
});

describe('what a run waits for', () => {
  const waiting = (status: 'waiting' | 'interrupted') =>
    sampleRun([sampleStep('ok', 0, undefined, { status })], { status, ended_at: undefined });

  it('its approval stands beside the graph and is answered there', async () => {
    const approve = vi.fn<(asked: Asked) => unknown>(() => ({ run: sampleSummary('run_1') }));
    await open(waiting('waiting'), {
      'runs.approvals': () => ({
        approvals: [
          sampleApproval({ run: 'run_1' }),
          sampleApproval({ id: 'run_7/ok', run: 'run_7', title: 'Another run asks' }),
        ],
        interrupted: [],
      }),
      'runs.approve': approve,
    });
    const needs = within(await screen.findByTestId('run-needs'));
    needs.getByText('Put 4f2c live?');
    // Bug caught: on one run's page another run is approved.
    expect(needs.queryByText('Another run asks')).toBeNull();
    await userEvent.click(needs.getByRole('button', { name: /approve/i }));
    await waitFor(() =>
      expect(approve.mock.lastCall?.[0].input).toMatchObject({ id: 'run_1', choice: 'approve' }),
    );
  });

  it('an interrupted step asks what to do, and a run that waits for nothing asks nothing', async () => {
    await open(waiting('interrupted'), {
      'runs.approvals': () => ({
        approvals: [],
        interrupted: [sampleInterruption({ run: 'run_1', step: 'ok', name: 'Grow the volume' })],
      }),
    });
    within(await screen.findByTestId('run-needs')).getByText(/Grow the volume/);
    closeWindow();
    await open(failed);
    expect(screen.queryByTestId('run-needs')).toBeNull();
  });
});

describe('running again from a step', () => {
  const source = `name: w
inputs:
  token: { type: string, secret: true }
  host: { type: string }
steps:
  - id: pack
    uses: many
  - id: send
    uses: many
`;

  it('asks again for secrets, which nobody wrote down, and takes the rest from the run', async () => {
    // Bug caught: the new run is given asterisks as its token.
    const start = vi.fn<(asked: Asked) => unknown>(() => ({
      run: sampleSummary('run_9', { status: 'running' }),
    }));
    const { address } = await open(
      { ...failed, source, inputs: { token: '***', host: 'eu-1' } },
      { 'runs.start': start },
      '/runs/run_1?step=send',
    );
    await userEvent.click(await screen.findByTestId('run-from-here'));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.queryByLabelText(/host/)).toBeNull();
    await userEvent.type(dialog.getByLabelText(/token/), 's3cret');
    await userEvent.click(dialog.getByRole('button', { name: 'Run workflow' }));
    await waitFor(() => expect(start).toHaveBeenCalledOnce());
    expect(start.mock.lastCall?.[0].input).toMatchObject({
      name: 'w',
      from_step: 'send',
      from_run: 'run_1',
      inputs: { token: 's3cret', host: 'eu-1' },
    });
    await waitFor(() => expect(address()).toBe('/runs/run_9'));
  });

  it('without secrets it starts at once', async () => {
    const start = vi.fn<(asked: Asked) => unknown>(() => ({
      run: sampleSummary('run_9', { status: 'running' }),
    }));
    await open(failed, { 'runs.start': start }, '/runs/run_1?step=pack');
    await userEvent.click(await screen.findByTestId('run-from-here'));
    await waitFor(() => expect(start).toHaveBeenCalledOnce());
    expect(start.mock.lastCall?.[0].input).toMatchObject({ inputs: { host: 'eu-1' } });
  });
});
