import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Approval, Interruption } from '#contract/runWaits.ts';
import { sampleApproval, sampleInterruption, sampleSummary } from '#renderer/testing/samples.ts';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';

type Asked = { input: Record<string, unknown> };

const open = (approvals: Approval[], interrupted: Interruption[] = []) => {
  const approve = vi.fn<(asked: Asked) => unknown>(() => ({ run: sampleSummary('run_1') }));
  const resolve = vi.fn<(asked: Asked) => unknown>(() => ({ run: sampleSummary('run_2') }));
  return openWindow('/approvals', {
    'runs.approvals': () => ({ approvals, interrupted }),
    'runs.approve': approve,
    'runs.resolve': resolve,
  }).then(() => ({ approve, resolve }));
};

beforeAll(setupWindow);
afterEach(closeWindow);

describe('an approval', () => {
  it('sends the choice with the step, and the comment only where there is one', async () => {
    const { approve } = await open([sampleApproval()]);
    await userEvent.click(await screen.findByRole('button', { name: 'Approve' }));
    await waitFor(() => expect(approve).toHaveBeenCalledOnce());
    expect(approve.mock.lastCall?.[0].input).toEqual({
      id: 'run_1',
      step: 'ok',
      choice: 'approve',
      fields: {},
    });
  });

  it('of one item of a list answers that item', async () => {
    // Bug caught: approving item 3 of a foreach step decides item 0.
    const { approve } = await open([sampleApproval({ id: 'run_1/ok[3]' })]);
    await userEvent.click(await screen.findByRole('button', { name: 'Approve' }));
    await waitFor(() => expect(approve.mock.lastCall?.[0].input).toMatchObject({ index: 3 }));
  });

  const form = sampleApproval({
    fields: [
      { name: 'version', label: 'Version', type: 'string', required: true },
      { name: 'hosts', label: 'Hosts', type: 'number', default: 2 },
      { name: 'drain', label: 'Drain first', type: 'boolean' },
      { name: 'note', label: 'Note', type: 'text' },
    ],
  });

  it('with a form needs it filled to go on, and sends typed values', async () => {
    const { approve } = await open([form]);
    await userEvent.click(await screen.findByRole('button', { name: 'Approve' }));
    await screen.findByText('A value is needed here.');
    expect(approve).not.toHaveBeenCalled();
    await userEvent.type(screen.getByLabelText(/^Version/), '1.2');
    await userEvent.click(screen.getByLabelText('Drain first'));
    await userEvent.type(screen.getByLabelText('Comment'), ' looks good ');
    await userEvent.click(screen.getByRole('button', { name: 'Approve' }));
    await waitFor(() => expect(approve).toHaveBeenCalledOnce());
    expect(approve.mock.lastCall?.[0].input).toMatchObject({
      fields: { version: '1.2', hosts: 2, drain: true },
      comment: 'looks good',
    });
  });

  it('can be refused without filling its form', async () => {
    // Bug caught: a person who says no must first invent a version number.
    const { approve } = await open([form]);
    await userEvent.click(await screen.findByRole('button', { name: 'Reject' }));
    await waitFor(() =>
      expect(approve.mock.lastCall?.[0].input).toMatchObject({ choice: 'reject' }),
    );
  });

  it('a number that is none is told at its field', async () => {
    const { approve } = await open([form]);
    await userEvent.type(await screen.findByLabelText(/^Version/), '1');
    const hosts = screen.getByLabelText('Hosts');
    await userEvent.clear(hosts);
    await userEvent.type(hosts, 'two');
    await userEvent.click(screen.getByRole('button', { name: 'Approve' }));
    await screen.findByText('Enter a number.');
    expect(approve).not.toHaveBeenCalled();
  });

  it('says what becomes of it when nobody decides, and who may', async () => {
    await open([
      sampleApproval({
        due_at: '2027-01-01T00:00:00.000Z',
        default_choice: 'reject',
        who: ['ops', 'ada'],
      }),
    ]);
    await screen.findByText(/Becomes “reject”/);
    expect(screen.getByText('May decide: ops, ada')).toBeTruthy();
  });

  it('a message is text, whatever is in it', async () => {
    await open([sampleApproval({ message: '<b>bold</b>\nsecond line' })]);
    expect((await screen.findByText(/<b>bold<\/b>/)).querySelector('b')).toBeNull();
  });
});

describe('an interrupted step', () => {
  it.each([
    ['Run it again', 'retry'],
    ['Treat as done', 'skip'],
    ['Treat as failed', 'fail'],
  ])('%s means %s', async (button, action) => {
    const { resolve } = await open(
      [],
      [sampleInterruption({ index: 1, inputs: { run: 'lvextend' } })],
    );
    const card = within((await screen.findByText('Grow the volume')).closest('article')!);
    card.getByText(/lvextend/);
    await userEvent.click(card.getByRole('button', { name: button }));
    await waitFor(() =>
      expect(resolve.mock.lastCall?.[0].input).toEqual({
        id: 'run_2',
        step: 'resize',
        action,
        index: 1,
      }),
    );
  });
});

describe('the page', () => {
  it('with nothing to decide explains what would come here', async () => {
    await open([]);
    expect(await screen.findByText('Nothing waits for you')).toBeTruthy();
  });

  it('a decision that is refused is told, and can be tried again', async () => {
    let refuse = true;
    await openWindow('/approvals', {
      'runs.approvals': () => ({ approvals: [sampleApproval()], interrupted: [] }),
      'runs.approve': () => {
        if (refuse)
          throw new ORPCError('FORBIDDEN', {
            message: 'no',
            data: {
              code: 'approval.not_yours',
              message: 'Only ops may decide this.',
              kind: 'user',
            },
          });
        return { run: sampleSummary('run_1') };
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Approve' }));
    await screen.findByText('Only ops may decide this.');
    refuse = false;
    await userEvent.click(screen.getByRole('button', { name: 'Approve' }));
    expect(await screen.findByText('Decided: approve')).toBeTruthy();
  });
});
