import { isAppUrl } from './origin.ts';

/** What the sender check looks at: a part of Electron's IpcMainEvent. */
export interface PortRequest<Contents, Port> {
  sender: Contents;
  senderFrame: { url: string; parent: unknown } | null;
  ports: readonly Port[];
}

/**
 * The port of a page that may talk to the platform: it comes alone, from the main frame of a window
 * of ours that shows our own origin. From anyone else every port is closed and none is accepted.
 */
export function acceptedPort<Contents, Port extends { close(): void }>(
  request: PortRequest<Contents, Port>,
  isOurs: (contents: Contents) => boolean,
): Port | undefined {
  const { sender, senderFrame, ports } = request;
  const accepted =
    ports.length === 1 &&
    senderFrame !== null &&
    senderFrame.parent === null &&
    isAppUrl(senderFrame.url) &&
    isOurs(sender);
  if (accepted) return ports[0];
  for (const port of ports) port.close();
  return undefined;
}
