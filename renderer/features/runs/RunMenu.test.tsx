import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '#contract/runs.ts';
import { sampleSummary } from '#renderer/testing/samples.ts';
import '#renderer/testing/layoutWorker.ts';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { askToCancel } from './CancelRun.tsx';

type Handlers = NonNullable<Parameters<typeof openWindow>[1]>;

const open = (runs: RunSummary[], handlers: Handlers = {}) =>
  openWindow('/runs', { 'runs.list': () => ({ items: runs }), ...handlers });
const more = (workflow: string) =>
  screen.findByRole('button', { name: `More actions for the run of ${workflow}` });
const choose = async (workflow: string, item: string) => {
  await userEvent.click(await more(workflow));
  await userEvent.click(await screen.findByRole('menuitem', { name: new RegExp(`^${item}`) }));
};
const live = sampleSummary('run_1', { workflow: 'live', status: 'running' });

beforeAll(setupWindow);
afterEach(() => {
  closeWindow();
  askToCancel(undefined);
});

describe('cancelling a run from the list', () => {
  const cancel = vi.fn(() => ({ run: live }));
  afterEach(() => void cancel.mockClear());

  it('names the run and what follows, and does nothing until it is confirmed', async () => {
    // Bug caught: c is next to x, and one wrong key ends a backup of three hours.
    await open([live], { 'runs.cancel': cancel });
    await more('live');
    await userEvent.keyboard('jc');
    const dialog = within(await screen.findByRole('dialog', { name: 'Cancel the run of live' }));
    expect(dialog.getByText(/stopped, with all that they started/)).toBeTruthy();
    await userEvent.click(dialog.getByRole('button', { name: 'Keep it' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(cancel).not.toHaveBeenCalled();
  });

  it('Escape keeps the run, and the keys of the list rest while the question stands', async () => {
    await open([live], { 'runs.cancel': cancel });
    await choose('live', 'Cancel run');
    await screen.findByRole('dialog');
    await userEvent.keyboard('cx');
    expect(cancel).not.toHaveBeenCalled();
    expect(screen.queryByText('1 run selected')).toBeNull();
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(cancel).not.toHaveBeenCalled();
  });

  it('confirmed, it is cancelled once and said so', async () => {
    await open([live], { 'runs.cancel': cancel });
    await choose('live', 'Cancel run');
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Cancel run' }));
    await screen.findByText('Run of live is being cancelled');
    expect(cancel).toHaveBeenCalledOnce();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('refused, the question closes and the reason is shown', async () => {
    // Bug caught: the run has ended meanwhile, and the dialog stays busy for ever.
    await open([live], {
      'runs.cancel': () => {
        throw new ORPCError('CONFLICT', { message: 'The run has ended.' });
      },
    });
    await choose('live', 'Cancel run');
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Cancel run' }));
    expect(await screen.findByText(/The run has ended/)).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

describe('choosing runs to compare', () => {
  const two = ['a', 'b'].map((id) => sampleSummary(`run_${id}`, { workflow: id }));

  it('works with the pointer alone, from the menu of each run', async () => {
    // Bug caught: only who knows the key x can compare; on a phone nobody can.
    const { address } = await open(two, {
      'runs.compare': () => {
        throw new ORPCError('NOT_FOUND', { message: 'gone' });
      },
    });
    await choose('a', 'Select to compare');
    expect(await screen.findByText('1 run selected')).toBeTruthy();
    await choose('b', 'Select to compare');
    await userEvent.click(await screen.findByRole('button', { name: 'Compare' }));
    await waitFor(() => expect(address()).toBe('/compare/run_a/run_b'));
  });

  it('a chosen run says so and can be taken out again', async () => {
    await open(two);
    await choose('a', 'Select to compare');
    await screen.findByText('1 run selected');
    expect(
      screen.getAllByRole('row').filter((row) => row.getAttribute('aria-selected') === 'true'),
    ).toHaveLength(1);
    await choose('a', 'Do not compare');
    await waitFor(() => expect(screen.queryByText('1 run selected')).toBeNull());
  });

  it('the choice is cleared at once', async () => {
    await open(two);
    await choose('a', 'Select to compare');
    await choose('b', 'Select to compare');
    await userEvent.click(screen.getByRole('button', { name: 'Clear selection' }));
    expect(screen.queryByRole('button', { name: 'Compare' })).toBeNull();
  });
});

describe('what a run offers', () => {
  const offers = async (status: RunSummary['status']) => {
    await open([sampleSummary('run_1', { status })]);
    await userEvent.click(await more('backup'));
    const items = await screen.findAllByRole('menuitem');
    return items
      .filter((item) => !item.hasAttribute('data-disabled'))
      .map((item) => item.textContent.replace(/(↵|X|C)$/, ''));
  };

  it.each([
    ['running', ['Open run', 'Select to compare', 'Cancel run']],
    ['waiting', ['Open run', 'Select to compare', 'Cancel run']],
    ['interrupted', ['Open run', 'Select to compare', 'Cancel run']],
    ['succeeded', ['Open run', 'Select to compare', 'Run again from the start']],
    [
      'failed',
      [
        'Open run',
        'Select to compare',
        'Retry from the failed step',
        'Retry with the latest version',
        'Run again from the start',
      ],
    ],
  ] as const)('a run that is %s', async (status, expected) => {
    expect(await offers(status)).toEqual(expected);
  });

  it('a press on the menu does not open the run behind it', async () => {
    const { address } = await open([live]);
    await userEvent.click(await more('live'));
    await screen.findAllByRole('menuitem');
    expect(address()).toBe('/runs');
  });

  it('is opened from its menu', async () => {
    const { address } = await open([live], {
      'runs.get': () => {
        throw new ORPCError('NOT_FOUND', { message: 'gone' });
      },
    });
    await choose('live', 'Open run');
    await waitFor(() => expect(address()).toBe('/runs/run_1'));
  });
});
