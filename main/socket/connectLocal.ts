import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import { createNexusClient, type NexusClient, type NexusLink } from '#contract/client.ts';
import { NexusError } from '#main/base/errors.ts';
import type { LocalFace } from './handshake.ts';
import { openLocal } from './openLocal.ts';

/** A connection to the platform that runs on this machine. */
export interface LocalConnection {
  client: NexusClient;
  /** The running platform's version. */
  version: string;
  close(): Promise<void>;
}

/**
 * Connects to the platform that listens on `socketPath`; undefined where none does, also where a
 * killed one left its socket behind. The client's errors are {@link NexusError}.
 *
 * @throws NexusError `socket.protocol`, `socket.untrusted`, `socket.failed`
 */
export async function connectLocal(
  socketPath: string,
  face: LocalFace = 'cli',
): Promise<LocalConnection | undefined> {
  const open = await openLocal(socketPath, face);
  if (!open) return undefined;
  const { socket, version } = open;
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
