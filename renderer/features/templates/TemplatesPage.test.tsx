import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Template } from '#contract/workflows.ts';
import { sampleWorkflow } from '#renderer/testing/samples.ts';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';

const template = (id: string, more: Partial<Template> = {}): Template => ({
  id,
  title: `Title of ${id}`,
  description: `What ${id} does`,
  tags: ['ops'],
  source: `name: ${id}\n`,
  steps: [
    { id: 'a', uses: 'http', needs: [] },
    { id: 'b', uses: 'notify', needs: ['a'] },
  ],
  ...more,
});

const gallery = [
  template('uptime', { tags: ['web'] }),
  template('backup', { steps: [{ id: 'a', uses: 'shell', needs: [] }] }),
  template('restart', { needs_part: 'SSH' }),
];

const open = (path = '/templates', handlers = {}) =>
  openWindow(path, {
    'workflows.templates': () => ({ templates: gallery }),
    'workflows.list': () => ({ workflows: [sampleWorkflow('uptime')] }),
    ...handlers,
  });
const titles = () => screen.getAllByRole('heading', { level: 2 }).map((one) => one.textContent);
const cardOf = async (title: string) =>
  within((await screen.findByRole('heading', { name: title })).closest('li')!);

beforeAll(setupWindow);
afterEach(closeWindow);

describe('the gallery', () => {
  it('shows what each does, with a picture of its graph that has a name', async () => {
    await open();
    const card = await cardOf('Title of uptime');
    card.getByText('What uptime does');
    card.getByText('2 steps');
    expect(card.getByRole('img', { name: 'Graph of Title of uptime' })).toBeTruthy();
  });

  it('is searched by words and by the kinds of step inside', async () => {
    await open();
    const search = await screen.findByLabelText('Search templates');
    await userEvent.type(search, 'backup');
    await waitFor(() => expect(titles()).toEqual(['Title of backup']));
    await userEvent.clear(search);
    await userEvent.type(search, 'uses:shell');
    await waitFor(() => expect(titles()).toEqual(['Title of backup']));
    await userEvent.clear(search);
    await userEvent.type(search, 'nothing like it');
    expect(await screen.findByText('No template matches')).toBeTruthy();
  });

  it('a tag narrows further, keeps the words, and is taken back by All', async () => {
    const { address } = await open('/templates?q=tag%3Aweb');
    await waitFor(() => expect(titles()).toEqual(['Title of uptime']));
    expect(screen.getByRole('button', { name: 'web', pressed: true })).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'All' }));
    await waitFor(() => expect(titles()).toHaveLength(3));
    expect(address()).toBe('/templates');
  });
});

describe('using a template', () => {
  it('suggests a name that is free and creates a copy from that template', async () => {
    // Bug caught: the copy overwrites the workflow that was made from the template last week.
    const create = vi.fn<(asked: { input: unknown }) => unknown>(() => ({
      workflow: { ...sampleWorkflow('uptime-2'), source: 'name: uptime-2\n', hash: 'h' },
    }));
    const { address } = await open('/templates', { 'workflows.create': create });
    await userEvent.click((await cardOf('Title of uptime')).getByRole('button'));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByLabelText('Name')).toHaveProperty('value', 'uptime-2');
    await userEvent.click(dialog.getByRole('button', { name: 'Create workflow' }));
    await waitFor(() => expect(address()).toBe('/workflows/uptime-2'));
    expect(create.mock.lastCall?.[0].input).toEqual({ name: 'uptime-2', template: 'uptime' });
  });

  it('one that needs a later part says so before and while it is used', async () => {
    await open();
    const card = await cardOf('Title of restart');
    card.getByText('Needs SSH');
    await userEvent.click(card.getByRole('button'));
    expect(await screen.findByText(/it will not run/)).toBeTruthy();
  });
});
