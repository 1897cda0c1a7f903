import { ORPCError } from '@orpc/client';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AlertEntry, AlertRule, AlertState } from '#contract/alerts.ts';
import { sampleMonitored } from '#renderer/features/monitor/monitor.testing.ts';
import { closeWindow, Feed, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { sampleEntry, sampleRule, sampleState } from './alerts.testing.ts';

type Asked = { input: Record<string, unknown> };
type Handlers = NonNullable<Parameters<typeof openWindow>[1]>;

const answer = (rule = sampleRule('new')) => vi.fn<(asked: Asked) => unknown>(() => ({ rule }));

function open(
  known: { rules?: AlertRule[]; states?: AlertState[]; history?: AlertEntry[] } = {},
  handlers: Handlers = {},
  role: 'viewer' | 'operator' = 'operator',
) {
  return openWindow(
    '/monitor?tab=alerts',
    {
      'monitor.hosts': () => ({ hosts: [sampleMonitored('local')] }),
      'monitor.metrics': () => ({ metrics: [{ metric: 'disk.used_percent:/', unit: 'percent' }] }),
      'alerts.rules': () => ({ rules: known.rules ?? [] }),
      'alerts.states': () => ({ states: known.states ?? [] }),
      'alerts.history': () => ({ alerts: known.history ?? [] }),
      ...handlers,
    },
    role,
  );
}

const card = async (name: string) => within(await screen.findByRole('region', { name }));
const row = async (name: string) =>
  within((await (await card('Alert rules')).findByText(name)).closest('li')!);

beforeAll(setupWindow);
afterEach(closeWindow);

describe('the rules', () => {
  test('tell what each watches, in the units of a person', async () => {
    await open({
      rules: [
        sampleRule('low-memory', {
          metric: 'memory.available',
          unit: 'bytes',
          comparison: '<',
          threshold: 512 * 1024 ** 2,
          hosts: 'group:web',
        }),
        sampleRule('gone', { metric: 'up', unit: 'count', threshold: 1, for: '0s' }),
      ],
    });
    const low = await row('low-memory');
    expect(low.getByText('memory.available < 512 MiB')).toBeTruthy();
    expect(low.getByText(/for 5m on group:web/)).toBeTruthy();
    // Bug caught: “for 0s”, where it fires at once.
    expect((await row('gone')).getByText(/· on every host/)).toBeTruthy();
  });

  test('show the worst that they say of any host', async () => {
    await open({
      rules: ['a', 'b', 'c', 'd', 'e'].map((name) =>
        sampleRule(name, name === 'e' ? { paused: true } : {}),
      ),
      states: [
        sampleState('a'),
        sampleState('a', { host: 'host_1', state: 'firing' }),
        sampleState('b', { state: 'pending' }),
        sampleState('c', { state: 'no_data' }),
      ],
    });
    for (const [name, words] of [
      ['a', 'Firing'],
      ['b', 'Pending'],
      ['c', 'No data'],
      ['d', 'Waiting for data'],
      ['e', 'Paused'],
    ] as const)
      expect((await row(name)).getByText(words)).toBeTruthy();
  });

  test('are paused and resumed with a click, and the list is read anew', async () => {
    let rules = [sampleRule('busy')];
    const change = (paused: boolean) =>
      vi.fn<(asked: Asked) => unknown>(() => {
        rules = [sampleRule('busy', { paused })];
        return { rule: rules[0] };
      });
    const [pause, resume] = [change(true), change(false)];
    await open(
      {},
      { 'alerts.rules': () => ({ rules }), 'alerts.pause': pause, 'alerts.resume': resume },
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Pause busy' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Resume busy' }));
    await screen.findByRole('button', { name: 'Pause busy' });
    expect(pause.mock.lastCall?.[0].input).toEqual({ id: 'rule_busy' });
    expect(resume).toHaveBeenCalledOnce();
  });

  test('are removed only after it was said what that means', async () => {
    const remove = vi.fn<(asked: Asked) => unknown>(() => ({ removed: true }));
    await open({ rules: [sampleRule('busy')] }, { 'alerts.remove': remove });
    await userEvent.click(await screen.findByRole('button', { name: 'Remove busy' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('Remove the alert rule busy?')).toBeTruthy();
    expect(remove).not.toHaveBeenCalled();
    await userEvent.click(dialog.getByRole('button', { name: 'Remove rule' }));
    await waitFor(() => expect(remove.mock.lastCall?.[0].input).toEqual({ id: 'rule_busy' }));
  });

  // Bug caught: a viewer is offered what the platform then refuses.
  test('are only to be read for a viewer', async () => {
    await open({ rules: [sampleRule('busy')] }, {}, 'viewer');
    await row('busy');
    for (const name of [/^Pause/, /^Change/, /^Remove/, 'Add alert rule'])
      expect(screen.queryByRole('button', { name })).toBeNull();
  });

  test('that cannot be read are an error with a way on, not an empty list', async () => {
    let broken = true;
    await open(
      {},
      {
        'alerts.rules': () => {
          if (broken) throw new ORPCError('INTERNAL', { message: 'no' });
          return { rules: [] };
        },
      },
    );
    await screen.findByText('The alert rules cannot be shown.');
    broken = false;
    await userEvent.click(screen.getByRole('button', { name: /again/i }));
    expect(await screen.findByText('Nothing is watched yet')).toBeTruthy();
  });
});

describe('what fires', () => {
  test('stands on top, the gravest first, and leads to the charts of its host', async () => {
    const { address } = await open({
      rules: [sampleRule('busy'), sampleRule('full')],
      states: [
        sampleState('busy', { state: 'firing' }),
        sampleState('full', { state: 'firing', severity: 'critical', host: 'local' }),
        sampleState('calm'),
      ],
    });
    const now = await card('Firing now');
    const links = now.getAllByRole('link');
    expect(links.map((link) => link.textContent)).toEqual([
      'full · This machine',
      'busy · This machine',
    ]);
    expect(now.getAllByText(/is 97 % \(> 90 %\)/)).toHaveLength(2);
    await userEvent.click(links[0]!);
    await waitFor(() => expect(address()).toContain('host=local'));
  });

  // Bug caught: a host that went silent with an alert open looks as if it were over.
  test('stays while its host gives no data, and says so', async () => {
    await open({
      rules: [sampleRule('busy')],
      states: [sampleState('busy', { state: 'no_data', alert: 'alert_1' })],
    });
    expect(await (await card('Firing now')).findByText(/gives no data any more/)).toBeTruthy();
  });

  test('appears as it happens, with its number on the tab', async () => {
    const changes = new Feed<{ changed: string }>();
    let states: AlertState[] = [];
    await open(
      { rules: [sampleRule('busy')] },
      { 'alerts.states': () => ({ states }), 'alerts.watch': changes.handler },
    );
    await screen.findByText('No alert fires right now.');
    states = [sampleState('busy', { state: 'firing' })];
    await waitFor(() => expect(changes.readers).toBeGreaterThan(0));
    await act(async () => changes.push({ changed: 'rule_busy' }));
    await (await card('Firing now')).findByText('busy', { exact: false });
    expect(screen.getByRole('tab', { name: /Alerts 1/ })).toBeTruthy();
  });
});

describe('what has fired', () => {
  test('tells how long it lasted and leads to the runs that it started', async () => {
    const { address } = await open(
      {
        history: [
          sampleEntry('busy', {
            resolved_at: '2026-03-01T10:04:12.000Z',
            runs: [{ workflow: 'react', run: 'run_1' }],
          }),
          sampleEntry('full'),
        ],
      },
      {
        'runs.get': () => {
          throw new ORPCError('NOT_FOUND', { message: 'gone' });
        },
      },
    );
    const history = await card('History');
    expect(await history.findByText('lasted 4 min 12 s')).toBeTruthy();
    expect(history.getByText('still open')).toBeTruthy();
    await userEvent.click(history.getByRole('link', { name: 'react' }));
    await waitFor(() => expect(address()).toBe('/runs/run_1'));
  });
});

describe('the form', () => {
  const dialog = async (name = 'Add alert rule') =>
    within(await screen.findByRole('dialog', { name }));
  const begin = async (handlers: Handlers) => {
    const window = await open({}, handlers);
    await userEvent.click(await screen.findByRole('button', { name: 'Add alert rule' }));
    return { ...window, form: await dialog() };
  };
  const fill = async (form: Awaited<ReturnType<typeof dialog>>, name: string, text: string) => {
    const field = form.getByRole(name === 'Metric' ? 'combobox' : 'textbox', { name });
    await userEvent.clear(field);
    await userEvent.type(field, text);
  };

  test('sends what was typed, sizes as bytes', async () => {
    const add = answer();
    const { form, address } = await begin({ 'alerts.add': add });
    await fill(form, 'Name', 'low-memory');
    await fill(form, 'Metric', 'memory.available');
    await userEvent.selectOptions(form.getByRole('combobox', { name: 'Is' }), '<');
    await fill(form, 'Limit', '0.5');
    await userEvent.selectOptions(form.getByRole('combobox', { name: 'Unit' }), 'GiB');
    await fill(form, 'Ends at', '1');
    await userEvent.selectOptions(form.getByRole('combobox', { name: 'Severity' }), 'Critical');
    await userEvent.click(form.getByRole('button', { name: 'Add alert rule' }));
    await waitFor(() => expect(add).toHaveBeenCalledOnce());
    expect(add.mock.lastCall?.[0].input).toEqual({
      name: 'low-memory',
      metric: 'memory.available',
      comparison: '<',
      threshold: 512 * 1024 ** 2,
      clear: 1024 ** 3,
      for: '5m',
      hosts: '*',
      severity: 'critical',
      notify: true,
    });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(address()).not.toContain('rule=');
  });

  test('says what is wrong beside the field, and sends nothing', async () => {
    const add = answer();
    const { form } = await begin({ 'alerts.add': add });
    // Nobody is told that the name is missing before there was a chance to type it.
    expect(form.queryByText('Use lower-case letters, digits, dots and dashes.')).toBeNull();
    await fill(form, 'Limit', 'much');
    await fill(form, 'For at least', 'soon');
    await userEvent.click(form.getByRole('button', { name: 'Add alert rule' }));
    for (const text of ['Write a number.', 'Write a duration such as 5m.'])
      expect(form.getByText(text)).toBeTruthy();
    expect(form.getByText('Use lower-case letters, digits, dots and dashes.')).toBeTruthy();
    expect(add).not.toHaveBeenCalled();
  });

  // Bug caught: the platform's refusal closes the form, and what was typed is gone; or it is told twice.
  test('keeps what was typed when the platform refuses, and tells why once', async () => {
    const { form } = await begin({
      'alerts.add': () => {
        throw new ORPCError('CONFLICT', { message: 'There is a rule busy already.' });
      },
    });
    await fill(form, 'Name', 'busy');
    await userEvent.click(form.getByRole('button', { name: 'Add alert rule' }));
    expect((await form.findByRole('alert')).textContent).toContain('There is a rule busy already.');
    expect(form.getByRole('textbox', { name: 'Name' })).toHaveProperty('value', 'busy');
    expect(screen.getAllByText(/There is a rule busy already/)).toHaveLength(1);
  });

  test('changes a rule from what it is, and keeps what is not touched', async () => {
    const update = answer();
    await open(
      { rules: [sampleRule('busy', { clear: 80, severity: 'info', notify: false })] },
      { 'alerts.update': update },
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Change busy' }));
    const form = await dialog('Change busy');
    await fill(form, 'Limit', '95');
    await userEvent.click(form.getByRole('button', { name: 'Save rule' }));
    await waitFor(() =>
      expect(update.mock.lastCall?.[0].input).toMatchObject({
        id: 'rule_busy',
        threshold: 95,
        clear: 80,
        severity: 'info',
        notify: false,
      }),
    );
  });

  // Bug caught: a reload, or a link from somewhere else, forgets which rule was open.
  test('is in the address', async () => {
    const { address } = await open({ rules: [sampleRule('busy')] });
    await userEvent.click(await screen.findByRole('button', { name: 'Change busy' }));
    await dialog('Change busy');
    expect(address()).toContain('rule=rule_busy');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(address()).not.toContain('rule='));
  });
});
