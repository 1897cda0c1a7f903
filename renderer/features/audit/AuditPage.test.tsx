import { ORPCError } from '@orpc/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuditEntry } from '#contract/audit.ts';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { entry } from './audit.testing.ts';

vi.mock('#renderer/ui/saveFile.ts', () => ({ saveFile: vi.fn() }));

type Asked = { input: Record<string, unknown> };

beforeAll(setupWindow);
afterEach(closeWindow);

const rows = () => screen.getAllByRole('row').slice(1);

describe('the audit log', () => {
  it('shows who did what to what, and with which outcome', async () => {
    await openWindow('/audit', {
      'audit.list': () => ({
        items: [entry(2, { outcome: 'refused', actor: 'ci', face: 'rest' }), entry(1)],
      }),
    });
    await screen.findByText('backup-2');
    const first = within(rows()[0]!);
    for (const text of ['2', 'runs.start', 'backup-2', 'ci', 'rest', 'Refused'])
      first.getByText(text);
  });

  it('asks the platform for what it can answer, and narrows the rest down itself', async () => {
    // Bug caught: a filter over 200 loaded entries finds nothing, though the log holds what is sought.
    const list = vi.fn<(asked: Asked) => unknown>(() => ({
      items: [entry(3, { actor: 'ci', code: 'access.denied' }), entry(2, { actor: 'ci' })],
    }));
    const { address } = await openWindow('/audit?q=who%3Aci', { 'audit.list': list as never });
    await screen.findByText('backup-3');
    expect(list.mock.lastCall?.[0].input).toMatchObject({ actor: 'ci' });
    const filter = screen.getByLabelText('Filter');
    await userEvent.type(filter, ' code:access.denied');
    await waitFor(() => expect(screen.queryByText('backup-2')).toBeNull());
    screen.getByText('backup-3');
    expect(decodeURIComponent(address())).toContain('who:ci');
  });

  it('a filter that finds nothing says so, which is not an empty log', async () => {
    await openWindow('/audit?q=action%3Anothing*', { 'audit.list': () => ({ items: [entry(1)] }) });
    await screen.findByText('Nothing matches this filter');
    expect(screen.queryByText('No entries yet')).toBeNull();
  });

  it('an empty log explains itself', async () => {
    await openWindow('/audit', { 'audit.list': () => ({ items: [] }) });
    await screen.findByText('No entries yet');
  });

  it('says what happened and tries again when the log cannot be read', async () => {
    let works = false;
    await openWindow('/audit', {
      'audit.list': () => {
        if (works) return { items: [entry(1)] };
        throw new ORPCError('INTERNAL', { message: 'The disk is full.' });
      },
    });
    await screen.findByText('The audit log could not be loaded');
    works = true;
    await userEvent.click(screen.getByRole('button', { name: /again/i }));
    await screen.findByText('backup-1');
  });

  it('opens an entry in full from the address, with its hashes and details', async () => {
    await openWindow('/audit?open=7', {
      'audit.list': () => ({ items: [entry(7, { code: 'run.not_found' })] }),
    });
    const sheet = within(await screen.findByRole('dialog'));
    sheet.getByText('Entry 7');
    sheet.getByText('run.not_found');
    expect(sheet.getAllByText(/backup-7/).length).toBeGreaterThan(0);
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

describe('verifying the chain', () => {
  it('says that it holds, and how much was checked', async () => {
    await openWindow('/audit', {
      'audit.list': () => ({ items: [entry(1)] }),
      'audit.verify': () => ({ ok: true, entries: 1204, head: 'c'.repeat(64) }),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Verify chain' }));
    await screen.findByText(/The chain is intact: 1204 entries checked/);
  });

  it('from the address names the first entry that was changed, and what to do', async () => {
    // Bug caught: a broken chain is told in the same green as an intact one.
    await openWindow('/audit?verify=true', {
      'audit.list': () => ({ items: [entry(1)] }),
      'audit.verify': () => ({
        ok: false,
        entries: 9,
        head: 'c'.repeat(64),
        problem: { seq: 5, message: 'The hash does not fit.' },
      }),
    });
    const found = await screen.findByText('The chain is broken at entry 5');
    screen.getByText('The hash does not fit.');
    screen.getByText(/Keep a copy of the database file/);
    expect(found.closest('[role=status]')?.className).toContain('danger');
  });
});

describe('exporting', () => {
  it('fetches every page and writes one entry per line', async () => {
    // Bug caught: an export of a long log holds its first page only.
    const { saveFile } = await import('#renderer/ui/saveFile.ts');
    const pages: Record<string, { lines: AuditEntry[]; next?: string }> = {
      first: { lines: [entry(1), entry(2)], next: 'more' },
      more: { lines: [entry(3)] },
    };
    await openWindow('/audit', {
      'audit.list': () => ({ items: [entry(1)] }),
      'audit.export': (({ input }: { input: { cursor?: string } }) =>
        pages[input.cursor ?? 'first']) as never,
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Export' }));
    await waitFor(() => expect(saveFile).toHaveBeenCalledOnce());
    const [name, text] = vi.mocked(saveFile).mock.calls[0]!;
    expect(name).toMatch(/^nexus-audit-\d{4}-\d\d-\d\d\.jsonl$/);
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as AuditEntry).seq)).toEqual([1, 2, 3]);
  });
});
