import type { Channel } from './peer.ts';

/** A port as Electron's main process (MessagePortMain) and Node's worker threads have it. */
export interface PortLike {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/** A MessagePort as a channel. Call {@link PortLike.start} once it is served. */
export function portChannel(port: PortLike): Channel {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', (message) => listener(dataOf(message))),
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  };
}

// Electron gives an event, Node's ports the data itself (which is never an object here).
function dataOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'data' in message
    ? message.data
    : message;
}
