import type { SupportedMessagePort } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
import type { ApiRouter } from './bind.ts';
import type { Connection } from './call.ts';

/** A port as Electron's main process (`on`, `start`, `close`) and Node's worker threads have it. */
export interface PortLike {
  on(event: string, listener: (event: never) => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/**
 * Serves the table over a MessagePort. What arrives and is no proper message closes the port: it can
 * only come from a page that is not ours any more.
 *
 * @param unwrap gives the data of a message event; Node's ports give the data itself.
 */
export function servePort(
  handler: RPCHandler<Connection>,
  port: PortLike,
  connection: Connection,
  onMalformed: (error: unknown) => void,
): void {
  const guarded = {
    on(event: string, callback: (event?: { data: unknown }) => unknown) {
      port.on(event, (message: never) => {
        // The adapter's listener is asynchronous and nobody else would hear it fail.
        Promise.resolve(callback(asEvent(message))).catch((error: unknown) => {
          onMalformed(error);
          port.close();
        });
      });
    },
    postMessage: (data: unknown) => port.postMessage(data),
  };
  handler.upgrade(guarded as SupportedMessagePort, { context: connection });
  port.start();
}

function asEvent(message: unknown): { data: unknown } {
  return typeof message === 'object' && message !== null && 'data' in message
    ? { data: message.data }
    : { data: message };
}

/** The one handler for all ports. */
export function createPortHandler(router: ApiRouter): RPCHandler<Connection> {
  return new RPCHandler(router);
}
