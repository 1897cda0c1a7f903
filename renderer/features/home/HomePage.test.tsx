import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '#contract/runs.ts';
import {
  sampleApproval,
  sampleInterruption,
  sampleSchedule,
  sampleSummary,
  sampleWorkflow,
} from '#renderer/testing/samples.ts';
import {
  closeWindow,
  Feed,
  openWindow,
  quietStatus,
  setupWindow,
} from '#renderer/testing/windowHarness.tsx';

type Asked = { input: { status?: string | string[]; limit?: number } };

beforeAll(setupWindow);
afterEach(closeWindow);

const card = async (title: string) =>
  within((await screen.findByRole('heading', { name: title })).closest('section')!);

/** Answers `runs.list` as the platform does: by status. */
const runsOf = (runs: RunSummary[]) => ({
  'runs.list': ({ input }: Asked) => ({
    items: runs.filter((run) => !input.status || [input.status].flat().includes(run.status)),
  }),
});

describe('what needs me', () => {
  it('counts approvals, interrupted steps, broken workflows and problems together', async () => {
    await openWindow('/', {
      'runs.approvals': () => ({
        approvals: [sampleApproval()],
        interrupted: [sampleInterruption()],
      }),
      'workflows.list': () => ({
        workflows: [
          sampleWorkflow('fine'),
          sampleWorkflow('rotate-keys', {
            valid: false,
            problems: [{ code: 'x', message: 'There is no step mkae.', severity: 'error' }],
          }),
        ],
      }),
      'platform.status': () => ({
        ...quietStatus,
        problems: [
          {
            code: 'disk.full',
            message: 'The disk is full.',
            hint: 'Free some space under `/srv`.',
            kind: 'operational',
          },
        ],
      }),
    });
    const needs = await card('Needs you');
    await needs.findByText('4');
    needs.getByText('Put 4f2c live?');
    needs.getByText('Grow the volume');
    needs.getByText('Workflow cannot run: There is no step mkae.');
    needs.getByText('The disk is full.');
    expect(needs.getByText('/srv').tagName).toBe('CODE');
    expect(needs.queryByText('fine')).toBeNull();
  });

  it('leads to the page where it is decided', async () => {
    const { address } = await openWindow('/', {
      'runs.approvals': () => ({ approvals: [sampleApproval()], interrupted: [] }),
    });
    await userEvent.click(await (await card('Needs you')).findByRole('link', { name: 'Decide' }));
    await waitFor(() => expect(address()).toBe('/approvals'));
  });

  it('an answer that failed is not "nothing waits for you"', async () => {
    // Bug caught: a platform that cannot read its journal tells a person that all is well.
    await openWindow('/', {
      'runs.approvals': () => {
        throw new ORPCError('INTERNAL', { message: 'The journal cannot be read.' });
      },
    });
    await screen.findByText(/The journal cannot be read/);
    expect(screen.queryByText('Nothing waits for you.')).toBeNull();
  });

  it('quiet is said in words', async () => {
    await openWindow('/', runsOf([sampleSummary('run_1')]));
    for (const text of [
      'Nothing waits for you.',
      'No run has failed in the last 24 hours.',
      'Nothing runs right now.',
      'Nothing is scheduled.',
    ])
      expect(await screen.findByText(text)).toBeTruthy();
  });
});

describe('what broke', () => {
  it('shows the failing line and step of each run, the newest six', async () => {
    const failed = Array.from({ length: 8 }, (_, n) =>
      sampleSummary(`run_${n}`, {
        workflow: `job-${n}`,
        status: 'failed',
        at_step: 'pack',
        error: { code: 'shell.failed', message: `tar: no file ${n}`, kind: 'operational' },
      }),
    );
    await openWindow('/', runsOf(failed));
    const broken = await card('Broken in the last 24 hours');
    await broken.findByText('tar: no file 0');
    broken.getByText('8');
    expect(broken.getAllByText('at pack')).toHaveLength(6);
    expect(broken.getByRole('link', { name: 'All runs' }).getAttribute('href')).toContain('status');
  });
});

describe('what runs and what is next', () => {
  it('shows how far each run is', async () => {
    await openWindow('/', runsOf([sampleSummary('run_1', { status: 'running', steps_done: 1 })]));
    const running = await card('Running');
    await running.findByText('1 of 4 steps');
    expect(running.getByRole('link', { name: 'backup' }).getAttribute('href')).toBe('/runs/run_1');
  });

  it('a run that ends leaves the list by itself: nothing polls, the stream tells', async () => {
    // Bug caught: Home shows a run as running for as long as the window stays open.
    const changes = new Feed<RunSummary>();
    let runs = [sampleSummary('run_1', { status: 'running', steps_done: 1 })];
    await openWindow('/', {
      'runs.list': (options: Asked) => runsOf(runs)['runs.list'](options),
      'runs.changes': changes.handler,
    });
    await (await card('Running')).findByText('1 of 4 steps');
    await waitFor(() => expect(changes.readers).toBe(1));
    runs = [sampleSummary('run_1')];
    changes.push(runs[0]!);
    await (await card('Running')).findByText('Nothing runs right now.');
  });

  it('lists firings over all schedules in order, without paused ones', async () => {
    await openWindow('/', {
      'schedules.list': () => ({
        schedules: [
          sampleSchedule('late', { next: ['2027-02-01T00:00:00.000Z'] }),
          sampleSchedule('soon', { next: ['2027-01-01T00:00:00.000Z'] }),
          sampleSchedule('never', { paused: true, next: ['2026-12-01T00:00:00.000Z'] }),
        ],
      }),
    });
    const next = await card('Next up');
    await next.findByText('soon');
    const names = next.getAllByRole('listitem').map((one) => one.textContent);
    expect(names[0]).toContain('soon');
    expect(names[1]).toContain('late');
    expect(names).toHaveLength(2);
  });
});

describe('the first start', () => {
  it('offers the welcome workflow and starts it with one click', async () => {
    const start = vi.fn<(asked: { input: { name: string } }) => unknown>(() => ({
      run: sampleSummary('run_w', { workflow: 'welcome', status: 'running' }),
    }));
    const { address } = await openWindow('/', {
      'workflows.list': () => ({ workflows: [sampleWorkflow('welcome')] }),
      'workflows.get': () => ({
        workflow: {
          ...sampleWorkflow('welcome'),
          source: 'name: welcome\nsteps: []\n',
          hash: 'h',
          definition: { name: 'welcome', steps: [{ id: 'a', uses: 'transform' }] },
        },
      }),
      'runs.start': start,
      'runs.show': () => {
        throw new ORPCError('NOT_FOUND', { message: 'gone' });
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Run the welcome workflow' }));
    await waitFor(() => expect(start).toHaveBeenCalledOnce());
    expect(start.mock.lastCall?.[0].input.name).toBe('welcome');
    await waitFor(() => expect(address()).toBe('/runs/run_w'));
  });

  it('does not offer a welcome workflow that is not there or cannot run', async () => {
    await openWindow('/', {
      'workflows.list': () => ({ workflows: [sampleWorkflow('welcome', { valid: false })] }),
    });
    await screen.findByText('Nothing has run yet');
    expect(screen.queryByRole('button', { name: 'Run the welcome workflow' })).toBeNull();
    expect(screen.getByRole('link', { name: 'Browse templates' })).toBeTruthy();
  });

  it('is over once anything has run', async () => {
    await openWindow('/', runsOf([sampleSummary('run_1')]));
    await screen.findByText('Nothing waits for you.');
    expect(screen.queryByText('Nothing has run yet')).toBeNull();
  });
});
