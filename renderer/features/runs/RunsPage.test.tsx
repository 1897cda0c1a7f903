import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '#contract/runs.ts';
import { sampleRun, sampleStep } from '#renderer/testing/editorHarness.tsx';
import { sampleSummary } from '#renderer/testing/samples.ts';
import { closeWindow, Feed, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';

type Asked = { input: Record<string, unknown> };
type Handlers = NonNullable<Parameters<typeof openWindow>[1]>;

const open = (runs: RunSummary[], handlers: Handlers = {}, path = '/runs') => {
  const list = vi.fn<(asked: Asked) => unknown>(() => ({ items: runs }));
  return openWindow(path, { 'runs.list': list, ...handlers }).then((window) => ({
    ...window,
    list,
  }));
};
const row = async (workflow: string) =>
  (await screen.findByRole('link', { name: workflow })).closest<HTMLElement>('[role=row]')!;
const choose = async (workflow: string, item: string) => {
  const button = within(await row(workflow)).getByRole('button', { name: /^More actions/ });
  await userEvent.click(button);
  return screen.findByRole('menuitem', { name: new RegExp(`^${item}`) });
};

beforeAll(setupWindow);
afterEach(closeWindow);

describe('the list of runs', () => {
  it('shows how each was started, how far it got and what broke it', async () => {
    await open([
      sampleSummary('run_1', {
        workflow: 'backup',
        status: 'failed',
        steps_done: 2,
        at_step: 'pack',
        trigger: { kind: 'schedule', by: 'nightly' },
        error: { code: 'shell.failed', message: 'tar: no space', kind: 'operational' },
      }),
    ]);
    const run = within(await row('backup'));
    for (const text of ['Failed', '2/4', 'Schedule · nightly', 'pack: tar: no space'])
      expect(run.getByText(text)).toBeTruthy();
  });

  it('a quick filter is a typed filter, is kept in the address and asked of the platform', async () => {
    const { address, list } = await open([sampleSummary('run_1', { status: 'failed' })]);
    await row('backup');
    await userEvent.click(screen.getByRole('button', { name: 'Failed' }));
    await waitFor(() => expect(decodeURIComponent(address())).toContain('status:failed'));
    expect(screen.getByLabelText('Filter')).toHaveProperty('value', 'status:failed');
    await waitFor(() => expect(JSON.stringify(list.mock.lastCall?.[0].input)).toContain('failed'));
  });

  it('a run that stops fitting the filter leaves the list as it happens', async () => {
    // Bug caught: under "active" ended runs pile up until the page is loaded anew.
    const changes = new Feed<RunSummary>();
    await open(
      [sampleSummary('run_1', { status: 'running' })],
      { 'runs.changes': changes.handler },
      '/runs?q=status%3Arunning',
    );
    await row('backup');
    await waitFor(() => expect(changes.readers).toBe(1));
    changes.push(sampleSummary('run_1', { status: 'succeeded' }));
    expect(await screen.findByText('Nothing matches this filter')).toBeTruthy();
  });

  it('a new run appears on top without being asked for', async () => {
    const changes = new Feed<RunSummary>();
    await open([sampleSummary('run_1', { workflow: 'old' })], {
      'runs.changes': changes.handler,
    });
    await row('old');
    await waitFor(() => expect(changes.readers).toBe(1));
    changes.push(
      sampleSummary('run_2', { workflow: 'new', created_at: '2026-04-01T00:00:00.000Z' }),
    );
    await row('new');
    const names = screen.getAllByRole('row').map((one) => one.textContent);
    expect(names.findIndex((one) => one.includes('new'))).toBeLessThan(
      names.findIndex((one) => one.includes('old')),
    );
  });

  it('two selected runs can be compared, one or three cannot', async () => {
    const { address } = await open(
      ['a', 'b', 'c'].map((id) => sampleSummary(`run_${id}`, { workflow: id })),
      {
        'runs.compare': () => {
          throw new ORPCError('NOT_FOUND', { message: 'gone' });
        },
      },
    );
    await row('a');
    await userEvent.keyboard('jx');
    const compare = await screen.findByRole('button', { name: 'Compare' });
    expect(compare).toHaveProperty('disabled', true);
    await userEvent.keyboard('jxjx');
    await screen.findByText('3 runs selected');
    expect(compare).toHaveProperty('disabled', true);
    await userEvent.keyboard('x');
    await screen.findByText('2 runs selected');
    await userEvent.click(compare);
    await waitFor(() => expect(address()).toMatch(/^\/compare\/run_[abc]\/run_[abc]$/));
  });

  it('an empty history teaches; a failing one does not pretend to be empty', async () => {
    await open([]);
    expect(await screen.findByText('Nothing has run yet')).toBeTruthy();
    closeWindow();
    await open([], {
      'runs.list': () => {
        throw new ORPCError('INTERNAL', { message: 'no' });
      },
    });
    expect(await screen.findByText('The runs could not be loaded')).toBeTruthy();
  });
});

describe('what can be done to a run', () => {
  const acts = () => {
    const retry = vi.fn<(asked: Asked) => unknown>(() => ({
      run: sampleSummary('run_9', { status: 'running' }),
    }));
    const cancel = vi.fn<(asked: Asked) => unknown>(() => ({ run: sampleSummary('run_1') }));
    return { retry, cancel, handlers: { 'runs.retry': retry, 'runs.cancel': cancel } };
  };

  it.each([
    ['Retry from the failed step', { from: 'failed', version: 'same' }],
    ['Retry with the latest version', { from: 'failed', version: 'latest' }],
    ['Run again from the start', { from: 'start', version: 'same' }],
  ])('%s asks for just that, and opens the new run', async (item, what) => {
    const { retry, handlers } = acts();
    const { address } = await open([sampleSummary('run_1', { status: 'failed' })], handlers);
    await userEvent.click(await choose('backup', item));
    await waitFor(() => expect(address()).toBe('/runs/run_9'));
    expect(retry.mock.lastCall?.[0].input).toEqual({ id: 'run_1', ...what });
  });

  it('a run that ended cannot be cancelled, and one that succeeded has no failed step', async () => {
    await open([sampleSummary('run_1')]);
    expect((await choose('backup', 'Cancel run')).hasAttribute('data-disabled')).toBe(true);
    const retry = screen.getByRole('menuitem', { name: /^Retry from the failed step/ });
    expect(retry.hasAttribute('data-disabled')).toBe(true);
  });

  it('the keys respect the state of the run as the menu does', async () => {
    // Bug caught: c on a finished run shows an error, r on a running one starts a second run.
    const { retry, cancel, handlers } = acts();
    await open(
      [
        sampleSummary('run_1', {
          workflow: 'live',
          status: 'running',
          created_at: '2026-03-02T00:00:00.000Z',
        }),
        sampleSummary('run_2', { workflow: 'done' }),
      ],
      handlers,
    );
    await row('live');
    await userEvent.keyboard('jrjrc');
    expect(retry).not.toHaveBeenCalled();
    expect(cancel).not.toHaveBeenCalled();
    await userEvent.keyboard('kc');
    const asked = await screen.findByRole('dialog', { name: 'Cancel the run of live' });
    await userEvent.click(within(asked).getByRole('button', { name: 'Cancel run' }));
    await waitFor(() => expect(cancel.mock.lastCall?.[0].input).toMatchObject({ id: 'run_1' }));
  });
});

describe('comparing two runs', () => {
  const detail = (id: string) => ({ ...sampleRun([sampleStep('pack', 0, 3)]), id });

  it('shows side by side what differs, and that the workflow was changed', async () => {
    await openWindow('/compare/run_a/run_b', {
      'runs.compare': () => ({
        a: detail('run_a'),
        b: detail('run_b'),
        same_definition: false,
        differences: [
          { step: 'pack', what: 'status', a: 'succeeded', b: 'failed' },
          { step: 'pack', what: 'duration', a: 3000, b: 65_000 },
          { step: 'send', what: 'missing', b: { host: 'eu' } },
        ],
      }),
    });
    await screen.findByText('The workflow was changed between these runs.');
    for (const text of ['3.0 s', '1 min 5 s', 'Not there', 'Only in one run'])
      expect(screen.getByText(text)).toBeTruthy();
    expect(screen.getAllByText('Failed').length).toBeGreaterThan(0);
  });

  it('two runs that did the same say so', async () => {
    await openWindow('/compare/run_a/run_b', {
      'runs.compare': () => ({
        a: detail('run_a'),
        b: detail('run_b'),
        same_definition: true,
        differences: [],
      }),
    });
    expect(await screen.findByText('No differences')).toBeTruthy();
  });
});
