import { ORPCError } from '@orpc/client';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ExecEvent, ExecInput } from '#contract/hostCommands.ts';
import { sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, Feed, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Asked, type Handlers, openHosts, streamOf } from '../hosts.testing.ts';
import { begins as start, ends as end, writes as out } from './command.testing.ts';
import { CommandOutput } from './CommandOutput.ts';
import { bytesFor, stopCommand, useCommand } from './commandStore.ts';
import { resultsFile } from './resultsFile.ts';

beforeAll(setupWindow);
afterEach(() => {
  act(stopCommand);
  closeWindow();
  useCommand.setState(useCommand.getInitialState(), true);
});

const hosts = [
  sampleHost('web-1', { groups: ['web'] }),
  sampleHost('web-2', { groups: ['web'], environment: 'production' }),
  sampleHost('db-1', { groups: ['db'] }),
];
const open = (path: string, handlers: Handlers = {}) => openHosts(path, hosts, { handlers });
const row = (name: string) =>
  within(screen.getByRole('grid', { name: 'Results' })).getByRole('row', {
    name: new RegExp(name),
  });
const run = async (command: string, name: RegExp | string = /^Run on/) => {
  await userEvent.type(await screen.findByLabelText('Command'), command);
  const button = await screen.findByRole('button', { name });
  await waitFor(() => expect(button).toHaveProperty('disabled', false));
  await userEvent.click(button);
};

describe('before a command runs', () => {
  it('says which hosts are meant, and runs on none while that is not known', async () => {
    await open('/commands?hosts=group%3Aweb');
    await screen.findByText('2 hosts:');
    screen.getByText('web-1, web-2');
    const field = screen.getByRole('combobox', { name: 'Hosts' });
    await userEvent.clear(field);
    expect(screen.getByRole('button', { name: 'Run' })).toHaveProperty('disabled', true);
    await userEvent.type(field, 'group:nothing');
    await screen.findByText('No host matches.');
  });

  it('shows what is wrong with the expression', async () => {
    await open('/commands?hosts=(', {
      'hosts.list': ({ input }: Asked<{ expression?: string }>) => {
        if (input.expression === undefined) return { hosts };
        throw new ORPCError('BAD_REQUEST', {
          data: {
            code: 'hosts.expression_invalid',
            message: 'A closing parenthesis is missing.',
            kind: 'user',
          },
        });
      },
    } as never);
    expect((await screen.findByRole('alert')).textContent).toContain('parenthesis is missing');
  });

  it('names the production hosts, and whether an approval will be asked', async () => {
    await open('/commands?hosts=group%3Aweb');
    await screen.findByText(/1 production host is among them: web-2\..*No approval is asked for/);
    closeWindow();
    await open('/commands?hosts=group%3Aweb', {
      'settings.get': () => ({ 'ssh.production_approval': 'on' }),
    });
    await screen.findByText(/an approval of exactly this command on exactly these hosts/);
    closeWindow();
    await open('/commands?hosts=group%3Adb');
    await screen.findByText('1 host:');
    expect(screen.queryByText(/production host/)).toBeNull();
  });

  it('takes no number that the platform would refuse', async () => {
    await open('/commands?hosts=all');
    await userEvent.type(await screen.findByLabelText('Command'), 'uptime');
    const verb = await screen.findByRole('button', { name: 'Run on 3 hosts' });
    for (const [label, bad, good] of [
      ['At once', '0', '10'],
      ['Time-out (s)', '1h', '60'],
      ['Retries', '11', '2'],
    ] as const) {
      const field = screen.getByLabelText(label);
      await userEvent.clear(field);
      await userEvent.type(field, bad);
      screen.getByText('Not in range');
      expect(verb).toHaveProperty('disabled', true);
      await userEvent.clear(field);
      await userEvent.type(field, good);
      expect(verb).toHaveProperty('disabled', false);
    }
  });
});

describe('a command', () => {
  it('is sent as it was set, and shows each host’s output, code and time', async () => {
    const events = [
      [start('web-1'), start('web-2'), out('web-1', 'up 3 days\n')],
      [out('web-2', 'no such command\n', 'stderr'), end('web-2', 127)],
      [end('web-1', 0), { type: 'done', succeeded: ['web-1'], failed: ['web-2'], skipped: [] }],
    ] as ExecEvent[][];
    const exec = vi.fn(streamOf(events) as (asked: Asked<ExecInput>) => never);
    await open('/commands?hosts=group%3Aweb', { 'hosts.exec': exec as never });
    await userEvent.selectOptions(await screen.findByLabelText('Order'), 'canary');
    await userEvent.type(screen.getByLabelText('Time-out (s)'), '90');
    await run('uptime');
    await screen.findByText('Finished');
    expect(exec.mock.lastCall?.[0].input).toMatchObject({
      hosts: 'group:web',
      command: 'uptime',
      strategy: 'canary',
      retries: 0,
      timeout_ms: 90_000,
    });
    // Bug caught: a number of ours makes “one after the other” go fifty at a time.
    expect(exec.mock.lastCall?.[0].input).not.toHaveProperty('parallel');
    screen.getByText('1 succeeded, 1 failed, 0 left');
    expect(row('web-1').textContent).toMatch(/Exit 0.*1\.2 s.*up 3 days/);
    expect(row('web-2').textContent).toMatch(/Exit 127.*no such command/);
    const log = screen.getByRole('log', { name: 'Output of all hosts' });
    expect(log.textContent).toContain('web-1up 3 days');
    await userEvent.click(row('web-2'));
    expect(screen.getByRole('log', { name: 'web-2' }).textContent).not.toContain('up 3 days');
  });

  it('starts with Ctrl+Enter, once', async () => {
    const exec = vi.fn(streamOf([[start('db-1')]], { open: true }) as () => never);
    await open('/commands?hosts=group%3Adb', { 'hosts.exec': exec as never });
    await userEvent.type(await screen.findByLabelText('Command'), 'uptime');
    await screen.findByRole('button', { name: 'Run on 1 host' });
    await userEvent.keyboard('{Control>}{Enter}{Enter}{/Control}');
    await screen.findByText('Running', { selector: '[role=status]' });
    expect(exec).toHaveBeenCalledTimes(1);
  });

  it('runs again on those that failed alone, with the same settings', async () => {
    const exec = vi.fn(
      streamOf([[start('web-1'), end('web-1', 0), start('web-2'), end('web-2', 1)]]) as (
        asked: Asked<ExecInput>,
      ) => never,
    );
    await open('/commands?hosts=group%3Aweb', { 'hosts.exec': exec as never });
    await run('deploy');
    await screen.findByText('Finished');
    exec.mockImplementation(streamOf([[start('web-2'), end('web-2', 0)]]) as never);
    await userEvent.click(screen.getByRole('button', { name: 'Retry 1 failed' }));
    await screen.findByText('2 succeeded, 0 failed, 0 left');
    expect(exec.mock.lastCall?.[0].input).toMatchObject({
      hosts: 'name:web-2',
      command: 'deploy',
    });
    within(row('web-2')).getByTitle('Attempt 2');
    expect(screen.queryByRole('button', { name: /^Retry/ })).toBeNull();
  });

  it('offers what was never begun on its own', async () => {
    const exec = vi.fn(
      streamOf([
        [
          start('web-1'),
          end('web-1', 1),
          { type: 'done', succeeded: [], failed: ['web-1'], skipped: ['web-2'] },
        ],
      ]) as (asked: Asked<ExecInput>) => never,
    );
    await open('/commands?hosts=group%3Aweb', { 'hosts.exec': exec as never });
    await run('deploy');
    await userEvent.click(await screen.findByRole('button', { name: 'Run on 1 skipped' }));
    await waitFor(() => expect(exec.mock.lastCall?.[0].input.hosts).toBe('name:web-2'));
  });

  it('is stopped on the platform too, and what had not ended is no success', async () => {
    // Bug caught: Stop only stops looking.
    let stopped = false;
    const exec = async function* ({ signal }: { signal: AbortSignal }) {
      yield { stream: '', bytes: 0, items: [start('web-1')] };
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      stopped = true;
    };
    await open('/commands?hosts=group%3Aweb', { 'hosts.exec': exec as never });
    await run('sleep 1000');
    await screen.findByText('Running', { selector: '[role=status]' });
    await userEvent.click(screen.getByRole('button', { name: 'Stop' }));
    await screen.findByText('Stopped');
    await waitFor(() => expect(stopped).toBe(true));
    screen.getByText('0 succeeded, 1 failed, 0 left');
  });

  it('that is refused says so, and that nothing was done', async () => {
    await open('/commands?hosts=group%3Aweb', {
      'hosts.exec': () => {
        throw new ORPCError('FORBIDDEN', {
          data: {
            code: 'policy.denied',
            message: '“Go on?” was rejected.',
            hint: 'Nothing was done on any host.',
            kind: 'user',
          },
        });
      },
    });
    await run('reboot');
    expect((await screen.findByRole('alert')).textContent).toContain('Nothing was done');
    within(row('web-1')).getByText('Skipped');
  });

  it('goes on while another page is open, and is there again afterwards', async () => {
    const feed = new Feed<ExecEvent>();
    await open('/commands?hosts=group%3Adb', { 'hosts.exec': feed.handler });
    await run('make');
    await waitFor(() => expect(feed.readers).toBe(1));
    feed.push(start('db-1'));
    await userEvent.click(screen.getByRole('link', { name: 'Schedules' }));
    await screen.findByText('No schedules yet');
    feed.push(out('db-1', 'built while away\n'));
    await userEvent.click(screen.getByRole('link', { name: 'Hosts' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Run command' }));
    expect((await screen.findByRole('log')).textContent).toContain('built while away');
    expect(screen.getByLabelText<HTMLTextAreaElement>('Command').value).toBe('make');
  });

  it('with an error where there is no exit code shows the error', async () => {
    const error = {
      code: 'ssh.timeout',
      message: 'It took too long.',
      kind: 'operational' as const,
    };
    await open('/commands?hosts=group%3Adb', {
      'hosts.exec': streamOf([[start('db-1'), end('db-1', null, { error })]]),
    });
    await run('sleep 9');
    await screen.findByText('Finished');
    expect(row('db-1').textContent).toMatch(/No answer.*It took too long\./);
  });

  it('stays usable with 10,000 lines: only what is seen is drawn', async () => {
    const lines = Array.from({ length: 100 }, (_, batch) =>
      out('db-1', Array.from({ length: 100 }, (_, at) => `line ${batch * 100 + at}\n`).join('')),
    );
    await open('/commands?hosts=group%3Adb', {
      'hosts.exec': streamOf([[start('db-1')], ...lines.map((line) => [line]), [end('db-1', 0)]]),
    });
    await run('seq');
    await screen.findByText('Finished');
    expect(row('db-1').textContent).toContain('line 9999');
    const log = screen.getByRole('log');
    expect(log.querySelectorAll('[data-index]').length).toBeLessThan(200);
    await userEvent.type(screen.getByLabelText('Search the log'), 'line 4242');
    await screen.findByText('1 of 1');
  });
});

describe('what is kept of a command', () => {
  it('has the shape of the command line’s JSON', () => {
    const output = new CommandOutput(['a']);
    output.apply([start('a'), out('a', 'x\ny\n'), out('a', 'warn\n', 'stderr'), end('a', 2)]);
    expect(JSON.parse(resultsFile(output))).toEqual({
      results: [{ host: 'a', exit_code: 2, stdout: 'x\ny\n', stderr: 'warn\n', ms: 1234 }],
    });
  });

  it('fits into the window, however many hosts there are', () => {
    for (const hosts of [0, 1, 8, 100, 200, 1000]) {
      expect(bytesFor(hosts)).toBeLessThanOrEqual(8 * 1024 * 1024);
      expect(bytesFor(hosts)).toBeGreaterThanOrEqual(64 * 1024);
      expect(bytesFor(hosts) * hosts).toBeLessThanOrEqual(64 * 1024 * 1024);
    }
  });
});
