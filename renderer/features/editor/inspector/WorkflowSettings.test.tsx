import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codeText, renderInEditor, typeCode } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { commentsOf } from '../document/testText.ts';
import { WorkflowSettings } from './WorkflowSettings.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(cleanup);

const base = `# top
name: w
on:
  # at night
  schedule:
    cron: 0 3 * * * # before the backup
    timezone: Europe/Berlin # ours
inputs:
  # which one
  host: { type: string, default: web-1 } # the host
  days:
    type: integer # whole
steps:
  - id: one # the first
    uses: many
    if: inputs.days > 1 && inputs["host"] != "inputs.host"
    with:
      word: "\${{ inputs.host + inputs.?host.orValue('x') }}" # said
      script: |
        echo \${{ inputs.host }} inputs.host # not this
outputs:
  h: \${{ inputs.host }} # out
`;

async function open(text = base) {
  const { document } = await renderInEditor(<WorkflowSettings />, { text });
  return document;
}

async function section(name: string): Promise<HTMLElement> {
  const found = screen.getByTestId(`section-${name}`);
  const head = within(found).getAllByRole('button')[0] as HTMLElement;
  if (head.getAttribute('aria-expanded') !== 'true') await userEvent.click(head);
  return found;
}

const value = (doc: Awaited<ReturnType<typeof open>>) => doc.state.source.value as never;

describe('the form of the workflow', () => {
  it('a description is written above what it describes, and goes without a trace', async () => {
    const doc = await open();
    const field = screen.getAllByRole('textbox', { name: /Description/ })[0] as HTMLElement;
    fireEvent.change(field, { target: { value: 'Saves: the shop' } });
    expect(value(doc)).toMatchObject({ description: 'Saves: the shop' });
    expect(doc.text.indexOf('description:')).toBeLessThan(doc.text.indexOf('steps:'));
    fireEvent.change(field, { target: { value: '' } });
    expect(doc.text).toBe(base);
  });

  it('a second schedule stands beside the first, whose comments stay', async () => {
    // Bug caught: one trigger that becomes a list is written anew, and its comments are gone.
    const doc = await open();
    await userEvent.click(screen.getByTestId('add-trigger-schedule'));
    expect(value(doc)).toMatchObject({
      on: { schedule: [{ cron: '0 3 * * *', timezone: 'Europe/Berlin' }, { cron: '0 3 * * *' }] },
    });
    expect(commentsOf(doc.text)).toEqual(commentsOf(base));
    doc.undo();
    expect(doc.text).toBe(base);
  });

  it('one of several triggers goes, the others keep their comments', async () => {
    const several = base.replace(
      /  schedule:\n.*\n.*\n/,
      '  schedule:\n    - cron: 0 1 * * * # one\n    - cron: 0 2 * * * # two\n    - every: 5m # three\n',
    );
    const doc = await open(several);
    const remove = within(screen.getByTestId('section-triggers')).getAllByRole('button', {
      name: /Remove Schedule/i,
    });
    await userEvent.click(remove[1] as HTMLElement);
    expect(doc.text).toBe(several.replace('    - cron: 0 2 * * * # two\n', ''));
  });

  it('the last trigger takes its key along, a webhook starts with its guard', async () => {
    const doc = await open('name: w\non:\n  schedule: {cron: 0 3 * * *}\nsteps: []\n');
    await userEvent.click(screen.getByTestId('add-trigger-webhook'));
    expect(value(doc)).toMatchObject({
      on: { webhook: [{ path: 'my-hook', auth: { bearer: { secret: 'HOOK_TOKEN' } } }] },
    });
    await userEvent.click(screen.getByRole('button', { name: /Remove Schedule/i }));
    expect(Object.keys((value(doc) as { on: object }).on)).toEqual(['webhook']);
    await userEvent.click(screen.getByRole('button', { name: /Remove Webhook/i }));
    expect(value(doc)).not.toHaveProperty('on');
  });

  it('an input that gets another name is followed by every expression, and by nothing else', async () => {
    // Bug caught: the form renames the input and every step that reads it fails from then on.
    const doc = await open();
    const name = within(screen.getByTestId('input-host')).getByRole('textbox', {
      name: /Name of the input/i,
    });
    await userEvent.clear(name);
    await userEvent.type(name, 'server');
    await userEvent.tab();
    expect(doc.text).toBe(
      base
        .replace('  host: {', '  server: {')
        .replace('inputs["host"]', 'inputs["server"]')
        .replace(
          "inputs.host + inputs.?host.orValue('x')",
          "inputs.server + inputs.?server.orValue('x')",
        )
        .replace('echo ${{ inputs.host }}', 'echo ${{ inputs.server }}')
        .replace('h: ${{ inputs.host }}', 'h: ${{ inputs.server }}'),
    );
    doc.undo();
    expect(doc.text).toBe(base);
  });

  it.each(['days', '9lives', 'a-b', ''])('a name that cannot be is not taken: %j', async (bad) => {
    const doc = await open();
    const name = within(screen.getByTestId('input-host')).getByRole('textbox', {
      name: /Name of the input/i,
    });
    await userEvent.clear(name);
    if (bad) await userEvent.type(name, bad);
    await userEvent.tab();
    expect(doc.text).toBe(base);
    expect(name).toHaveProperty('value', 'host');
  });

  it('inputs come with a free name and a type, and go', async () => {
    const doc = await open(base.replace('  days:', '  input_3:'));
    await userEvent.click(screen.getByTestId('add-input'));
    expect(value(doc)).toMatchObject({ inputs: { input_4: { type: 'string' } } });
    await userEvent.click(screen.getByRole('button', { name: 'Remove input_4' }));
    expect(doc.text).toBe(base.replace('  days:', '  input_3:'));
  });

  it('one run at a time needs a group, and emptied limits leave nothing behind', async () => {
    const doc = await open();
    const limits = await section('limits');
    typeCode('Timeout', '10m');
    expect(value(doc)).toMatchObject({ timeout: '10m' });
    typeCode('Timeout', '');
    fireEvent.change(within(limits).getByLabelText(/crash/i), { target: { value: 'retry' } });
    expect(value(doc)).toMatchObject({ on_interrupted: 'retry' });
    fireEvent.change(within(limits).getByLabelText(/crash/i), {
      target: { value: 'default' },
    });
    expect(doc.text).toBe(base);
  });

  it('a group that is one word shows as the group of the form', async () => {
    const doc = await open(base.replace('steps:', 'concurrency: nightly # one\nsteps:'));
    await section('limits');
    expect(codeText('Group')).toBe('nightly');
    typeCode('Group', 'daily');
    expect(value(doc)).toMatchObject({ concurrency: { group: 'daily' } });
  });

  it('the group comes with the first limit, and can be emptied and typed anew', async () => {
    // Bug caught: with its last letter gone the name of the workflow jumps into the field.
    const doc = await open();
    await section('limits');
    await userEvent.click(
      within(screen.getByTestId('section-limits')).getByRole('button', { name: /more options/i }),
    );
    typeCode('Max', '2');
    expect(value(doc)).toMatchObject({ concurrency: { group: 'w', max: 2 } });
    typeCode('Group', '');
    expect(codeText('Group')).toBe('');
    typeCode('Group', 'daily');
    expect(value(doc)).toMatchObject({ concurrency: { group: 'daily', max: 2 } });
    typeCode('Group', '');
    typeCode('Max', '');
    expect(doc.text).toBe(base);
  });

  it('the name of an input is taken with Enter, whatever objects have by that name', async () => {
    // Bug caught: Enter does nothing, and an input cannot be called "constructor".
    const doc = await open();
    const name = within(screen.getByTestId('input-days')).getByRole('textbox', {
      name: /Name of the input/i,
    });
    await userEvent.clear(name);
    await userEvent.type(name, 'constructor{Enter}');
    expect(doc.text).toContain('  constructor:\n    type: integer # whole');
    expect(doc.text).toContain('if: inputs.constructor > 1');
  });

  it('what the file holds in a wrong shape breaks no form', async () => {
    const doc = await open('name: [1]\non: 5\ninputs: text\nenv: [a]\noutputs: 3\nsteps: []\n');
    await section('env');
    await section('outputs');
    await userEvent.click(screen.getByTestId('add-input'));
    expect(value(doc)).toMatchObject({ inputs: { input_1: { type: 'string' } } });
  });
});
