import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WorkflowSummary } from '#contract/workflows.ts';
import { sampleSummary, sampleWorkflow } from '#renderer/testing/samples.ts';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { freeName } from './CreateDialog.tsx';

type Asked<T> = { input: T };
type Handlers = NonNullable<Parameters<typeof openWindow>[1]>;

const detail = (name: string, more: object = {}) => ({
  workflow: { ...sampleWorkflow(name), source: `name: ${name}\n`, hash: 'h', ...more },
});

const open = (workflows: WorkflowSummary[], handlers: Handlers = {}, path = '/workflows') =>
  openWindow(path, { 'workflows.list': () => ({ workflows }), ...handlers });

const row = async (name: string) =>
  (await screen.findByRole('link', { name })).closest<HTMLElement>('[role=row]')!;
const choose = async (name: string, item: string) => {
  await userEvent.click(
    within(await row(name)).getByRole('button', { name: `More actions for ${name}` }),
  );
  await userEvent.click(await screen.findByRole('menuitem', { name: new RegExp(`^${item}`) }));
};

beforeAll(setupWindow);
afterEach(closeWindow);

describe('the list of workflows', () => {
  it('shows state, last run and problems of each, sorted by name', async () => {
    await open([
      sampleWorkflow('zeta', { last_run: sampleSummary('run_1', { status: 'failed' }) }),
      sampleWorkflow('alpha', {
        valid: false,
        problems: [{ code: 'x', message: 'bad', severity: 'error' }],
      }),
    ]);
    within(await row('zeta')).getByText('Failed');
    const alpha = within(await row('alpha'));
    alpha.getByText('1 problem');
    expect(alpha.getByRole('button', { name: /Run workflow/ })).toHaveProperty('disabled', true);
    const names = screen.getAllByRole('link').map((link) => link.textContent);
    expect(names.indexOf('alpha')).toBeLessThan(names.indexOf('zeta'));
  });

  it('is narrowed by a typed filter that the address keeps', async () => {
    const workflows = [
      sampleWorkflow('backup', { tags: ['nightly'], triggers: ['schedule'] }),
      sampleWorkflow('deploy', { valid: false }),
    ];
    const { address } = await open(workflows, {}, '/workflows?q=tag%3Anightly');
    await row('backup');
    expect(screen.queryByRole('link', { name: 'deploy' })).toBeNull();
    const filter = screen.getByLabelText('Filter');
    await userEvent.clear(filter);
    await userEvent.type(filter, 'is:invalid');
    await row('deploy');
    await waitFor(() => expect(screen.queryByRole('link', { name: 'backup' })).toBeNull());
    expect(decodeURIComponent(address())).toContain('is:invalid');
    await userEvent.clear(filter);
    await userEvent.type(filter, 'nothing-like-this');
    expect(await screen.findByText('Nothing matches this filter')).toBeTruthy();
  });

  it('an empty home teaches; a list that fails does not pretend to be empty', async () => {
    await open([]);
    expect(await screen.findByText('No workflows yet')).toBeTruthy();
    closeWindow();
    await open([], {
      'workflows.list': () => {
        throw new ORPCError('INTERNAL', { message: 'no' });
      },
    });
    expect(await screen.findByText('The workflows could not be loaded')).toBeTruthy();
    expect(screen.queryByText('No workflows yet')).toBeNull();
  });

  it('keys move through the rows, open and run', async () => {
    const { address } = await open([sampleWorkflow('a'), sampleWorkflow('b')], {
      'workflows.get': () => detail('b'),
    });
    await row('a');
    await userEvent.keyboard('jj');
    await userEvent.keyboard('e');
    await waitFor(() => expect(address()).toBe('/workflows/b'));
  });

  it('goes to the runs of one workflow with the filter that shows them', async () => {
    const { address } = await open([sampleWorkflow('backup')]);
    await choose('backup', 'Show runs');
    await waitFor(() => expect(decodeURIComponent(address())).toContain('workflow:backup'));
  });
});

describe('switching triggers', () => {
  it('says what was asked for, for the right workflow', async () => {
    const enable = vi.fn(({ input }: Asked<{ name: string; enabled: boolean }>) => ({
      workflow: sampleWorkflow(input.name, { enabled: input.enabled }),
    }));
    await open([sampleWorkflow('backup')], { 'workflows.enable': enable as never });
    await userEvent.click(await screen.findByRole('switch', { name: 'Triggers of backup' }));
    await screen.findByText('Triggers of backup are off');
    expect(enable.mock.lastCall?.[0].input).toEqual({ name: 'backup', enabled: false });
  });
});

describe('deleting', () => {
  it('needs no question, because it can be undone', async () => {
    // Bug caught: undo restores by name and brings back another file of that name.
    const restore = vi.fn<(asked: Asked<{ trash: string }>) => unknown>(() => detail('backup'));
    await open([sampleWorkflow('backup')], {
      'workflows.remove': () => ({ trash: 'backup-2026.yaml' }),
      'workflows.restore': restore,
    });
    await choose('backup', 'Delete');
    await screen.findByText('backup was moved to the trash');
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await screen.findByText('backup is back');
    expect(restore.mock.lastCall?.[0].input).toEqual({ trash: 'backup-2026.yaml' });
  });

  it('a refusal is told, and the row stays', async () => {
    await open([sampleWorkflow('backup')], {
      'workflows.remove': () => {
        throw new ORPCError('FORBIDDEN', {
          message: 'no',
          data: { code: 'access.denied', message: 'You may not delete this.', kind: 'user' },
        });
      },
    });
    await choose('backup', 'Delete');
    expect(await screen.findByText('You may not delete this.')).toBeTruthy();
    await row('backup');
  });
});

describe('renaming', () => {
  it('takes a name that a file can have, and another than now', async () => {
    const rename = vi.fn<(asked: Asked<{ name: string; to: string }>) => unknown>(() =>
      detail('nightly'),
    );
    await open([sampleWorkflow('backup')], { 'workflows.rename': rename });
    await choose('backup', 'Rename');
    const dialog = within(await screen.findByRole('dialog'));
    const name = dialog.getByLabelText('Name');
    const submit = dialog.getByRole('button', { name: 'Rename workflow' });
    expect(submit).toHaveProperty('disabled', true);
    await userEvent.clear(name);
    await userEvent.type(name, '../etc');
    expect(submit).toHaveProperty('disabled', true);
    await userEvent.clear(name);
    await userEvent.type(name, 'nightly{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(rename.mock.lastCall?.[0].input).toEqual({ name: 'backup', to: 'nightly' });
  });
});

describe('a new workflow', () => {
  const create = () =>
    vi.fn(({ input }: Asked<{ name: string; source?: string }>) => detail(input.name));

  it('is created under its name and opened', async () => {
    const created = create();
    const { address } = await open([sampleWorkflow('backup')], {
      'workflows.create': created as never,
      'workflows.get': () => detail('deploy'),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'New workflow' }));
    const name = await screen.findByLabelText('Name');
    await userEvent.type(name, 'backup');
    expect(screen.getByText('There is already a workflow of this name.')).toBeTruthy();
    await userEvent.keyboard('{Enter}');
    expect(created).not.toHaveBeenCalled();
    await userEvent.clear(name);
    await userEvent.type(name, 'deploy{Enter}');
    await waitFor(() => expect(address()).toBe('/workflows/deploy'));
  });

  it('a bad name is told after it was tried, with what a name may be', async () => {
    await open([sampleWorkflow('backup')], {}, '/workflows?create=true');
    const name = await screen.findByLabelText('Name');
    await userEvent.type(name, 'Größe');
    expect(screen.queryByText(/and start with a letter or a digit/)).toBeNull();
    await userEvent.keyboard('{Enter}');
    expect(await screen.findByText(/and start with a letter or a digit/)).toBeTruthy();
  });

  it('a file is imported as it is, under the name it says', async () => {
    const created = create();
    const { address } = await open([sampleWorkflow('backup')], {
      'workflows.create': created as never,
      'workflows.get': () => detail('from-file'),
    });
    await row('backup');
    const source = '# kept\nname: from-file\nsteps: []\n';
    const input = document.querySelector<HTMLInputElement>('input[type=file]')!;
    await userEvent.upload(input, new File([source], 'other.yaml', { type: 'text/yaml' }));
    await waitFor(() => expect(address()).toBe('/workflows/from-file'));
    expect(created.mock.lastCall?.[0].input).toEqual({ name: 'from-file', source });
  });

  it('a suggested name is one that is free', () => {
    expect(freeName('a', [])).toBe('a');
    expect(freeName('a', ['a', 'a-2'])).toBe('a-3');
  });
});

describe('running', () => {
  const inputs = {
    target: { type: 'string', required: true },
    count: { type: 'number', default: 3 },
  };
  const withInputs = () =>
    detail('deploy', { definition: { name: 'deploy', inputs, steps: [{ id: 'a', uses: 'x' }] } });

  it('asks for what is needed, and sends typed values', async () => {
    const start = vi.fn<(asked: Asked<{ inputs: unknown }>) => unknown>(() => ({
      run: sampleSummary('run_9', { workflow: 'deploy', status: 'running' }),
    }));
    const { address } = await open([sampleWorkflow('deploy')], {
      'workflows.get': withInputs,
      'runs.start': start,
    });
    await userEvent.click(within(await row('deploy')).getByRole('button', { name: /Run work/ }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(await dialog.findByRole('button', { name: 'Run workflow' }));
    expect(await dialog.findByText('A value is needed here.')).toBeTruthy();
    expect(start).not.toHaveBeenCalled();
    await userEvent.type(dialog.getByLabelText(/target/), 'eu');
    const count = dialog.getByLabelText(/count/);
    await userEvent.clear(count);
    await userEvent.type(count, '5');
    await userEvent.click(dialog.getByRole('button', { name: 'Run workflow' }));
    await waitFor(() => expect(address()).toBe('/runs/run_9'));
    expect(start.mock.lastCall?.[0].input.inputs).toEqual({ target: 'eu', count: 5 });
  });

  it('keeps what was typed when the start is refused', async () => {
    await open([sampleWorkflow('deploy')], {
      'workflows.get': withInputs,
      'runs.start': () => {
        throw new ORPCError('CONFLICT', { message: 'The engine is stopping.' });
      },
    });
    await userEvent.click(within(await row('deploy')).getByRole('button', { name: /Run work/ }));
    const dialog = within(await screen.findByRole('dialog'));
    const target = await dialog.findByLabelText(/target/);
    await userEvent.type(target, 'eu');
    await userEvent.click(dialog.getByRole('button', { name: 'Run workflow' }));
    expect(await screen.findByText(/The engine is stopping/)).toBeTruthy();
    expect(target).toHaveProperty('value', 'eu');
  });
});
