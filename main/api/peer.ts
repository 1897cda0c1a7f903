import { StandardRPCHandler } from '@orpc/server/standard';
import { createServerPeerHandleRequestFn } from '@orpc/server/standard-peer';
import { ServerPeer } from '@orpc/standard-server-peer';
import type { ApiRouter } from './bind.ts';
import type { Connection } from './call.ts';

/** A two-way channel of messages: a MessagePort or a WebSocket. */
export interface Channel {
  send(message: string | ArrayBufferLike | Uint8Array): void;
  onMessage(listener: (data: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** Serves one channel for one connection. */
export type ServePeer = (
  channel: Channel,
  connection: Connection,
  onMalformed: (error: unknown) => void,
) => void;

/**
 * The RPC protocol over any channel. The adapters that oRPC brings let a malformed message become an
 * unhandled rejection, which ends Node: here it closes the channel. When a channel closes, every call
 * and every stream of it is aborted.
 */
export function createPeers(router: ApiRouter): ServePeer {
  const handler = new StandardRPCHandler<Connection>(router);
  return (channel, connection, onMalformed) => {
    const peer = new ServerPeer((message) => channel.send(message));
    const handle = createServerPeerHandleRequestFn(handler, { context: connection });
    let open = true;
    const fail = (error: unknown) => {
      // What was under way when the channel closed ends in errors that concern nobody.
      if (!open) return;
      onMalformed(error);
      channel.close();
    };
    channel.onMessage((data) => {
      if (typeof data === 'string' || data instanceof Uint8Array)
        peer.message(data, handle).catch(fail);
      else fail(new TypeError('not a message'));
    });
    channel.onClose(() => {
      open = false;
      peer.close();
    });
  };
}
