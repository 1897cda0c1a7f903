import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunDetail, RunEvent } from '#contract/runs.ts';
import type { StreamFrame } from '#contract/stream.ts';
import { manyFields, sampleRun, sampleStep } from '#renderer/testing/editorHarness.tsx';
import { giveLayoutWorker } from '#renderer/testing/layoutWorker.ts';
import { windowWidth } from '#renderer/testing/media.ts';
import { sampleSummary } from '#renderer/testing/samples.ts';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';

beforeAll(async () => {
  await giveLayoutWorker();
  await setupWindow();
});
afterEach(closeWindow);

/** As wide as a phone: the graph is a list there, and a canvas needs no layout. */
const narrow = () => beforeEach(() => windowWidth(480));

const source = `name: w
inputs:
  host: {type: string}
  token: {type: string, secret: true}
steps:
  - id: a
    uses: many
  - id: b
    uses: many
`;

async function* streamOf(run: RunDetail): AsyncGenerator<StreamFrame<RunEvent>> {
  yield {
    stream: '',
    bytes: 0,
    items: [
      { type: 'run', run },
      { type: 'end', id: run.id },
    ],
  };
}

/** Opens a run whose platform keeps what is started. */
async function open(run: RunDetail) {
  const started: object[] = [];
  const shown = await openWindow(`/runs/${run.id}`, {
    'runs.watch': ({ input }: { input: { id: string } }) =>
      streamOf(input.id === run.id ? run : { ...run, id: input.id }),
    'runs.get': () => ({ run }),
    'workflows.kinds': () => ({ kinds: [manyFields] }),
    'runs.start': ({ input }: { input: object }) => {
      started.push(input);
      return { run: sampleSummary('run_2', { status: 'queued' }) };
    },
  });
  await screen.findByTestId('run-page');
  return { ...shown, started };
}

const failed = sampleRun(
  [sampleStep('a', 0, 2), sampleStep('b', 2, 4, { status: 'failed', outputs: undefined })],
  {
    status: 'failed',
    source,
    inputs: { host: 'web-1', token: '***' },
    at_step: 'b',
    error: { code: 'x', message: 'The disk is full.', kind: 'operational', hint: 'Free some.' },
  },
);

describe('run from here', () => {
  narrow();

  it('asks for secret inputs again, and never starts a run with the asterisks that were kept', async () => {
    // Bug caught: a run started from a step of an old one logs in with "***" as the token.
    const { started, address } = await open(failed);
    await userEvent.click(await screen.findByTestId('list-b'));
    await userEvent.click(await screen.findByTestId('run-from-here'));
    const dialog = within(await screen.findByRole('dialog', { name: /Run/ }));
    expect(started).toEqual([]);
    const secret = dialog.getByLabelText(/token/);
    expect(secret).toHaveProperty('type', 'password');
    expect(secret).toHaveProperty('value', '');
    expect(dialog.queryByLabelText(/host/)).toBeNull();
    await userEvent.click(dialog.getByTestId('run-start'));
    expect(started).toEqual([]);
    await userEvent.type(secret, 's3cret');
    await userEvent.click(dialog.getByTestId('run-start'));
    await waitFor(() => expect(started).toHaveLength(1));
    expect(started).toEqual([
      {
        name: 'w',
        inputs: { host: 'web-1', token: 's3cret' },
        from_step: 'b',
        from_run: 'run_1',
        source,
      },
    ]);
    await waitFor(() => expect(address()).toContain('/runs/run_2'));
  });

  it('asks for an open input too that had a secret in it', async () => {
    // Bug caught: a URL with a password in it comes back as "https://ann:***@host" and is run with.
    const { started } = await open({ ...failed, inputs: { host: 'ann:***@web-1', token: '***' } });
    await userEvent.click(await screen.findByTestId('list-b'));
    await userEvent.click(await screen.findByTestId('run-from-here'));
    const dialog = within(await screen.findByRole('dialog', { name: /Run/ }));
    await userEvent.type(dialog.getByLabelText(/host/), 'ann:pw@web-1');
    await userEvent.type(dialog.getByLabelText(/token/), 's3cret');
    await userEvent.click(dialog.getByTestId('run-start'));
    await waitFor(() => expect(started).toHaveLength(1));
    expect(started).toMatchObject([{ inputs: { host: 'ann:pw@web-1', token: 's3cret' } }]);
  });

  it('without secrets it starts at once, with the inputs and the text of that run', async () => {
    const open_ = source.replace(', secret: true', '');
    const { started } = await open({
      ...failed,
      source: open_,
      inputs: { host: 'web-1', token: 'open' },
    });
    await userEvent.click(await screen.findByTestId('list-a'));
    await userEvent.click(await screen.findByTestId('run-from-here'));
    await waitFor(() => expect(started).toHaveLength(1));
    expect(started).toMatchObject([
      { inputs: { host: 'web-1', token: 'open' }, from_step: 'a', source: open_ },
    ]);
  });
});

describe('a run in a narrow window', () => {
  narrow();

  it('is a list of steps with their status, and a tap opens the step', async () => {
    await open(failed);
    const list = within(await screen.findByRole('list', { name: 'Steps' }));
    expect(list.getByTestId('list-a').innerHTML).toContain('aria-label="Succeeded"');
    expect(list.getByTestId('list-b').innerHTML).toContain('aria-label="Failed"');
    expect(document.querySelector('.react-flow')).toBeNull();
    await userEvent.click(list.getByTestId('list-b'));
    expect(await screen.findByRole('dialog', { name: 'Details' })).toBeTruthy();
  });

  it('says why it failed, with the hint, and leads to the step', async () => {
    await open(failed);
    const alert = await screen.findByTestId('run-error');
    expect(alert.textContent).toContain('The disk is full.');
    expect(alert.textContent).toContain('Free some.');
    await userEvent.click(within(alert).getByTestId('show-step'));
    expect(screen.getByTestId('list-b').getAttribute('aria-pressed')).toBe('true');
  });
});

describe('a run', () => {
  it('shows the graph in a wide window', async () => {
    await open(failed);
    await waitFor(() => expect(document.querySelector('.react-flow')).not.toBeNull());
    expect(await screen.findByTestId('timeline')).toBeTruthy();
  });

  it('shows what it was given and what it gave', async () => {
    await open({ ...failed, outputs: { size: 12 } });
    await userEvent.click(await screen.findByRole('tab', { name: 'Inputs and outputs' }));
    expect(await screen.findByText(/web-1/)).toBeTruthy();
    expect(screen.getByText(/12/)).toBeTruthy();
  });
});
