import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleSchedule, sampleWorkflow } from '#renderer/testing/samples.ts';
import {
  closeWindow,
  openWindow,
  refusing,
  setupWindow,
} from '#renderer/testing/windowHarness.tsx';

type Asked = { input: Record<string, unknown> };

const add = vi.fn<(asked: Asked) => unknown>();
const next = vi.fn<(asked: Asked) => unknown>();
beforeAll(setupWindow);
beforeEach(() => {
  add.mockReset().mockImplementation(() => ({ schedule: sampleSchedule('backup') }));
  next.mockReset().mockImplementation(({ input }) => ({
    next: ['2027-01-01T03:00:00+01:00'],
    words: `Every ${String(input['every'] ?? input['cron'] ?? input['at'])}`,
    timezone: String(input['timezone']),
  }));
});
afterEach(closeWindow);

async function open(workflow = 'backup') {
  const { address } = await openWindow(`/schedules?add=${workflow}`, {
    'workflows.list': () => ({ workflows: [sampleWorkflow('backup'), sampleWorkflow('deploy')] }),
    'schedules.add': add,
    'schedules.next': next,
  });
  const dialog = within(await screen.findByRole('dialog', { name: 'Add schedule' }));
  await dialog.findByRole('option', { name: 'deploy' });
  return { dialog, address };
}

describe('the form of a schedule', () => {
  it('is sent with Enter, from the field one writes in', async () => {
    // Bug caught: one types the rule, presses Enter, and nothing happens at all.
    const { dialog } = await open();
    await userEvent.type(dialog.getByLabelText('Cron expression'), '0 3 * * *{Enter}');
    await waitFor(() => expect(add).toHaveBeenCalledOnce());
    expect(add.mock.lastCall?.[0].input).toMatchObject({ workflow: 'backup', cron: '0 3 * * *' });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('Enter sends nothing while something is missing, and nothing twice', async () => {
    const { dialog } = await open();
    await userEvent.type(dialog.getByLabelText('Cron expression'), '   {Enter}');
    expect(add).not.toHaveBeenCalled();
    let done = (_answer: unknown) => {};
    add.mockImplementation(() => new Promise((resolve) => (done = resolve)));
    await userEvent.type(dialog.getByLabelText('Cron expression'), '0 3 * * *{Enter}{Enter}');
    expect(add).toHaveBeenCalledOnce();
    done({ schedule: sampleSchedule('backup') });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('begins with the workflow that it was opened for, or asks for one', async () => {
    const { dialog } = await open('deploy');
    expect(dialog.getByLabelText('Workflow')).toHaveProperty('value', 'deploy');
    closeWindow();
    const blank = await open('');
    await userEvent.type(blank.dialog.getByLabelText('Cron expression'), '0 3 * * *');
    const submit = blank.dialog.getByRole('button', { name: 'Add schedule' });
    expect(submit).toHaveProperty('disabled', true);
    await userEvent.selectOptions(blank.dialog.getByLabelText('Workflow'), 'backup');
    expect(submit).toHaveProperty('disabled', false);
  });

  it('another kind of rule starts empty: a cron expression is no interval', async () => {
    const { dialog } = await open();
    await userEvent.type(dialog.getByLabelText('Cron expression'), '0 3 * * *');
    await userEvent.selectOptions(dialog.getByLabelText('Kind'), 'every');
    const every = dialog.getAllByRole('textbox')[0] as HTMLInputElement;
    expect(every.value).toBe('');
    await userEvent.type(every, '15m{Enter}');
    await waitFor(() => expect(add).toHaveBeenCalledOnce());
    expect(add.mock.lastCall?.[0].input).toMatchObject({ every: '15m' });
    expect(add.mock.lastCall?.[0].input).not.toHaveProperty('cron');
  });

  it('an example fills the rule and shows what it means', async () => {
    const { dialog } = await open();
    const examples = within(dialog.getByRole('group')).getAllByRole('button');
    expect(examples.length).toBeGreaterThan(2);
    await userEvent.click(examples[0] as HTMLElement);
    const field = dialog.getByLabelText<HTMLInputElement>('Cron expression');
    expect(field.value).not.toBe('');
    expect(await dialog.findByText(`Every ${field.value}`)).toBeTruthy();
  });

  it('keeps what was typed when it is refused, and can be sent again', async () => {
    add.mockImplementationOnce(refusing('schedule.limit', 'There are too many schedules.'));
    const { dialog } = await open();
    await userEvent.type(dialog.getByLabelText('Cron expression'), '0 3 * * *{Enter}');
    expect(await screen.findByText('There are too many schedules.')).toBeTruthy();
    expect(dialog.getByLabelText('Cron expression')).toHaveProperty('value', '0 3 * * *');
    await userEvent.click(dialog.getByRole('button', { name: 'Add schedule' }));
    await waitFor(() => expect(add).toHaveBeenCalledTimes(2));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('closing it takes it out of the address, so that a reload does not open it again', async () => {
    const { address } = await open();
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(address()).not.toContain('add=');
  });
});

describe('the next firings', () => {
  it('a rule that never fires again says so', async () => {
    next.mockImplementation(({ input }) => ({
      next: [],
      words: 'Never again',
      timezone: String(input['timezone']),
    }));
    const { dialog } = await open();
    await userEvent.type(dialog.getByLabelText('Cron expression'), '0 0 30 2 *');
    expect(await dialog.findByText('Never again')).toBeTruthy();
    expect(dialog.queryAllByRole('listitem')).toEqual([]);
  });

  it('are shown in the zone of the schedule, with the zone', async () => {
    // Bug caught: three o'clock in Berlin is shown as two o'clock, and nobody knows where.
    const { dialog } = await open();
    const zone = dialog.getByLabelText('Time zone');
    await userEvent.clear(zone);
    await userEvent.type(zone, 'Asia/Tokyo');
    await userEvent.type(dialog.getByLabelText('Cron expression'), '0 3 * * *');
    const item = await dialog.findByRole('listitem');
    await waitFor(() => expect(item.textContent).toMatch(/11:00:00.*(GMT\+9|JST)/));
  });
});
