import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import fc from 'fast-check';
import i18next from 'i18next';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '#contract/audit.ts';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { matchFilter, parseFilter } from '#renderer/ui/filter/filterQuery.ts';
import { auditFields, auditServerFilter } from './auditQuery.ts';
import { targetOf } from './target.ts';

const entry = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  seq: 7,
  at: '2026-03-01T10:00:00.000Z',
  actor: 'ada',
  face: 'cli',
  action: 'runs.start',
  outcome: 'allowed',
  hash: 'a'.repeat(64),
  prev: 'b'.repeat(64),
  ...more,
});

beforeAll(setupWindow);
afterEach(async () => {
  closeWindow();
  await i18next.changeLanguage('en');
});

const open = (entries: AuditEntry[], path = '/audit') =>
  openWindow(path, { 'audit.list': () => ({ items: entries }) });

describe('an entry in full', () => {
  it('shows its exact time, both hashes and all details, and closes back to the list', async () => {
    const { address } = await open(
      [entry({ details: { workflow: 'deploy', inputs: { to: 'eu' } }, code: 'policy.denied' })],
      '/audit?open=7',
    );
    const sheet = within(await screen.findByRole('dialog', { name: /7/ }));
    for (const text of [/2026/, 'runs.start', 'ada', 'policy.denied', /"deploy"/, /"eu"/])
      expect(sheet.getAllByText(text).length).toBeGreaterThan(0);
    expect(sheet.getByTitle('a'.repeat(64))).toBeTruthy();
    expect(sheet.getByTitle('b'.repeat(64))).toBeTruthy();
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(address()).not.toContain('open='));
  });

  it('without details there is no empty box for them', async () => {
    await open([entry()], '/audit?open=7');
    const sheet = within(await screen.findByRole('dialog'));
    expect(sheet.queryByRole('heading', { level: 3 })).toBeNull();
  });

  it('details are text, whatever is in them', async () => {
    await open([entry({ details: { name: '<img src=x onerror=alert(1)>' } })], '/audit?open=7');
    await screen.findByRole('dialog');
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });

  it('an entry that is not among those shown opens nothing and breaks nothing', async () => {
    await open([entry()], '/audit?open=99');
    expect(await screen.findByText('runs.start')).toBeTruthy();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it.each([
    ['allowed', 'Allowed'],
    ['refused', 'Refused'],
    ['failed', 'Failed'],
  ] as const)('%s is a word and an icon and not a colour alone', async (outcome, word) => {
    await open([entry({ outcome })]);
    const badge = (await screen.findByText(word)).parentElement;
    expect(badge?.querySelector('svg')).toBeTruthy();
  });
});

describe('what is asked and what is shown', () => {
  const any = fc.record({
    actor: fc.constantFrom('ada', 'owner', 'ci-job'),
    action: fc.constantFrom('runs.start', 'vault.unlock', 'platform.loginLink'),
    outcome: fc.constantFrom('allowed' as const, 'refused' as const, 'failed' as const),
    face: fc.constantFrom('cli' as const, 'window' as const),
  });
  // As the words stand in the log: what tells large letters from small ones is said below.
  const value = fc.constantFrom('ada', 'owner', 'runs.start', 'vault.*', 'refused', 'allowed', 'x');
  const term = fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.constantFrom('who:', 'action:', 'outcome:', 'from:', ''),
      fc.array(value, { minLength: 1, maxLength: 2 }),
    )
    .map(([minus, field, values]) => `${minus}${field}${values.join(',')}`);

  it('no entry that the filter shows is kept back by the platform', () => {
    fc.assert(
      fc.property(any, fc.array(term, { maxLength: 3 }), (one, terms) => {
        const read = parseFilter(terms.join(' '));
        fc.pre(matchFilter(read, auditFields(entry(one))));
        const asked = auditServerFilter(read);
        if (asked.actor) expect(asked.actor).toBe(one.actor);
        if (asked.action) expect(asked.action).toBe(one.action);
        if (asked.outcome) expect(asked.outcome).toBe(one.outcome);
      }),
      { numRuns: 1_000 },
    );
  });

  it('an outcome is found however it is written', () => {
    expect(auditServerFilter(parseFilter('outcome:Refused'))).toEqual({ outcome: 'refused' });
    expect(auditServerFilter(parseFilter('outcome:nonsense'))).toEqual({});
    expect(auditServerFilter(parseFilter('-outcome:refused'))).toEqual({});
  });

  it('what an entry was about is a word of its details, the most telling first, or nothing', () => {
    expect(targetOf({ details: { id: 'x', workflow: 'deploy' } })).toBe('deploy');
    expect(targetOf({ details: { workflow: '', host: 'web' } })).toBe('web');
    fc.assert(
      fc.property(fc.jsonValue(), (details) => {
        const target = targetOf({ details: JSON.parse(JSON.stringify(details)) as never });
        expect(target === undefined || target.length > 0).toBe(true);
      }),
    );
  });
});
