import { type PortLike, portChannel } from '#main/api/index.ts';
import { openLocal } from './openLocal.ts';

/**
 * Joins a page's port to the platform that listens on `socketPath`: what comes on one goes out on
 * the other, unread (both carry the same messages), and when one ends the other does.
 *
 * @returns false where nobody listens; the port is left as it was.
 * @throws NexusError `socket.protocol`, `socket.untrusted`, `socket.failed`
 */
export async function relayLocal(socketPath: string, port: PortLike): Promise<boolean> {
  const page = portChannel(port);
  let gone = false;
  page.onClose(() => (gone = true));
  const open = await openLocal(socketPath, 'window');
  if (!open) return false;
  const { socket } = open;
  if (gone) socket.close();
  page.onMessage((data) => {
    if (typeof data === 'string' || data instanceof Uint8Array) socket.send(data);
    else page.close();
  });
  page.onClose(() => socket.close());
  socket.on('message', (data: Buffer, binary) => page.send(binary ? data : data.toString()));
  socket.on('close', () => page.close());
  port.start();
  return true;
}
