import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  closeWindow,
  openWindow,
  refusing,
  setupWindow,
} from '#renderer/testing/windowHarness.tsx';
import { saveFile } from '#renderer/ui/saveFile.ts';
import { entry } from './audit.testing.ts';

vi.mock('#renderer/ui/saveFile.ts', () => ({ saveFile: vi.fn() }));

type Handlers = NonNullable<Parameters<typeof openWindow>[1]>;

const intact = { ok: true, entries: 12, head: 'c'.repeat(64) };
const locked = refusing('database.locked', 'The log is in use by another.');

beforeAll(setupWindow);
beforeEach(() => vi.mocked(saveFile).mockClear());
afterEach(closeWindow);

const open = (handlers: Handlers = {}, path = '/audit') =>
  openWindow(path, { 'audit.list': () => ({ items: [entry(2), entry(1)] }), ...handlers });
const press = async (name: string) => userEvent.click(await screen.findByRole('button', { name }));

describe('a check of the chain', () => {
  it('that could not be made leaves no green word of the one before', async () => {
    // Bug caught: "intact" stands above a log that could not be read.
    let fail = false;
    await open({ 'audit.verify': () => (fail ? locked() : intact) });
    await press('Verify chain');
    await screen.findByText(/The chain is intact/);
    fail = true;
    await press('Verify chain');
    await screen.findByText('The log is in use by another.');
    expect(screen.queryByText(/The chain is intact/)).toBeNull();
  });

  it('is put away when it was read, and can be made again', async () => {
    const verify = vi.fn(() => intact);
    await open({ 'audit.verify': verify });
    await press('Verify chain');
    const said = (await screen.findByText(/The chain is intact/)).closest('[role=status]')!;
    await userEvent.click(within(said as HTMLElement).getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByText(/The chain is intact/)).toBeNull());
    await press('Verify chain');
    await screen.findByText(/The chain is intact/);
    expect(verify).toHaveBeenCalledTimes(2);
  });

  it('asked for by the address is made once, not at every filter that is typed', async () => {
    // Bug caught: each letter of the filter reads the whole log.
    const verify = vi.fn(() => intact);
    await open({ 'audit.verify': verify }, '/audit?verify=true');
    await screen.findByText(/The chain is intact/);
    await userEvent.type(screen.getByLabelText('Filter'), 'who:ada');
    await screen.findByText('backup-1');
    expect(verify).toHaveBeenCalledTimes(1);
  });
});

describe('an export', () => {
  it('that breaks in the middle saves nothing, and says why', async () => {
    // Bug caught: half a log in a file that looks like all of it.
    await open({
      'audit.export': (({ input }: { input: { cursor?: string } }) =>
        input.cursor ? locked() : { lines: [entry(1)], next: 'more' }) as never,
    });
    await press('Export');
    await screen.findByText('The log is in use by another.');
    expect(saveFile).not.toHaveBeenCalled();
  });

  it('is of the whole log, whatever the filter shows', async () => {
    const exported = vi.fn((_asked: { input: object }) => ({ lines: [entry(1), entry(2)] }));
    await open({ 'audit.export': exported as never }, '/audit?q=outcome%3Arefused');
    await press('Export');
    await waitFor(() => expect(saveFile).toHaveBeenCalledOnce());
    expect(exported.mock.lastCall?.[0].input).toEqual({ limit: 500 });
    expect(vi.mocked(saveFile).mock.calls[0]![1].split('\n')).toHaveLength(3);
  });
});

describe('the list', () => {
  it('asks for more when its end comes near, with the filter that the platform answers', async () => {
    // Bug caught: the second page is that of another filter.
    const list = vi.fn(({ input }: { input: { cursor?: string; outcome?: string } }) =>
      input.cursor
        ? { items: [entry(1, { outcome: 'failed' })] }
        : { items: [entry(2, { outcome: 'failed' })], next: 'older' },
    );
    await open({ 'audit.list': list as never }, '/audit?q=outcome%3Afailed');
    await screen.findByText('backup-2');
    await screen.findByText('backup-1');
    expect(list.mock.calls.map(([{ input }]) => [input.cursor, input.outcome])).toEqual([
      [undefined, 'failed'],
      ['older', 'failed'],
    ]);
  });

  it('keeps what it shows while another filter is asked, and never calls it an empty log', async () => {
    let answer = () => {};
    const later = new Promise<void>((resolve) => (answer = resolve));
    await open({
      'audit.list': (async ({ input }: { input: { actor?: string } }) => {
        if (input.actor === 'ci') await later;
        return { items: input.actor === 'ci' ? [] : [entry(1, { actor: 'ci' })] };
      }) as never,
    });
    await screen.findByText('backup-1');
    await userEvent.type(screen.getByLabelText('Filter'), 'who:ci');
    screen.getByText('backup-1');
    answer();
    await screen.findByText('Nothing matches this filter');
    expect(screen.queryByText(/^No entries|^Nothing is recorded/)).toBeNull();
  });

  it('opens an entry by the keyboard, and closes it back to the list', async () => {
    const { address } = await open();
    await screen.findByText('backup-1');
    await userEvent.keyboard('jj{Enter}');
    await screen.findByRole('dialog', { name: /1/ });
    expect(address()).toContain('open=1');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(address()).not.toContain('open'));
  });
});
