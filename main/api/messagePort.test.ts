import { once } from 'node:events';
import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';
import { RPCLink } from '@orpc/client/message-port';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNexusClient, readStream } from '#contract/client.ts';
import type { Caller } from '#contract/platform.ts';
import { STREAM_WINDOW, type StreamFrame } from '#contract/stream.ts';
import { silentLogger } from '#main/base/log.ts';
import type { Services } from './services.ts';
import { createApi } from './index.ts';
import { memoryServices } from './services.testing.ts';

const owner: Caller = { name: 'owner', role: 'admin', face: 'window' };

function connect(services: Services) {
  const api = createApi({ services, record: async () => undefined, log: silentLogger });
  const { port1, port2 } = new MessageChannel();
  api.bindPort(port1, owner);
  // Node's port knows both the browser's and the emitter's way to listen.
  const client = createNexusClient(new RPCLink({ port: port2 as NodePort & EventTarget }));
  port2.start();
  return { api, client, port1, port2 };
}

describe('the table over a MessagePort', () => {
  it('answers calls and gives errors their code and hint', async () => {
    const { client, port2 } = connect(memoryServices());
    expect(await client.platform.whoami({})).toEqual(owner);
    await expect(client.runs.get({ id: 'missing' })).rejects.toMatchObject({
      name: 'RemoteError',
      code: 'run.not_found',
      hint: 'List them.',
    });
    port2.close();
  });

  it('stops the producer while nothing is acknowledged, and goes on after', async () => {
    // Bug caught: a port without backpressure piles up everything a fast source yields.
    const services = memoryServices();
    let produced = 0;
    services.engine.log = async function* () {
      for (let seq = 1; seq <= 5000; seq += 1) {
        produced = seq;
        yield {
          seq,
          at: '2026-11-21T00:00:00.000Z',
          step: 's',
          attempt: 1,
          stream: 'stdout',
          text: 'x'.repeat(900),
        };
      }
    };
    const { client, port2 } = connect(services);
    const frames = await client.runs.log({ id: 'run_1' });
    let bytes = 0;
    let name = '';
    const frame = async () => (await frames.next()).value as StreamFrame<unknown>;
    // Without acknowledging: frames come until the window is full, then no more.
    while (bytes < STREAM_WINDOW) {
      const next = await frame();
      bytes += next.bytes;
      name = next.stream;
    }
    await client.platform.whoami({});
    const stoodAt = produced;
    await client.platform.whoami({});
    expect(produced).toBe(stoodAt);
    expect(produced * 900).toBeLessThan(STREAM_WINDOW * 2);
    await client.streams.ack({ stream: name, bytes });
    let seen = 0;
    for (;;) {
      const { value, done } = await frames.next();
      if (done || !value) break;
      seen = value.items.at(-1)?.seq ?? seen;
      await client.streams.ack({ stream: name, bytes: value.bytes });
    }
    expect(seen).toBe(5000);
    port2.close();
  });

  it('ends every source when the window goes away', async () => {
    // Bug caught: views of closed windows that are fed for ever.
    const services = memoryServices();
    const signals: AbortSignal[] = [];
    const watch = services.engine.watch.bind(services.engine);
    services.engine.watch = (run, signal) => {
      signals.push(signal!);
      return watch(run, signal);
    };
    const { client, port2 } = connect(services);
    const first = readStream(client, client.runs.watch({ id: 'a' }));
    const second = readStream(client, client.runs.watch({ id: 'b' }));
    await first.next();
    await second.next();
    await first.return();
    await client.platform.whoami({});
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
    port2.close();
    await new Promise((resolve) => signals[1]!.addEventListener('abort', resolve));
    second.return().catch(() => undefined);
  });

  it('closes a port on which something comes that is no message, and nothing else breaks', async () => {
    // Bug caught: an unhandled rejection in the main process, which ends it.
    for (const garbage of ['{', 'null', { i: 1 }, 42, '{"i":"1","p":{"u":5}}']) {
      const { port1, port2 } = connect(memoryServices());
      const closed = once(port1, 'close');
      port2.postMessage(garbage);
      expect(await closed).toHaveLength(1);
    }
  });

  it('survives whatever is sent, and reaches no service by it', async () => {
    // Bug caught: a crafted message that ends the process or gets round the guards.
    const message = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record(
          {
            i: fc.constantFrom('1', '2', 3, null),
            t: fc.constantFrom(1, 2, 3, 4, 'x'),
            p: fc.record(
              {
                u: fc.constantFrom(
                  '/runs/cancel',
                  '/__proto__',
                  '/constructor',
                  '/runs',
                  'x:',
                  '//h/runs/cancel',
                  7,
                ),
                m: fc.constantFrom('GET', 'POST', 'x', null),
                b: fc.oneof(
                  fc.jsonValue(),
                  fc.constant({ json: { id: 1 }, meta: [[9, 'a', '__proto__']] }),
                ),
                h: fc.constantFrom(
                  {},
                  { 'content-type': 'text/event-stream' },
                  { 'content-disposition': 'attachment' },
                  null,
                ),
              },
              { requiredKeys: [] },
            ),
          },
          { requiredKeys: [] },
        )
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 5 }), async (messages) => {
        const services = memoryServices();
        const { port2, client } = connect(services);
        for (const one of messages) port2.postMessage(one);
        await client.platform.whoami({}).catch(() => undefined);
        expect(services.reached).toEqual([]);
        expect({}).not.toHaveProperty('a');
        port2.close();
      }),
      { numRuns: 150 },
    );
  });

  it('ends a stream that fails with the error’s code', async () => {
    const services = memoryServices();
    services.engine.changes = async function* () {
      yield* [];
      throw Object.assign(new Error('/root/place'), { code: 'EIO' });
    };
    const { client, port2 } = connect(services);
    const reading = readStream(client, client.runs.changes({}));
    await expect(reading.next()).rejects.toMatchObject({ code: 'internal', kind: 'unexpected' });
    port2.close();
  });
});
