import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type OpenGateway, openGateway, requestText } from './gateway.testing.ts';

let nexus: OpenGateway;
afterEach(() => nexus.end());

const answer = { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' };

describe('a webhook’s sender', () => {
  it('that leaves is told to whoever waits for an answer to give', async () => {
    // Bug caught: every sender that gave up keeps a waiter and its timer for half a minute.
    let arrived: () => void;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    let left: () => void;
    const leaving = new Promise<void>((resolve) => (left = resolve));
    nexus = await openGateway({
      webhooks: {
        maxBody: () => 1000,
        handle: async (_, signal) => {
          signal!.addEventListener('abort', () => left());
          arrived();
          await leaving;
          return answer;
        },
      },
    });
    const socket = connect(nexus.port, '127.0.0.1');
    socket.write(requestText(nexus.port, 'POST /hooks/hello', { 'Content-Length': '0' }));
    await arrival;
    socket.destroy();
    await expect(leaving).resolves.toBeUndefined();
  });

  it('that stays until it has its answer does not count as gone', async () => {
    const signals: AbortSignal[] = [];
    nexus = await openGateway({
      webhooks: {
        maxBody: () => 1000,
        handle: async (_, signal) => {
          signals.push(signal!);
          return answer;
        },
      },
    });
    for (let i = 0; i < 3; i += 1)
      expect(await (await fetch(nexus.url('/hooks/hello'), { method: 'POST' })).text()).toBe('ok');
    await nexus.gateway.close();
    expect(signals.map((signal) => signal.aborted)).toEqual([false, false, false]);
  });
});
