import type { IncomingMessage } from 'node:http';
import { createConnection } from 'node:net';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import { createNexusClient, type NexusClient, type NexusLink } from '#contract/client.ts';
import { NexusError } from '#main/base/errors.ts';
import { PROTOCOL, PROTOCOL_HEADER, VERSION_HEADER } from './handshake.ts';
import { isOurs } from './socketFile.ts';

/** A connection to the platform that runs on this machine. */
export interface LocalConnection {
  client: NexusClient;
  /** The running platform's version. */
  version: string;
  close(): Promise<void>;
}

/** A platform that is alive but too busy to answer within this is an error, not absent. */
const TIMEOUT_MS = 5000;

/**
 * Connects to the platform that listens on `socketPath`; undefined where none does, also where a
 * killed one left its socket behind. The client's errors are {@link NexusError}.
 *
 * @throws NexusError `socket.protocol`, `socket.untrusted`, `socket.failed`
 */
export async function connectLocal(socketPath: string): Promise<LocalConnection | undefined> {
  if (process.platform !== 'win32' && !isOurs(socketPath)) return undefined;
  const socket = new WebSocket('ws://localhost/', {
    // The time-out below only listens for the connection's own.
    createConnection: () => createConnection({ path: socketPath, timeout: TIMEOUT_MS }),
    headers: { [PROTOCOL_HEADER]: PROTOCOL },
    perMessageDeflate: false,
    handshakeTimeout: TIMEOUT_MS,
    maxPayload: 64 * 1024 * 1024,
  });
  const version = await opened(socket, socketPath);
  if (version === undefined) return undefined;
  const lost = new AbortController();
  socket.once('close', () => lost.abort(new Error('it was closed before it answered.')));
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  return {
    client: createNexusClient(untilLost(link, lost.signal), (shape) => new NexusError(shape)),
    version,
    close: () =>
      new Promise((resolve) => {
        if (socket.readyState === WebSocket.CLOSED) return resolve();
        socket.once('close', () => resolve());
        socket.close();
        // The other end may be stopped in a debugger or dying: leave all the same.
        setTimeout(() => socket.terminate(), 1000).unref();
      }),
  };
}

// A call or a stream whose connection goes away fails. The transport leaves some of them pending for
// ever, and a command that waits for nothing else would end as if all were well.
function untilLost(link: NexusLink, lost: AbortSignal): NexusLink {
  const guard = <T>(pending: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const fail = () => reject(lost.reason as Error);
      if (lost.aborted) fail();
      lost.addEventListener('abort', fail, { once: true });
      void pending.then(resolve, reject).finally(() => lost.removeEventListener('abort', fail));
    });
  return {
    async call(path, input, options) {
      const output = await guard(link.call(path, input, options));
      if (typeof output !== 'object' || output === null || !(Symbol.asyncIterator in output))
        return output;
      const source = output as AsyncIterableIterator<unknown>;
      const guarded: AsyncIterableIterator<unknown> = {
        next: () => guard(source.next()),
        return: async (value) => (await source.return?.(value)) ?? { done: true, value: undefined },
        [Symbol.asyncIterator]: () => guarded,
      };
      return guarded;
    },
  };
}

// The platform's version once the socket is open, or undefined where nobody listens.
function opened(socket: WebSocket, path: string): Promise<string | undefined> {
  let version = '';
  return new Promise((resolve, reject) => {
    socket.once('upgrade', (response) => (version = headerOf(response)));
    socket.once('open', () => {
      // From now on a failure shows as a close, which the calls in flight hear.
      socket.on('error', () => undefined);
      resolve(version);
    });
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      reject(
        new NexusError({
          code: 'socket.protocol',
          message: `The Nexus that runs on this home (version ${headerOf(response)}) does not understand this command line.`,
          hint: 'Use the command line of the same version, or restart Nexus.',
          kind: 'operational',
        }),
      );
      socket.on('error', () => undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') return resolve(undefined);
      reject(
        new NexusError({
          code: 'socket.failed',
          message: `The Nexus on ${path} does not answer: ${error.message}`,
          hint: 'See whether it hangs; end it and start it again if it does.',
          kind: 'operational',
          cause: error,
        }),
      );
    });
  });
}

function headerOf(response: IncomingMessage): string {
  return String(response.headers[VERSION_HEADER] ?? 'unknown');
}
