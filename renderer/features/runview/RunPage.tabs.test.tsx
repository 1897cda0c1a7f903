import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LogLine } from '#contract/runs.ts';
import { useConnection } from '#renderer/client/connectionStore.ts';
import { sampleStep, second } from '#renderer/testing/editorHarness.tsx';
import { sampleSummary } from '#renderer/testing/samples.ts';
import { closeWindow, Feed, refusing, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { failed, open } from './runPage.testing.ts';

// happy-dom has no workers; the graph is drawn by the quick layout then.
vi.mock('elkjs/lib/elk-worker.min.js?url', () => ({ default: 'elk-worker.js' }));

beforeAll(setupWindow);
afterEach(async () => {
  closeWindow();
  await i18next.changeLanguage('en');
});

describe('below the graph', () => {
  it('shows what the run was given, what started it and what it gave', async () => {
    await open(failed);
    await userEvent.click(screen.getByRole('tab', { name: 'Inputs and outputs' }));
    for (const text of ['host', 'eu-1', 'ref', 'main', 'size', '12'])
      expect(screen.getAllByText(new RegExp(text)).length, text).toBeGreaterThan(0);
  });

  it('names the step of every line of the log, and colours what is an error', async () => {
    const log = new Feed<LogLine>();
    await open(failed, { 'runs.log': log.handler });
    await userEvent.click(screen.getByRole('tab', { name: 'Log' }));
    await waitFor(() => expect(log.readers).toBe(1));
    const line = { at: second(1), attempt: 1 } as const;
    act(() =>
      log.push(
        { ...line, seq: 1, step: 'pack', stream: 'stdout', text: 'packing' },
        { ...line, seq: 2, step: 'send', index: 3, stream: 'stderr', text: 'refused' },
      ),
    );
    await waitFor(() => expect(screen.getByRole('log').textContent).toContain('refused'));
    const shown = screen.getByRole('log').parentElement?.textContent ?? '';
    expect(shown).toContain('pack');
    expect(shown).toContain('send[3]');
  });

  it('after a lost connection asks only for the lines that it does not have', async () => {
    // Bug caught: every reconnect shows the whole log once more below itself.
    const log = new Feed<LogLine>();
    const asked: unknown[] = [];
    await open(failed, {
      'runs.log': ((options: { input: { after: number }; signal?: AbortSignal }) => {
        asked.push(options.input.after);
        return log.handler(options);
      }) as never,
    });
    await userEvent.click(screen.getByRole('tab', { name: 'Log' }));
    await waitFor(() => expect(log.readers).toBe(1));
    const line = { at: second(1), attempt: 1, step: 'pack', stream: 'stdout' } as const;
    act(() => log.push({ ...line, seq: 41, text: 'first' }));
    await waitFor(() => expect(screen.getByRole('log').textContent).toContain('first'));
    act(() => useConnection.setState((old) => ({ state: 'open', generation: old.generation + 1 })));
    await waitFor(() => expect(asked).toEqual([0, 41]));
    await waitFor(() => expect(log.readers).toBe(1));
    // A platform that sends some again anyway is not shown twice.
    act(() => log.push({ ...line, seq: 41, text: 'first' }, { ...line, seq: 42, text: 'then' }));
    await waitFor(() => expect(screen.getByRole('log').textContent).toContain('then'));
    expect(screen.getByRole('log').textContent?.match(/first/g)).toHaveLength(1);
  });

  it('lists the other runs of the workflow and compares with one', async () => {
    await open(failed, {
      'runs.list': () => ({
        items: [sampleSummary('run_1', { status: 'failed' }), sampleSummary('run_0')],
      }),
      'runs.compare': () => ({
        a: { ...failed, id: 'run_0', status: 'succeeded', steps: [sampleStep('pack', 0, 4)] },
        b: failed,
        same_definition: false,
        differences: [],
      }),
    });
    await userEvent.click(screen.getByRole('tab', { name: 'History' }));
    const list = within(await screen.findByTestId('run-history'));
    // A run is not compared with itself.
    await list.findByTestId('compare-run_0');
    expect(list.queryByTestId('compare-run_1')).toBeNull();
    await userEvent.click(list.getByTestId('compare-run_0'));
    const dialog = within(await screen.findByRole('dialog'));
    await dialog.findByText('The workflow was changed between these runs.');
    const row = (await dialog.findByRole('button', { name: 'send' })).closest('tr')!;
    expect(within(row).getByText('Not there')).toBeTruthy();
    expect(within(row).getByText('Only in one run')).toBeTruthy();
    await userEvent.click(within(row).getByRole('button', { name: 'send' }));
    expect((await dialog.findAllByText(/shell\.exit/)).length).toBeGreaterThan(0);
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByTestId('compare')).toBeNull());
  });

  it('a comparison that fails says why instead of waiting without end', async () => {
    await open(failed, {
      'runs.list': () => ({ items: [sampleSummary('run_0')] }),
      'runs.compare': refusing('run.not_found', 'Deleted meanwhile.'),
    });
    await userEvent.click(screen.getByRole('tab', { name: 'History' }));
    await userEvent.click(await screen.findByTestId('compare-run_0'));
    expect(await screen.findByText('Deleted meanwhile.')).toBeTruthy();
  });
});
