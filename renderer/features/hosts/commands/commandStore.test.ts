import { ORPCError } from '@orpc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExecEvent, ExecInput } from '#contract/hostCommands.ts';
import { connect } from '#renderer/client/api.ts';
import { pairedPlatform } from '#renderer/testing/pairedPlatform.ts';
import type { Asked } from '../hosts.testing.ts';
import { begins, ends, writes } from './command.testing.ts';
import { retryCommand, startCommand, stopCommand, useCommand } from './commandStore.ts';

const uptime = { command: 'uptime', strategy: 'all', retries: 0 } as const;
const run = () => useCommand.getState().run!;
const states = () => run().output.results.map(({ host, state }) => [host, state]);

/** A platform that runs commands as `exec` says. */
function commands(exec: (asked: Asked<ExecInput>) => AsyncIterable<ExecEvent[]>) {
  const calls: ExecInput[] = [];
  const handler = async function* (asked: Asked<ExecInput>) {
    calls.push(asked.input);
    for await (const items of exec(asked)) yield { stream: '', bytes: 0, items };
  };
  connect(pairedPlatform({ 'hosts.exec': handler }));
  return calls;
}
const aborted = (signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve());
  });

beforeEach(() => useCommand.setState(useCommand.getInitialState(), true));
afterEach(stopCommand);

describe('a command', () => {
  it('has its hosts in the table before anything is heard of them', async () => {
    const calls = commands(async function* () {
      yield [begins('a'), ends('a', 0), begins('b'), ends('b', 0)];
    });
    const over = startCommand('group:web', ['a', 'b'], uptime);
    expect(run()).toMatchObject({ state: 'asking', hosts: 'group:web' });
    expect(states()).toEqual([
      ['a', 'waiting'],
      ['b', 'waiting'],
    ]);
    await over;
    expect(run().state).toBe('done');
    expect(calls[0]).toMatchObject({ hosts: 'group:web', command: 'uptime' });
  });

  it('that breaks in the middle does not say that it was not run', async () => {
    // Bug caught: "Not run" above three hosts on which it ran, and it is run on them once more.
    commands(async function* () {
      yield [begins('a'), ends('a', 0), begins('b')];
      throw new ORPCError('BAD_GATEWAY', {
        data: { code: 'internal', message: 'It broke.', kind: 'unexpected' },
      });
    });
    await startCommand('all', ['a', 'b', 'c'], uptime);
    expect(run()).toMatchObject({ state: 'broken', error: { message: 'It broke.' } });
    expect(states()).toEqual([
      ['a', 'succeeded'],
      ['b', 'failed'],
      ['c', 'skipped'],
    ]);
  });

  it('that is refused was not run on any host', async () => {
    // oxlint-disable-next-line require-yield -- it is refused before anything is sent
    commands(async function* () {
      throw new ORPCError('FORBIDDEN', {
        data: { code: 'policy.denied', message: 'Rejected.', kind: 'user' },
      });
    });
    await startCommand('all', ['a'], uptime);
    expect(run()).toMatchObject({ state: 'failed', error: { code: 'policy.denied' } });
    expect(states()).toEqual([['a', 'skipped']]);
  });

  it('whose end was not told of every host leaves none running', async () => {
    // Bug caught: "Finished" beside a host that spins for ever.
    commands(async function* () {
      yield [begins('a'), ends('a', 0), begins('b')];
    });
    await startCommand('all', ['a', 'b', 'c'], uptime);
    expect(run().state).toBe('done');
    expect(states()).toEqual([
      ['a', 'succeeded'],
      ['b', 'failed'],
      ['c', 'skipped'],
    ]);
  });

  it('gives way to the next one, which it cannot disturb', async () => {
    // Bug caught: the end of the command before says "Stopped" over the one that runs.
    const heard: string[] = [];
    let finish = () => {};
    const later = new Promise<void>((resolve) => (finish = resolve));
    commands(async function* ({ input, signal }) {
      if (input.command === 'first') {
        yield [begins('a')];
        await aborted(signal);
        heard.push('first ended');
      } else {
        yield [begins('b')];
        await later;
        yield [ends('b', 0)];
      }
    });
    const first = startCommand('name:a', ['a'], { ...uptime, command: 'first' });
    await vi.waitFor(() => expect(states()).toEqual([['a', 'running']]));
    const second = startCommand('name:b', ['b'], { ...uptime, command: 'second' });
    await first;
    await vi.waitFor(() => expect(states()).toEqual([['b', 'running']]));
    expect(run()).toMatchObject({ state: 'running', options: { command: 'second' } });
    finish();
    await second;
    expect(run().state).toBe('done');
    expect(states()).toEqual([['b', 'succeeded']]);
    await vi.waitFor(() => expect(heard).toEqual(['first ended']));
  });

  it('that is stopped says so, and its hosts did not succeed', async () => {
    commands(async function* ({ signal }) {
      yield [begins('a')];
      await aborted(signal);
    });
    const over = startCommand('all', ['a', 'b'], uptime);
    await vi.waitFor(() => expect(run().state).toBe('running'));
    stopCommand();
    await over;
    expect(run()).toMatchObject({ state: 'stopped', error: undefined });
    expect(states()).toEqual([
      ['a', 'failed'],
      ['b', 'skipped'],
    ]);
  });
});

describe('a command that is tried again', () => {
  it('goes to those hosts alone, and the others keep what they said', async () => {
    let turn = 0;
    const calls = commands(async function* () {
      turn += 1;
      if (turn === 1)
        yield [begins('a'), writes('a', 'fine\n'), ends('a', 0), begins('b'), ends('b', 7)];
      else yield [begins('b'), ends('b', 0)];
    });
    await startCommand('group:web', ['a', 'b'], { ...uptime, timeout_ms: 9000 });
    await retryCommand(['b']);
    expect(calls[1]).toMatchObject({ hosts: 'name:b', command: 'uptime', timeout_ms: 9000 });
    expect(run().output.results).toMatchObject([
      { host: 'a', state: 'succeeded', attempt: 1, last: 'fine' },
      { host: 'b', state: 'succeeded', attempt: 2 },
    ]);
    // The page goes on naming what was typed.
    expect(run().hosts).toBe('group:web');
  });

  it('forgets how it ended before', async () => {
    // Bug caught: "Killed by KILL", said of an attempt that was stopped by hand.
    let turn = 0;
    commands(async function* ({ signal }) {
      turn += 1;
      if (turn === 1) return yield [begins('a'), ends('a', null, { signal: 'KILL' })];
      yield [begins('a')];
      await aborted(signal);
    });
    await startCommand('all', ['a'], uptime);
    expect(run().output.results[0]).toMatchObject({ state: 'failed', signal: 'KILL', ms: 1234 });
    const again = retryCommand(['a']);
    await vi.waitFor(() => expect(states()).toEqual([['a', 'running']]));
    stopCommand();
    await again;
    expect(run().output.results[0]).toMatchObject({
      state: 'failed',
      signal: null,
      exitCode: null,
      ms: undefined,
    });
  });

  it('on no host does nothing at all', async () => {
    const calls = commands(async function* () {
      yield [];
    });
    await retryCommand(['a']);
    await startCommand('all', ['a'], uptime);
    await retryCommand([]);
    expect(calls).toHaveLength(1);
    expect(run().state).toBe('done');
  });
});
