import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { MonitoredHost, Sample } from '#contract/monitor.ts';
import { closeWindow, Feed, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { answerSeries, sampleLook, sampleMonitored } from './monitor.testing.ts';

type Handlers = NonNullable<Parameters<typeof openWindow>[1]>;
type Asked = { input: Record<string, unknown> };

async function open(
  hosts: MonitoredHost[],
  more: { path?: string; handlers?: Handlers; role?: 'viewer' | 'operator' } = {},
) {
  const live = new Feed<Sample>();
  const series = vi.fn<(asked: { input: never }) => unknown>(answerSeries);
  const window = await openWindow(
    more.path ?? '/monitor',
    {
      'monitor.hosts': () => ({ hosts }),
      'monitor.series': series,
      'monitor.live': live.handler,
      'monitor.metrics': () => ({ metrics: [] }),
      ...more.handlers,
    },
    more.role ?? 'operator',
  );
  const tell = async (...samples: Sample[]) => {
    await waitFor(() => expect(live.readers).toBeGreaterThan(0));
    await act(async () => live.push(...samples));
  };
  return { ...window, series, live, tell };
}
const region = (name: string) => screen.findByRole('region', { name });

beforeAll(setupWindow);
afterEach(closeWindow);

describe('the figures of a host', () => {
  test('a new sample is shown large, and what it holds besides: cores, disks, processes', async () => {
    const { tell } = await open([sampleMonitored('local')]);
    await region('Processor');
    await tell(sampleLook('local', { 'cpu.total': 73.4 }));
    expect(await within(await region('Processor')).findByText('73 %')).toBeTruthy();
    expect(within(await region('Processor')).getByText('of 2 cores')).toBeTruthy();
    expect(within(await region('Memory')).getByText('4 GiB')).toBeTruthy();
    expect(within(await region('Memory')).getByText('of 16 GiB')).toBeTruthy();
    expect(within(await region('Right now')).getByText('/')).toBeTruthy();
    expect(screen.getByText('Up for 2 hours')).toBeTruthy();
    expect(within(await region('Top processes')).getByText('postgres')).toBeTruthy();
  });

  test('how full the disks were is drawn over time, for a new host from its first samples on', async () => {
    const disks = [{ metric: 'disk.used_percent:/', unit: 'percent' }];
    const metrics = vi.fn<() => unknown>(() => ({ metrics: [] }));
    const { tell, series } = await open([sampleMonitored('local')], {
      handlers: { 'monitor.metrics': metrics },
    });
    await region('Processor');
    expect(screen.queryByRole('region', { name: 'Storage used' })).toBeNull();
    // The platform writes in batches: what a sample shows may be known only at the one after it.
    await tell(sampleLook('local'));
    await waitFor(() => expect(metrics).toHaveBeenCalledTimes(2));
    metrics.mockReturnValue({ metrics: disks });
    await tell(sampleLook('local'));
    expect(within(await region('Storage used')).getByText('90 %')).toBeTruthy();
    const asked = series.mock.lastCall?.[0].input as unknown as { metrics: string[] };
    expect(asked.metrics).toContain('disk.used_percent:/');
  });

  test('processes can be seen by memory, where another one is first', async () => {
    const { tell } = await open([sampleMonitored('local')]);
    await region('Processor');
    await tell(sampleLook('local'));
    const list = within(await region('Top processes'));
    await userEvent.selectOptions(list.getByRole('combobox'), 'By memory');
    expect(list.getByText('java')).toBeTruthy();
    expect(list.queryByText('postgres')).toBeNull();
  });

  test('a value that the host does not tell is a dash, not zero', async () => {
    const { tell } = await open([sampleMonitored('local')], {
      handlers: {
        'monitor.series': ({ input }: { input: never }) => ({
          ...answerSeries({ input }),
          times: [],
          series: [],
        }),
      },
    });
    await region('Network');
    await tell(sampleLook('local'));
    expect(within(await region('Network')).getAllByText('–')).toHaveLength(2);
  });

  test('another range is asked of the platform and kept in the address', async () => {
    const { series, address } = await open([sampleMonitored('local')]);
    await region('Processor');
    await userEvent.click(screen.getByRole('button', { name: '7 d' }));
    await waitFor(() => expect(address()).toContain('range=7d'));
    const spans = () =>
      series.mock.calls.map(([asked]) => {
        const { from, to } = asked.input as { from: string; to: string };
        return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
      });
    await waitFor(() => expect(spans()).toContain(7));
    // What is shown is what is pressed.
    expect(screen.getByRole('button', { name: '7 d' }).getAttribute('aria-pressed')).toBe('true');
  });

  // Bug caught: with this machine alone on the page, it waits for its first figures for ever.
  test('that has answered for the first time is shown as that', async () => {
    let hosts = [sampleMonitored('local', { status: 'waiting', values: {} })];
    const { tell } = await open([], { handlers: { 'monitor.hosts': () => ({ hosts }) } });
    await screen.findByText('Waiting');
    hosts = [sampleMonitored('local')];
    await tell(sampleLook('local'));
    expect(await screen.findByText('Answers')).toBeTruthy();
  });

  // Bug caught: a host that has died shows its last load in large figures, as if it were now.
  test('are no longer shown large once it does not answer', async () => {
    const { tell } = await open([sampleMonitored('local')]);
    await region('Processor');
    await tell(sampleLook('local'));
    await within(await region('Memory')).findByText('4 GiB');
    await tell({ host: 'local', at: new Date().toISOString(), values: { up: 0 } });
    for (const name of ['Processor', 'Memory'])
      expect(await within(await region(name)).findByText('–')).toBeTruthy();
    expect(screen.queryByText('4 GiB')).toBeNull();
  });

  test('why a host does not answer is said, with what to do', async () => {
    await open([
      sampleMonitored('local', {
        status: 'down',
        error: {
          code: 'ssh.unreachable',
          message: 'web-1 cannot be reached.',
          hint: 'Is it switched on?',
          kind: 'operational',
        },
      }),
    ]);
    expect(await screen.findByText('web-1 cannot be reached.')).toBeTruthy();
    expect(screen.getByText(/Is it switched on/)).toBeTruthy();
    expect(screen.getByText('No answer')).toBeTruthy();
  });
});

describe('a host that is not watched', () => {
  const off = sampleMonitored('local', { monitored: false, status: 'off', values: {} });

  test('is watched with one click, and the charts appear', async () => {
    let hosts = [off];
    const set = vi.fn<(asked: Asked) => unknown>(() => {
      hosts = [sampleMonitored('local', { status: 'waiting', values: {} })];
      return { host: hosts[0] };
    });
    await open([], { handlers: { 'monitor.hosts': () => ({ hosts }), 'monitor.set': set } });
    expect(screen.queryByRole('region', { name: 'Processor' })).toBeNull();
    await userEvent.click(await screen.findByRole('button', { name: 'Watch this host' }));
    expect(set.mock.lastCall?.[0].input).toEqual({ host: 'local', monitored: true });
    await region('Processor');
    expect(screen.queryByText('This host is not watched')).toBeNull();
  });

  // Bug caught: turning a host off hides the month of history that led to turning it off.
  test('shows the history of when it was', async () => {
    await open([off], {
      handlers: {
        'monitor.metrics': () => ({ metrics: [{ metric: 'cpu.total', unit: 'percent' }] }),
      },
    });
    await region('Processor');
    expect(screen.getByText('This host is not watched')).toBeTruthy();
  });

  // Bug caught: a viewer is offered what the platform then refuses.
  test('a viewer is told, and not offered to change it', async () => {
    await open([off], { role: 'viewer' });
    await screen.findByText('This host is not watched');
    expect(screen.queryByRole('button', { name: 'Watch this host' })).toBeNull();
    expect(screen.getByRole('switch', { name: 'Watch' })).toHaveProperty('disabled', true);
  });
});

describe('several hosts', () => {
  // Bug caught: a host that is added beside an open window is missing until it is loaded anew.
  test('appear and go as the inventory does', async () => {
    const changes = new Feed<unknown>();
    const health = vi.fn<() => unknown>();
    let hosts = [sampleMonitored('local')];
    health.mockImplementation(() => ({ hosts }));
    await open([], {
      handlers: { 'monitor.hosts': health, 'hosts.watch': changes.handler as never },
    });
    await region('Processor');
    await waitFor(() => expect(changes.readers).toBeGreaterThan(0));
    hosts = [...hosts, sampleMonitored('host_1', { name: 'web-1' })];
    await act(async () => changes.push({ type: 'removed', id: 'host_9', name: 'other' }));
    await screen.findByRole('link', { name: 'web-1' });
    // A ping of a connection is no reason to ask for the list again.
    const asked = health.mock.calls.length;
    await act(async () =>
      changes.push({
        type: 'health',
        health: { host: 'web-1', state: 'connected', since: '2026-01-01T00:00:00Z', channels: 0 },
      }),
    );
    expect(health).toHaveBeenCalledTimes(asked);
  });

  const two = [sampleMonitored('local'), sampleMonitored('host_web', { name: 'web-1' })];

  test('each has its figures, which move, and leads to its charts', async () => {
    const { tell, address } = await open(two);
    const web = (await screen.findByRole('link', { name: 'web-1' })).closest('li')!;
    expect(within(web).getByText('12 %')).toBeTruthy();
    await tell(sampleLook('host_web', { 'cpu.total': 88 }));
    expect(await within(web).findByText('88 %')).toBeTruthy();
    // Bug caught: a sample of one host shows at another.
    const here = screen.getByRole('link', { name: 'This machine' }).closest('li')!;
    expect(within(here).queryByText('88 %')).toBeNull();
    await userEvent.click(within(web).getByRole('link'));
    expect(await screen.findByRole('heading', { name: 'web-1' })).toBeTruthy();
    expect(address()).toContain('host=host_web');
  });

  test('the last hour is a line with its gap, and a host that is off asks for none', async () => {
    const off = sampleMonitored('host_off', { monitored: false, status: 'off', values: {} });
    const { series } = await open([...two, off]);
    const web = (await screen.findByRole('link', { name: 'web-1' })).closest('li')!;
    // Two pieces of each of the two lines.
    await waitFor(() => expect(web.querySelectorAll('path')).toHaveLength(4));
    const asked = series.mock.calls.map(([one]) => one.input['host']);
    expect(asked).not.toContain('host_off');
    expect(screen.getByText('Not watched')).toBeTruthy();
  });

  test('one that stops answering is shown as that, without its old figures', async () => {
    let hosts = two;
    const { tell } = await open([], { handlers: { 'monitor.hosts': () => ({ hosts }) } });
    const web = (await screen.findByRole('link', { name: 'web-1' })).closest('li')!;
    hosts = [two[0]!, { ...two[1]!, status: 'down' }];
    await tell({ host: 'host_web', at: new Date().toISOString(), values: { up: 0 } });
    expect(await within(web).findByText('No answer')).toBeTruthy();
    expect(within(web).queryByText('12 %')).toBeNull();
  });
});
