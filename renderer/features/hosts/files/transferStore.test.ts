import { ORPCError } from '@orpc/client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TransferEvent, TransferInput } from '#contract/hostFiles.ts';
import { connect } from '#renderer/client/api.ts';
import { pairedPlatform } from '#renderer/testing/pairedPlatform.ts';
import type { Asked } from '../hosts.testing.ts';
import { cancelTransfer, resumeTransfer, startTransfer, useTransfers } from './transferStore.ts';

const plan = { direction: 'download', host: 'web-1', from: '/srv/a', to: '/tmp/' } as const;
const progress = (bytes: number): TransferEvent => ({
  type: 'progress',
  host: 'web-1',
  file: 'a',
  bytes,
  total: 100,
  files: 0,
  files_total: 1,
});
const done: TransferEvent = {
  type: 'done',
  host: 'web-1',
  files: 1,
  bytes: 100,
  resumed: 0,
  ms: 5,
  verified: true,
};
const newest = () => useTransfers.getState().transfers[0]!;
const until = (state: string) => vi.waitFor(() => expect(newest().state).toBe(state));

/** A platform whose transfers go as `run` says. */
function transfers(run: (asked: Asked<TransferInput>) => AsyncIterable<TransferEvent[]>) {
  const calls: TransferInput[] = [];
  const handler = async function* (asked: Asked<TransferInput>) {
    calls.push(asked.input);
    for await (const items of run(asked)) yield { stream: '', bytes: 0, items };
  };
  connect(pairedPlatform({ 'hosts.download': handler, 'hosts.upload': handler }));
  return calls;
}
const aborted = (signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve());
  });

beforeEach(() => useTransfers.setState(useTransfers.getInitialState(), true));

describe('a transfer', () => {
  it('is listed at once, before anybody has approved it', async () => {
    // Bug caught: a second press on a button that seems to have done nothing.
    transfers(async function* ({ signal }) {
      await aborted(signal);
      yield [];
    });
    startTransfer(plan);
    expect(newest()).toMatchObject({ ...plan, state: 'asking', progress: undefined });
    cancelTransfer(newest().id);
    await until('cancelled');
  });

  it('runs, tells how far it is, and is done', async () => {
    let go = () => {};
    const later = new Promise<void>((resolve) => (go = resolve));
    transfers(async function* () {
      yield [progress(10), progress(60)];
      await later;
      yield [progress(100), done];
    });
    startTransfer(plan);
    await until('running');
    expect(newest().progress?.bytes).toBe(60);
    go();
    await until('done');
    expect(newest().done).toMatchObject({ bytes: 100, verified: true });
  });

  it('that ends without a word has failed, and can go on', async () => {
    // Bug caught: it runs for ever in the list, and Cancel does nothing.
    const calls = transfers(async function* () {
      yield calls.length < 2 ? [progress(40)] : [done];
    });
    startTransfer(plan);
    await until('failed');
    expect(newest().error).toBeUndefined();
    resumeTransfer(newest());
    await until('done');
  });

  it('that the platform refuses says why', async () => {
    // oxlint-disable-next-line require-yield -- it is refused before anything is sent
    transfers(async function* () {
      throw new ORPCError('FORBIDDEN', {
        data: { code: 'policy.denied', message: '“Fetch?” was rejected.', kind: 'user' },
      });
    });
    startTransfer(plan);
    await until('failed');
    expect(newest().error).toMatchObject({ code: 'policy.denied' });
  });

  it('is cancelled by itself alone, and the others go on', async () => {
    const ended: string[] = [];
    transfers(async function* ({ input, signal }) {
      yield [progress(1)];
      await aborted(signal);
      ended.push(input.from);
    });
    startTransfer(plan);
    startTransfer({ ...plan, from: '/srv/b' });
    await vi.waitFor(() =>
      expect(useTransfers.getState().transfers.map(({ state }) => state)).toEqual([
        'running',
        'running',
      ]),
    );
    cancelTransfer(useTransfers.getState().transfers[1]!.id);
    await vi.waitFor(() => expect(ended).toEqual(['/srv/a']));
    expect(useTransfers.getState().transfers.map(({ from, state }) => [from, state])).toEqual([
      ['/srv/b', 'running'],
      ['/srv/a', 'cancelled'],
    ]);
    cancelTransfer(newest().id);
    await until('cancelled');
  });

  it('that goes on keeps its place and forgets why it stopped', async () => {
    const calls = transfers(async function* () {
      if (calls.length === 1)
        yield [
          {
            type: 'failed',
            host: 'web-1',
            error: { code: 'ssh.lost', message: 'Lost.', kind: 'operational' },
          },
        ];
      else yield [done];
    });
    startTransfer(plan);
    await until('failed');
    const { id } = newest();
    startTransfer({ ...plan, from: '/srv/b' });
    await until('done');
    const failed = useTransfers.getState().transfers[1]!;
    expect(failed).toMatchObject({ id, error: { message: 'Lost.' } });
    resumeTransfer(failed);
    expect(useTransfers.getState().transfers[1]).toMatchObject({
      state: 'asking',
      error: undefined,
    });
    await vi.waitFor(() => expect(useTransfers.getState().transfers[1]!.state).toBe('done'));
    expect(calls.map(({ from, resume }) => [from, resume])).toEqual([
      ['/srv/a', true],
      ['/srv/b', true],
      ['/srv/a', true],
    ]);
  });

  it('of a name that is no path is asked for as it is written', async () => {
    // A name may hold anything but a slash: what is sent is what the host listed.
    const calls = transfers(async function* () {
      yield [done];
    });
    for (const from of ['/srv/-rf *', '/srv/a\nb', '/srv/ünï 😀', '~/x']) {
      startTransfer({ ...plan, from });
      await until('done');
      expect(calls.at(-1)).toMatchObject({ from, to: '/tmp/', host: 'web-1' });
    }
  });
});
