import { contextBridge, ipcRenderer, webUtils } from 'electron';

/** The two things of the page's window that the bridge uses. */
interface Page {
  location: { origin: string };
  postMessage(
    message: string,
    targetOrigin: string,
    transfer: InstanceType<typeof MessagePort>[],
  ): void;
}
const page = globalThis as unknown as Page;

/**
 * The one bridge. `window.nexus.connect()` makes a message channel, sends one end to the main
 * process and posts the other to the page as a `message` event whose data is `'nexus:port'` and
 * whose `ports[0]` is the port. A port cannot be returned: the context bridge copies values, and
 * only `postMessage` moves one.
 */
contextBridge.exposeInMainWorld('nexus', {
  connect: (): void => {
    const { port1, port2 } = new MessageChannel();
    ipcRenderer.postMessage('nexus:port', null, [port1]);
    page.postMessage('nexus:port', page.location.origin, [port2]);
  },
  /** Where a file that the person chose or dropped is on this machine. Only such files have a path. */
  pathOf: (file: Parameters<typeof webUtils.getPathForFile>[0]): string =>
    webUtils.getPathForFile(file),
});
