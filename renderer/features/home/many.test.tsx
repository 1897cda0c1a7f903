import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  sampleApproval,
  sampleInterruption,
  sampleSchedule,
  sampleSummary,
  sampleWorkflow,
} from '#renderer/testing/samples.ts';
import {
  closeWindow,
  openWindow,
  refusing,
  setupWindow,
} from '#renderer/testing/windowHarness.tsx';

type Handlers = NonNullable<Parameters<typeof openWindow>[1]>;

beforeAll(setupWindow);
afterEach(closeWindow);

const card = async (name: string) => within(await screen.findByRole('region', { name }));
// Home has no cards before anything has run.
const open = (handlers: Handlers) =>
  openWindow('/', { 'runs.list': () => ({ items: [sampleSummary('run_1')] }), ...handlers });

describe('a day on which much waits', () => {
  const many = <T,>(count: number, make: (at: number) => T) =>
    Array.from({ length: count }, (_, at) => make(at));

  it('shows the first of each sort and counts the rest, so that what broke stays in sight', async () => {
    // Bug caught: a hundred approvals push the failed runs off the screen.
    const { address } = await open({
      'runs.approvals': () => ({
        approvals: many(100, (at) => sampleApproval({ id: `run_${at}/ok`, title: `Ask ${at}` })),
        interrupted: many(8, (at) => sampleInterruption({ run: `run_i${at}`, name: `Cut ${at}` })),
      }),
    });
    const waits = await card('Needs you');
    expect(await waits.findByText('108')).toBeTruthy();
    expect(waits.getAllByRole('link', { name: 'Decide' })).toHaveLength(6);
    expect(waits.getAllByRole('link', { name: 'Resolve' })).toHaveLength(6);
    await userEvent.click(waits.getByRole('link', { name: '96 more wait for you' }));
    await waitFor(() => expect(address()).toBe('/approvals'));
  });

  it('leads to the workflows that cannot run, all of them', async () => {
    const { address } = await open({
      'workflows.list': () => ({
        workflows: many(7, (at) => sampleWorkflow(`broken-${at}`, { valid: false })),
      }),
    });
    const waits = await card('Needs you');
    await userEvent.click(await waits.findByRole('link', { name: '1 more workflow cannot run' }));
    await waitFor(() => expect(decodeURIComponent(address())).toContain('is:invalid'));
  });

  it('few are all there, and nothing is counted out', async () => {
    await open({
      'runs.approvals': () => ({ approvals: [sampleApproval()], interrupted: [] }),
    });
    const waits = await card('Needs you');
    await waits.findByRole('link', { name: 'Decide' });
    expect(waits.queryByRole('link', { name: /more/ })).toBeNull();
  });
});

describe('what could not be read', () => {
  it('is not told as "nothing broke" or "nothing runs", and can be tried again', async () => {
    // Bug caught: the database is locked, and Home looks like a quiet day.
    let broken = true;
    await open({
      'runs.list': ({ input }: { input: { status?: unknown } }) => {
        if (broken && input.status !== undefined) refusing('x.locked', 'The runs are locked.')();
        return { items: [sampleSummary('run_1', { status: 'running' })] };
      },
      'schedules.list': () => {
        if (broken) refusing('x.locked', 'The schedules are locked.')();
        return { schedules: [sampleSchedule('nightly')] };
      },
    } as Handlers);
    const running = await card('Running');
    await running.findByText('The runs are locked.');
    const next = await card('Next up');
    await next.findByText('The schedules are locked.');
    broken = false;
    await userEvent.click(next.getByRole('button', { name: 'Try again' }));
    expect(await next.findByText('nightly')).toBeTruthy();
    await userEvent.click(running.getByRole('button', { name: 'Try again' }));
    expect(await running.findByText('backup')).toBeTruthy();
  });

  it('is not told as "nothing broke" where only the alerts could not be read', async () => {
    // Bug caught: at two in the morning Home is quiet, and a disk is full.
    let broken = true;
    await open({
      'runs.list': ({ input }: { input: { status?: unknown } }) => ({
        items: input.status === undefined ? [sampleSummary('run_1')] : [],
      }),
      'alerts.states': () => {
        if (broken) refusing('x.locked', 'The alerts are locked.')();
        return { states: [] };
      },
    } as Handlers);
    const failed = await card('Broken in the last 24 hours');
    await failed.findByText('The alerts are locked.');
    expect(failed.queryByText(/^No run has failed/)).toBeNull();
    broken = false;
    await userEvent.click(failed.getByRole('button', { name: 'Try again' }));
    await failed.findByText(/^No run has failed/);
  });

  it('is not told as "nothing needs you" where the workflows could not be read', async () => {
    let broken = true;
    await open({
      'workflows.list': () => {
        if (broken) refusing('x.locked', 'The workflows are locked.')();
        return { workflows: [] };
      },
    });
    const needs = await card('Needs you');
    await needs.findByText('The workflows are locked.');
    expect(needs.queryByText(/^Nothing/)).toBeNull();
    broken = false;
    await userEvent.click(needs.getByRole('button', { name: 'Try again' }));
    await needs.findByText(/^Nothing/);
  });

  it('has no figures: not known is not zero', async () => {
    // Bug caught: "0 failed" in large figures, over statistics that could not be read.
    let broken = true;
    await open({
      'runs.statistics': () => {
        if (broken) refusing('x.locked', 'The statistics are locked.')();
        return {
          buckets: [{ at: '2026-03-01T10:00:00.000Z', succeeded: 3, failed: 1, cancelled: 0 }],
        };
      },
    });
    const chart = await card('Runs per hour');
    await chart.findByText('The statistics are locked.');
    expect(chart.queryByText('0')).toBeNull();
    broken = false;
    await userEvent.click(chart.getByRole('button', { name: 'Try again' }));
    await chart.findByText('75%');
  });
});
