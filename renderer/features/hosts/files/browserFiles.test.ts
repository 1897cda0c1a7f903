import { beforeEach, describe, expect, it } from 'vitest';
import type { ReceivedFile } from '#contract/files.ts';
import type { TransferEvent } from '#contract/hostFiles.ts';
import { connect } from '#renderer/client/api.ts';
import { pairedPlatform } from '#renderer/testing/pairedPlatform.ts';
import type { Asked } from '../hosts.testing.ts';
import { type BrowserFile, sendFiles, type SendBytes } from './browserFiles.ts';

interface Opening {
  host: string;
  folder: string;
  name: string;
  size: number;
}

const opened: Opening[] = [];
/** Bytes of each name that the host has already. */
const there = new Map<string, number>();

beforeEach(() => {
  opened.length = 0;
  there.clear();
  connect(
    pairedPlatform({
      'files.openUpload': (({ input }: Asked<Opening>) => {
        opened.push(input);
        return {
          url: `/files/${encodeURIComponent(input.name)}`,
          path: `/srv/${input.name}`,
          offset: there.get(input.name) ?? 0,
        };
      }) as never,
    }),
  );
});

const file = (name: string, text: string): BrowserFile => ({ name, file: new File([text], name) });
const received = (bytes: number, more: Partial<ReceivedFile> = {}): ReceivedFile => ({
  path: '/srv/x',
  bytes,
  resumed: 0,
  verified: true,
  ...more,
});
const plan = (...files: BrowserFile[]) => ({ host: 'web-1', to: '/srv/', files });
const never = new AbortController().signal;

describe('files of the browser', () => {
  it('go one after the other, with their place below the folder', async () => {
    const running = { now: 0, most: 0 };
    const send: SendBytes = async (_url, bytes) => {
      running.most = Math.max(running.most, (running.now += 1));
      await Promise.resolve();
      running.now -= 1;
      return received(bytes.size);
    };
    const told: TransferEvent[] = [];
    const files = [file('site/a', 'one'), file('site/b/c', 'four4')];
    await sendFiles(plan(...files), new Map(), (event) => told.push(event), never, send);
    expect(opened.map(({ folder, name, size }) => [folder, name, size])).toEqual([
      ['/srv/', 'site/a', 3],
      ['/srv/', 'site/b/c', 5],
    ]);
    expect(running.most).toBe(1);
    expect(told.at(-1)).toMatchObject({ type: 'done', files: 2, bytes: 8, verified: true });
  });

  it('tell how much of all of them has gone, and never more than there is', async () => {
    // Bug caught: the request's own counting goes beyond the file, and the bar beyond its end.
    const send: SendBytes = async (_url, bytes, _signal, onSent) => {
      onSent(1);
      onSent(bytes.size + 500);
      return received(bytes.size);
    };
    const told: TransferEvent[] = [];
    const files = [file('a', '12345'), file('b', '12345')];
    await sendFiles(plan(...files), new Map(), (event) => told.push(event), never, send);
    const bytes = told.flatMap((event) => (event.type === 'progress' ? [event.bytes] : []));
    expect(bytes).toEqual([0, 1, 5, 5, 6, 10]);
    expect(told.every((event) => event.type !== 'progress' || event.total === 10)).toBe(true);
  });

  it('are sent from where the host has them, and that is said', async () => {
    there.set('a', 4);
    const sizes: number[] = [];
    const send: SendBytes = async (_url, bytes) => {
      sizes.push(bytes.size);
      return received(10, { resumed: 4 });
    };
    const told: TransferEvent[] = [];
    await sendFiles(plan(file('a', '0123456789')), new Map(), (one) => told.push(one), never, send);
    expect(sizes).toEqual([6]);
    expect(told.at(-1)).toMatchObject({ type: 'done', resumed: 4, bytes: 10 });
  });

  it('that broke off are not sent twice: what has arrived is known', async () => {
    let fail = true;
    const sent: string[] = [];
    const send: SendBytes = async (url, bytes) => {
      if (fail && url.endsWith('b')) throw new Error('The connection was lost.');
      sent.push(url);
      return received(bytes.size);
    };
    const files = [file('a', 'aa'), file('b', 'bb'), file('c', 'cc')];
    const arrived = new Map<BrowserFile, ReceivedFile>();
    const told: TransferEvent[] = [];
    const tell = (event: TransferEvent) => void told.push(event);
    await expect(sendFiles(plan(...files), arrived, tell, never, send)).rejects.toThrow('lost');
    expect([...arrived.keys()].map(({ name }) => name)).toEqual(['a']);
    expect(told.some(({ type }) => type === 'done')).toBe(false);
    fail = false;
    await sendFiles(plan(...files), arrived, tell, never, send);
    expect(sent).toEqual(['/files/a', '/files/b', '/files/c']);
    expect(told.at(-1)).toMatchObject({ type: 'done', files: 3, bytes: 6, resumed: 2 });
  });

  it('stop between two files when they are cancelled', async () => {
    const abort = new AbortController();
    const sent: string[] = [];
    const send: SendBytes = async (url, bytes) => {
      sent.push(url);
      abort.abort(new Error('cancelled'));
      return received(bytes.size);
    };
    const all = sendFiles(
      plan(file('a', 'a'), file('b', 'b')),
      new Map(),
      () => {},
      abort.signal,
      send,
    );
    await expect(all).rejects.toThrow('cancelled');
    expect(sent).toEqual(['/files/a']);
    expect(opened).toHaveLength(1);
  });

  it('are right only when each of them is, and have one checksum only alone', async () => {
    // Bug caught: "checksum is right" for a folder of which one file was not checked.
    const answers = [
      received(1, { verified: true, sha256: 'aa' }),
      received(1, { verified: false }),
    ];
    const told: TransferEvent[] = [];
    const tell = (event: TransferEvent) => void told.push(event);
    const send: SendBytes = async () => answers.shift()!;
    await sendFiles(plan(file('a', 'a'), file('b', 'b')), new Map(), tell, never, send);
    expect(told.at(-1)).toMatchObject({ type: 'done', verified: false });
    expect(told.at(-1)).not.toHaveProperty('sha256');
    answers.push(received(1, { sha256: 'bb' }));
    await sendFiles(plan(file('a', 'a')), new Map(), tell, never, send);
    expect(told.at(-1)).toMatchObject({ sha256: 'bb', verified: true });
  });

  it('that are empty arrive as well', async () => {
    const told: TransferEvent[] = [];
    const send: SendBytes = async (_url, bytes) => received(bytes.size);
    await sendFiles(plan(file('.keep', '')), new Map(), (one) => told.push(one), never, send);
    expect(told.at(-1)).toMatchObject({ type: 'done', files: 1, bytes: 0 });
  });
});
