import type { ClientLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';

type Link = ClientLink<Record<never, never>>;

/** One live way to the platform; `closed` resolves when it ends. */
export interface Channel {
  link: Link;
  closed: Promise<void>;
}

/** How to make a {@link Channel}; rejects with {@link Unauthorised} when a new login is needed. */
export type Transport = () => Promise<Channel>;

/** The platform answered, but does not know who is calling. */
export class Unauthorised extends Error {
  override name = 'Unauthorised';
}

declare global {
  interface Window {
    /**
     * The bridge of the desktop window: asks main for a port, which arrives as a message, and tells
     * where a file is that the person chose or dropped.
     */
    nexus?: { connect: () => void; pathOf?: (file: File) => string };
  }
}

/** The message with which the preload hands the port over. */
export const PORT_MESSAGE = 'nexus:port';

/** Over the MessagePort that the preload hands to this window. */
export const portTransport: Transport = async () => {
  const port = await requestPort();
  const closed = new Promise<void>((end) => {
    port.addEventListener('close', () => end());
  });
  port.start();
  const link: Link = new PortLink({ port });
  // There is always a port; only an answer tells that a platform is behind it.
  const answered = link.call(['platform', 'whoami'], {}, { context: {} }).then(
    () => true,
    () => false,
  );
  if (await Promise.race([answered, closed.then(() => false)])) return { link, closed };
  port.close();
  throw new Error('The platform does not answer.');
};

function requestPort(): Promise<MessagePort> {
  return new Promise((resolve) => {
    const onMessage = (event: MessageEvent) => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== PORT_MESSAGE || !port) return;
      window.removeEventListener('message', onMessage);
      resolve(port);
    };
    window.addEventListener('message', onMessage);
    window.nexus?.connect();
  });
}

/** Over a WebSocket to the server that served this page. */
export const socketTransport: Transport = async () => {
  const url = new URL('/ws', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  const closed = new Promise<void>((end) => {
    socket.addEventListener('close', () => end());
  });
  const opened = await new Promise<boolean>((resolve) => {
    socket.addEventListener('open', () => resolve(true), { once: true });
    socket.addEventListener('close', () => resolve(false), { once: true });
  });
  if (!opened) {
    // A refused upgrade looks like a lost network; only an ordinary request tells them apart.
    const answer = await fetch('/api/v1/whoami', { credentials: 'same-origin' });
    if (answer.status === 401) throw new Unauthorised('Not logged in.');
    throw new Error('The platform does not accept the connection.');
  }
  return { link: new SocketLink({ websocket: socket }), closed };
};

/** Picks by where this renderer runs: the desktop window has the bridge, a browser has not. */
export function pickTransport(): Transport {
  return window.nexus ? portTransport : socketTransport;
}
