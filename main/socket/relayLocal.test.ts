import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';
import { RPCLink } from '@orpc/client/message-port';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNexusClient, readStream } from '#contract/client.ts';
import { createApi } from '#main/api/index.ts';
import { memoryServices } from '#main/api/services.testing.ts';
import { silentLogger } from '#main/base/log.ts';
import { type LocalListener, listenLocal } from './listenLocal.ts';
import { relayLocal } from './relayLocal.ts';

let folder: string;
let path: string;
let listener: LocalListener | undefined;
const services = memoryServices();
const api = createApi({ services, record: async () => undefined, log: silentLogger });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-relay-'));
  path = join(folder, 'nexus.sock');
  listener = await listenLocal({ path, api, version: '1.2.3', log: silentLogger });
});
afterEach(async () => {
  await listener?.close();
  listener = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** A page with its end of the port, and the end that is main's. */
function page() {
  const { port1, port2 } = new MessageChannel();
  const client = createNexusClient(new RPCLink({ port: port2 as NodePort & EventTarget }));
  port2.start();
  return { client, main: port1, port: port2 };
}

describe('a window joined to the platform of another process', () => {
  it('calls as the owner at a window, also what it asked before it was joined', async () => {
    // Bug caught: the first calls of a page, sent while the socket opens, are lost and hang for ever.
    const { client, main, port } = page();
    const early = client.platform.whoami({});
    expect(await relayLocal(path, main)).toBe(true);
    expect(await early).toEqual({ name: 'owner', role: 'admin', face: 'window' });
    await expect(client.runs.get({ id: 'missing' })).rejects.toMatchObject({
      code: 'run.not_found',
      hint: 'List them.',
    });
    port.close();
  });

  it('streams, and the producer ends when the page goes away', async () => {
    // Bug caught: every reload of a joined window leaves its streams running in the server.
    const signals: AbortSignal[] = [];
    const watch = services.engine.watch.bind(services.engine);
    services.engine.watch = (run, signal) => {
      signals.push(signal!);
      return watch(run, signal);
    };
    const { client, main, port } = page();
    await relayLocal(path, main);
    const stream = readStream(client, client.runs.watch({ id: 'a' }));
    await stream.next();
    port.close();
    await new Promise((resolve) => signals[0]!.addEventListener('abort', resolve));
    expect(signals).toHaveLength(1);
    services.engine.watch = watch;
    stream.return().catch(() => undefined);
  });

  it('closes the port when the platform ends, so that the page knows', async () => {
    // Bug caught: the page waits for answers that nobody is left to give, and shows old states as live.
    const { main, port } = page();
    await relayLocal(path, main);
    const closed = once(port, 'close');
    await listener?.close();
    listener = undefined;
    expect(await closed).toHaveLength(1);
  });

  it('says false where nobody listens, and closes a port on which no messages come', async () => {
    expect(await relayLocal(join(folder, 'nobody.sock'), page().main)).toBe(false);
    const { main, port } = page();
    await relayLocal(path, main);
    const closed = once(port, 'close');
    port.postMessage({ no: 'message' });
    await closed;
  });

  it('leaves nothing open for a page that went while it was being joined', async () => {
    // Bug caught: quick reloads pile up connections that nobody closes.
    const { main, port } = page();
    const ended = new Promise<void>((resolve) => {
      const serve = api.bindSocket.bind(api);
      api.bindSocket = (socket, connection) => {
        serve(socket, connection);
        socket.on('close', () => resolve());
        api.bindSocket = serve;
      };
    });
    const joining = relayLocal(path, main);
    port.close();
    expect(await joining).toBe(true);
    await ended;
  });
});
