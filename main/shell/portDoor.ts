import { ipcMain, type IpcMainEvent, type MessagePortMain, type WebContents } from 'electron';
import { acceptedPort } from './acceptedPort.ts';

/**
 * Listens for pages that ask for the port and hands it to `bind`, after {@link acceptedPort} has
 * checked who asks. A page has one port; asking again (after a reload) closes the one before it.
 */
export function openPortDoor(
  isOurs: (contents: WebContents) => boolean,
  bind: (port: MessagePortMain) => void,
): void {
  const open = new Map<number, MessagePortMain>();
  ipcMain.on('nexus:port', (event: IpcMainEvent) => {
    const port = acceptedPort(event, isOurs);
    if (!port) return;
    const id = event.sender.id;
    open.get(id)?.close();
    open.set(id, port);
    port.once('close', () => {
      if (open.get(id) === port) open.delete(id);
    });
    bind(port);
  });
}
