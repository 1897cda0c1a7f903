import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '#contract/runs.ts';
import { secret, vaultStatus } from '#renderer/features/vault/vault.testing.ts';
import { showPalette, showPanel, useFrame } from '#renderer/stores/frame.ts';
import { sampleRun, sampleStep } from '#renderer/testing/editorHarness.tsx';
import {
  madeAt,
  sampleApproval,
  sampleInterruption,
  sampleSchedule,
  sampleSummary,
  sampleWorkflow,
} from '#renderer/testing/samples.ts';
import {
  closeWindow,
  Feed,
  openWindow,
  quietStatus,
  setupWindow,
} from '#renderer/testing/windowHarness.tsx';
import germanTexts from './platform/de.texts.json';
import {
  englishPhrases,
  englishTexts,
  onlyEnglish,
  phrasesOnlyEnglish,
  textsIn,
  wordsIn,
} from './english.testing.ts';
import { de } from './resources.ts';

// happy-dom has no workers; the graph is drawn by the quick layout then.
vi.mock('elkjs/lib/elk-worker.min.js?url', () => ({ default: 'elk-worker.js' }));

const phrases = phrasesOnlyEnglish();
let english: Set<string>;
/** What is English on the page: a word that only English has, or a text of ours as English has it. */
const englishOnPage = (): string[] => [...englishTexts(english), ...englishPhrases(phrases)];

// What people wrote is German here, so that what is English is ours.
const at = madeAt;
const failed = sampleRun(
  [
    sampleStep('packen', 0, 4, { uses: 'shell' }),
    sampleStep('senden', 4, 6, {
      uses: 'http',
      status: 'failed',
      error: {
        code: 'step.timeout',
        message: '“senden” took longer than its timeout.',
        kind: 'operational',
      },
    }),
    sampleStep('fragen', undefined, undefined, { uses: 'approval' }),
  ],
  {
    workflow: 'sicherung',
    status: 'failed',
    at_step: 'senden',
    error: {
      code: 'step.timeout',
      message: '“senden” took longer than its timeout.',
      kind: 'user',
    },
    inputs: { ziel: 'eu-1' },
    outputs: { menge: 12 },
    source:
      'name: sicherung\nsteps:\n  - id: packen\n    uses: shell\n    with: {run: ls}\n  - id: senden\n    uses: http\n    with: {url: x}\n  - id: fragen\n    uses: approval\n    with: {title: Weiter?}\n',
  },
);

const kinds = ['shell', 'http', 'approval'].map((kind) => ({
  kind,
  title: { shell: 'Run script', http: 'HTTP request', approval: 'Ask for approval' }[kind],
  description: 'Sends a request and gives its status, headers and body.',
  icon: 'terminal',
  group: 'Network',
  effects: 'pure',
  with: {
    type: 'object',
    required: ['url'],
    properties: {
      url: { type: 'string', title: 'Address', description: 'Begins with https:// or http://.' },
      run: { type: 'string', title: 'Script' },
      method: { type: 'string', title: 'Method', enum: ['GET', 'POST'] },
    },
  },
  outputs: {},
  example: '',
}));

const handlers = {
  'platform.status': () => ({
    ...quietStatus,
    address: 'http://127.0.0.1:8420',
    active_runs: 2,
    next_schedule: { workflow: 'sicherung', at: '2027-01-01T00:00:00.000Z' },
    problems: [
      { code: 'workflow.unknown_kind', message: 'There is no step kind “x”.', kind: 'user' },
    ],
  }),
  'workflows.kinds': () => ({ kinds }),
  'workflows.preview': () => ({ names: [] }),
  'workflows.validate': () => ({ valid: true, problems: [] }),
  'workflows.templates': () => ({
    templates: [
      {
        id: 'welcome',
        title: 'Welcome to Nexus',
        description: Object.keys(germanTexts).find((text) => text.startsWith('A first look')),
        tags: ['start'],
        source: 'name: welcome\n',
        steps: [{ id: 'a', uses: 'shell', needs: [] }],
        needs_part: 'SSH',
      },
    ],
  }),
  'workflows.get': () => ({
    workflow: { ...sampleWorkflow('sicherung'), source: failed.source, hash: 'h' },
  }),
  'workflows.list': () => ({
    workflows: [
      sampleWorkflow('sicherung', {
        last_run: sampleSummary('run_1', { workflow: 'sicherung', status: 'failed' }),
      }),
      sampleWorkflow('kaputt', { valid: false, enabled: false, triggers: ['webhook'] }),
    ],
  }),
  'runs.list': () => ({
    items: (['running', 'failed', 'cancelled', 'interrupted', 'waiting', 'queued'] as const).map(
      (status, n) =>
        sampleSummary(`run_${n}`, {
          workflow: 'sicherung',
          status,
          ...(status === 'failed' && failed.error ? { error: failed.error } : {}),
        }),
    ),
  }),
  'runs.get': () => ({ run: failed }),
  'runs.approvals': () => ({
    approvals: [sampleApproval({ title: 'Weiter?', workflow: 'sicherung', step: 'fragen' })],
    interrupted: [sampleInterruption({ name: 'Platte', workflow: 'platte', step: 'platte' })],
  }),
  'runs.watch': new Feed<RunEvent>().handler,
  'runs.log': new Feed().handler,
  'schedules.list': () => ({
    schedules: [
      sampleSchedule('sicherung', { words_in: { de: 'Täglich um 03:00' } }),
      sampleSchedule('platte', { words_in: { de: 'Alle 5 Minuten' }, paused: true }),
    ],
  }),
  'schedules.history': () => ({ items: [{ at, outcome: 'started', run: 'run_1' }] }),
  'audit.list': () => ({
    items: (['allowed', 'refused', 'failed'] as const).map((outcome, n) => ({
      seq: n,
      at,
      actor: 'ada',
      face: 'window',
      action: 'runs.start',
      outcome,
      details: { workflow: 'sicherung' },
      prev: 'a'.repeat(64),
      hash: 'b'.repeat(64),
    })),
  }),
  'audit.verify': () => ({ valid: true, entries: 3, head: 'b'.repeat(64) }),
  'tokens.list': () => ({ tokens: [] }),
  'vault.status': () => vaultStatus({ generations: [] }),
  'vault.list': () => ({ secrets: [secret('TOKEN', { description: '' })] }),
  'vault.history': () => ({ versions: [] }),
  'notifications.list': () => ({
    notifications: [{ id: 'n', at, level: 'danger', title: 'Kaputt', read: false }],
  }),
} as NonNullable<Parameters<typeof openWindow>[1]>;

beforeAll(async () => {
  await setupWindow();
  english = onlyEnglish();
  await i18next.changeLanguage('de');
});
afterEach(closeWindow);
afterAll(() => i18next.changeLanguage('en'));

const settled = () =>
  waitFor(() => expect(document.querySelectorAll('.animate-skeleton')).toHaveLength(0));

describe('the detector', () => {
  it('tells English from German by the words that only one of them has', () => {
    // Bug caught: a test that finds nothing because it looks for nothing.
    expect(english.size).toBeGreaterThan(400);
    for (const word of ['schedule', 'cancel', 'failed', 'which'])
      expect(english, word).toContain(word);
    for (const text of textsIn(de))
      expect(wordsIn(text).some((word) => english.has(word))).toBe(false);
  });

  it('finds both words and texts on a page that is English', async () => {
    await i18next.changeLanguage('en');
    await openWindow('/runs', handlers);
    await screen.findAllByRole('row');
    expect(englishTexts(english)).not.toEqual([]);
    expect(englishPhrases(phrases)).not.toEqual([]);
    await i18next.changeLanguage('de');
  });
});

describe('no English is left on a German page', () => {
  // Bug caught, by each of these: a text that is written into the component, or comes from the
  // platform, and so stays English between German ones.
  it.each([
    ['/', 'heading'],
    ['/runs', 'row'],
    ['/runs?q=nichts', 'heading'],
    ['/approvals', 'article'],
    ['/workflows', 'row'],
    ['/workflows?create=true', 'dialog'],
    ['/templates', 'img'],
    ['/schedules', 'row'],
    ['/schedules?open=sch_sicherung', 'dialog'],
    ['/schedules?add=sicherung', 'dialog'],
    ['/audit', 'row'],
    ['/vault', 'row'],
    ['/vault?open=TOKEN', 'dialog'],
    ['/hosts', 'heading'],
    ['/hosts?add=true', 'dialog'],
    ['/commands', 'heading'],
    ['/settings', 'tab'],
    ['/settings?tab=platform', 'tab'],
    ['/settings?tab=tokens', 'tab'],
    ['/settings?tab=about', 'tab'],
    ['/gibt/es/nicht', 'link'],
  ])('%s', async (path, role) => {
    await openWindow(path, handlers);
    await screen.findAllByRole(role);
    await settled();
    expect(englishOnPage()).toEqual([]);
  });

  it.each([
    '/',
    '/runs',
    '/approvals',
    '/workflows',
    '/schedules',
    '/templates',
    '/audit',
    '/hosts',
    '/commands',
    '/settings',
    '/settings?tab=platform',
    '/settings?tab=about',
  ])('%s with nothing in it', async (path) => {
    await openWindow(path, {
      'audit.list': () => ({ items: [] }),
      'workflows.templates': () => ({ templates: [] }),
    });
    await screen.findAllByRole('heading', { level: 1 });
    await settled();
    expect(englishOnPage()).toEqual([]);
  });

  it.each(['timeline', 'log', 'io', 'history'])('a run, %s', async (tab) => {
    const events = new Feed<RunEvent>();
    await openWindow(`/runs/run_1?tab=${tab}&step=senden`, {
      ...handlers,
      'runs.watch': events.handler,
    });
    await waitFor(() => expect(events.readers).toBe(1));
    act(() => events.push({ type: 'run', run: failed }));
    await screen.findByTestId('run-page');
    await waitFor(() => expect(englishOnPage()).toEqual([]));
  });

  it('the editor, with a step open', async () => {
    await openWindow('/workflows/sicherung', handlers);
    // Without the press before it, which React Flow takes for the start of a drag.
    fireEvent.click(await screen.findByTestId('node-senden'));
    await screen.findByTestId('field-url');
    expect(englishOnPage()).toEqual([]);
  });

  it('the palette, and a command that asks', async () => {
    await openWindow('/settings', handlers);
    act(() => showPalette(true));
    await userEvent.click(await screen.findByText('Lauf abbrechen'));
    await screen.findByPlaceholderText('Welcher Eintrag');
    expect(englishOnPage()).toEqual([]);
    await userEvent.keyboard('{Backspace}');
    await screen.findByText('Zeitplan hinzufügen');
    expect(englishOnPage()).toEqual([]);
  });

  it('the keys, the notifications and the panel', async () => {
    await openWindow('/runs', handlers);
    await userEvent.click(await screen.findByRole('button', { name: /Benachrichtigung/ }));
    await screen.findByText('Kaputt');
    act(() => showPanel('problems'));
    await screen.findByText('workflow.unknown_kind');
    expect(englishOnPage()).toEqual([]);
    act(() => useFrame.setState({ help: true, panel: 'logs' }));
    await screen.findByRole('dialog', { name: /Tasten/ });
    expect(englishOnPage()).toEqual([]);
  });
});
