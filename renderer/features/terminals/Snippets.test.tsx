import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Snippet } from '#contract/terminals.ts';
import { closeWindow, refusing, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { freshWindow, openPage, terminal } from './terminalsPage.testing.tsx';

// The drawing is looked at in the real window; here it never gets ready.
vi.mock('./view/loadXterm.ts', () => ({ loadXterm: () => new Promise(() => undefined) }));

type Handlers = NonNullable<Parameters<typeof openPage>[2]>;

beforeAll(setupWindow);
beforeEach(freshWindow);
afterEach(() => {
  closeWindow();
  vi.unstubAllGlobals();
});

const manage = async (handlers: Handlers) => {
  await openPage([terminal('a')], 'admin', handlers);
  await userEvent.click(await screen.findByRole('button', { name: 'Snippets' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Manage snippets' }));
  return within(await screen.findByRole('dialog', { name: 'Snippets' }));
};
const deploy: Snippet = { id: 'snip_1', name: 'Deploy', text: 'cd /srv\n./deploy', run: true };
const refused = refusing('terminal.snippet_secret', 'It holds a secret.');
const times = (text: string) => screen.queryAllByText(text).length;

describe('snippets', () => {
  it('are not removed by one slip beside the pencil', async () => {
    // Bug caught: thirty lines are gone for ever, for everybody.
    const remove = vi.fn((_asked: { input: { id: string } }) => ({ removed: true }));
    const dialog = await manage({
      'terminals.snippets': () => ({ snippets: [deploy] }),
      'terminals.removeSnippet': remove as never,
    });
    const ask = async () => {
      await userEvent.click(await dialog.findByRole('button', { name: 'Remove Deploy' }));
      return within(await screen.findByRole('dialog', { name: 'Remove Deploy' }));
    };
    await userEvent.click((await ask()).getByRole('button', { name: 'Keep it' }));
    expect(remove).not.toHaveBeenCalled();
    await userEvent.click((await ask()).getByRole('button', { name: 'Remove snippet' }));
    await waitFor(() => expect(remove.mock.lastCall?.[0].input).toEqual({ id: 'snip_1' }));
    await waitFor(() => expect(screen.queryByRole('dialog', { name: 'Remove Deploy' })).toBeNull());
  });

  it('that cannot be read are no empty list', async () => {
    // Bug caught: "No snippets yet", where they could only not be read, and they are typed again.
    let fail = true;
    const dialog = await manage({
      'terminals.snippets': () => (fail ? refused() : { snippets: [deploy] }),
    });
    await dialog.findByText('It holds a secret.');
    expect(dialog.queryByText('No snippets yet')).toBeNull();
    fail = false;
    await userEvent.click(dialog.getByRole('button', { name: 'Try again' }));
    await dialog.findByText('Deploy');
  });

  it('that are refused are so once', async () => {
    // Bug caught: two toasts for one error.
    const dialog = await manage({
      'terminals.snippets': () => ({ snippets: [deploy] }),
      'terminals.removeSnippet': refused,
      'terminals.saveSnippet': refused,
    });
    await userEvent.click(await dialog.findByRole('button', { name: 'Remove Deploy' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Remove snippet' }));
    await waitFor(() => expect(times('It holds a secret.')).toBe(1));
    await userEvent.click(screen.getByRole('button', { name: 'Keep it' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Edit Deploy' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Save snippet' }));
    await waitFor(() => expect(times('It holds a secret.')).toBe(2));
    expect(dialog.getByRole('textbox', { name: /^Text/ })).toHaveProperty('value', deploy.text);
  });

  it('that are begun are discarded without a word to the platform', async () => {
    const save = vi.fn();
    const dialog = await manage({
      'terminals.snippets': () => ({ snippets: [deploy] }),
      'terminals.saveSnippet': save,
    });
    await userEvent.click(await dialog.findByRole('button', { name: 'Edit Deploy' }));
    await userEvent.type(dialog.getByRole('textbox', { name: /^Name/ }), ' twice');
    await userEvent.click(dialog.getByRole('button', { name: 'Discard' }));
    await dialog.findByText('Deploy');
    expect(save).not.toHaveBeenCalled();
  });
});
