import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sampleRun, sampleStep } from '#renderer/testing/editorHarness.tsx';
import {
  closeWindow,
  openWindow,
  refusing,
  setupWindow,
} from '#renderer/testing/windowHarness.tsx';

beforeAll(setupWindow);
afterEach(closeWindow);

const detail = (id: string) => ({ ...sampleRun([sampleStep('pack', 0, 3)]), id });
const compared = (differences: object[], same_definition = true) => ({
  a: detail('run_a'),
  b: detail('run_b'),
  same_definition,
  differences,
});
const open = (answer: () => unknown) =>
  openWindow('/compare/run_a/run_b', { 'runs.compare': answer });
const card = async (step: string) => {
  const name = await screen.findByText(step);
  return name.closest('section') ?? name.closest('div')!.parentElement!.parentElement!;
};

describe('two runs beside each other', () => {
  it('say of each value whose it is', async () => {
    // Bug caught: on a phone, where they stand below each other, and to a screen reader everywhere.
    await open(() => compared([{ step: 'pack', what: 'status', a: 'succeeded', b: 'failed' }]));
    const sides = await card('pack');
    expect(sides.textContent).toMatch(/run_a.*Succeeded.*run_b.*Failed/);
  });

  it('say what is different in the words of what it is', async () => {
    await open(() =>
      compared([
        { step: 'pack', what: 'duration', a: 1500, b: 61_000 },
        { step: 'send', what: 'outputs', a: { files: 3 }, b: { files: 4 } },
        { step: 'sign', what: 'missing', a: 'succeeded' },
      ]),
    );
    expect((await card('pack')).textContent).toMatch(/1\.5 s.*1 min 1 s/);
    expect((await card('send')).textContent).toMatch(/3.*4/);
    const missing = within(await card('sign'));
    missing.getByText('Not there');
    missing.getByText('Only in one run');
  });

  it('lead to each of the runs, and say whether the workflow was another', async () => {
    const { address } = await open(() => compared([], false));
    await screen.findByText('The workflow was changed between these runs.');
    await screen.findByText('No differences');
    const [first] = await screen.findAllByRole('link', { name: detail('run_a').workflow });
    await userEvent.click(first!);
    await waitFor(() => expect(address()).toBe('/runs/run_a'));
  });

  it('that cannot be compared say why, and are compared when asked again', async () => {
    let fail = true;
    await open(() => {
      if (fail) refusing('run.unknown', 'There is no run run_b.')();
      return compared([]);
    });
    await screen.findByText('There is no run run_b.');
    expect(screen.queryByText('No differences')).toBeNull();
    fail = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText('Both ran the same version of the workflow.');
  });
});
