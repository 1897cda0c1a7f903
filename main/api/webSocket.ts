import type { WebSocket } from 'ws';
import type { Channel } from './peer.ts';

/** A WebSocket (of `ws`) as a channel. */
export function socketChannel(socket: WebSocket): Channel {
  return {
    send: (message) => socket.send(message),
    onMessage: (listener) =>
      void socket.on('message', (data: Buffer, binary) =>
        listener(binary ? data : data.toString()),
      ),
    onClose: (listener) => void socket.on('close', listener),
    // Policy violation (RFC 6455 section 7.4.1): what came was no message.
    close: () => socket.close(1008),
  };
}
