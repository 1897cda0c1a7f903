import '#renderer/testing/layoutWorker.ts';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { workflowName } from '#contract/workflow.ts';
import type { WorkflowSummary } from '#contract/workflows.ts';
import { windowWidth } from '#renderer/testing/media.ts';
import { sampleSummary, sampleWorkflow } from '#renderer/testing/samples.ts';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { freeName } from './CreateDialog.tsx';
import { nameOfSource } from './useWorkflowActions.ts';

beforeAll(setupWindow);
afterEach(closeWindow);

const open = (workflows: WorkflowSummary[]) =>
  openWindow('/workflows', { 'workflows.list': () => ({ workflows }) });
const row = async (name: string) =>
  (await screen.findByText(name)).closest<HTMLElement>('[role=row]')!;

describe('a row of the list', () => {
  it('says nothing about what a broken file would do', async () => {
    // Bug caught: a file that cannot be read has "0" steps, as if it were empty.
    await open([
      sampleWorkflow('broken', { valid: false, steps: 0 }),
      sampleWorkflow('empty', { steps: 0 }),
      sampleWorkflow('half', { valid: false, steps: 3 }),
    ]);
    const steps = async (name: string) =>
      within(await row(name)).getAllByRole('gridcell')[3]?.textContent;
    expect(await steps('broken')).toBe('–');
    expect(await steps('empty')).toBe('0');
    expect(await steps('half')).toBe('3');
  });

  it('what cannot run has no way to be run, by button or by menu', async () => {
    await open([sampleWorkflow('broken', { valid: false })]);
    const run = within(await row('broken')).getByRole('button', { name: 'Run workflow' });
    expect(run).toHaveProperty('disabled', true);
  });

  it('a name as long as names may be is cut, and its description gives way first', async () => {
    const long = 'a'.repeat(100);
    await open([sampleWorkflow(long, { description: 'What it does' })]);
    const name = await screen.findByRole('link', { name: long });
    expect(name.className).toContain('truncate');
    expect(screen.getByText('What it does').className).toContain('truncate');
  });

  it('a press on its switch or its menu does not open it', async () => {
    const { address } = await open([sampleWorkflow('deploy')]);
    const one = within(await row('deploy'));
    await userEvent.click(one.getByRole('button', { name: /More/ }));
    await screen.findAllByRole('menuitem');
    expect(address()).toBe('/workflows');
  });
});

describe('a card of the narrow list', () => {
  it('shows how it went and what is wrong, and runs with one press', async () => {
    windowWidth(390);
    const problem = { code: 'x', message: 'No.', severity: 'error' as const };
    const { address } = await open([
      sampleWorkflow('deploy', { last_run: sampleSummary('run_1', { status: 'failed' }) }),
      sampleWorkflow('broken', { valid: false, problems: [problem, problem] }),
    ]);
    const card = within(await row('deploy'));
    expect(card.getByText('Failed')).toBeTruthy();
    const broken = within(await row('broken'));
    expect(broken.getByText('2')).toBeTruthy();
    expect(broken.getByText('Never')).toBeTruthy();
    expect(broken.getByRole('button', { name: 'Run workflow' })).toHaveProperty('disabled', true);
    await userEvent.click(card.getByRole('button', { name: 'Run workflow' }));
    await waitFor(() => expect(address()).not.toContain('/workflows/deploy'));
  });
});

describe('names', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);

  it('a free one is never taken, and the wished one where that is free', () => {
    fc.assert(
      fc.property(name, fc.array(name), fc.nat(4), (wanted, others, count) => {
        const taken = [
          ...others,
          ...Array.from({ length: count }, (_, at) => (at === 0 ? wanted : `${wanted}-${at + 1}`)),
        ];
        const free = freeName(wanted, taken);
        expect(taken).not.toContain(free);
        if (!taken.includes(wanted)) expect(free).toBe(wanted);
        expect(workflowName.safeParse(free).success).toBe(true);
      }),
    );
  });

  it('of a file that says none is one that a workflow can have, whatever the file is called', () => {
    // Bug caught: "Backup (final) ÄÖ.YML" cannot be imported, and nobody is told why.
    const text = fc.constantFrom('', 'steps: [', '- a', 'name: 7', 'name: ""');
    fc.assert(
      fc.property(
        text,
        fc.oneof(fc.string(), fc.constantFrom('Ä.yaml', '..yml', '-x.yaml')),
        (source, file) => {
          const found = nameOfSource(source, file);
          expect(found).not.toBe('');
          if (!/name/.test(source) && file.length < 90)
            expect(workflowName.safeParse(found).success, found).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
    expect(nameOfSource('name: deploy\n', 'other.yaml')).toBe('deploy');
    expect(nameOfSource('steps: [', 'Backup (final).YML')).toBe('backup-final-');
  });
});

describe('the typed filter', () => {
  const deploy = sampleWorkflow('deploy', {
    tags: ['site', 'prod'],
    triggers: ['schedule'],
    enabled: false,
    last_run: sampleSummary('run_1', { status: 'failed' }),
  });

  it.each([
    ['tag:prod', ['deploy']],
    ['trigger:schedule is:inactive', ['deploy']],
    ['status:never', ['fresh']],
    ['-tag:prod', ['fresh']],
    ['is:valid', ['deploy', 'fresh']],
  ])('%s finds what is so', async (q, names) => {
    await openWindow(`/workflows?q=${encodeURIComponent(q)}`, {
      'workflows.list': () => ({ workflows: [deploy, sampleWorkflow('fresh')] }),
    });
    await screen.findByRole('grid');
    const links = screen
      .getAllByRole('gridcell')
      .flatMap((cell) => [...cell.querySelectorAll('a')]);
    expect(links.map((link) => link.textContent)).toEqual(names);
  });
});
