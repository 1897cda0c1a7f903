import { receivedFile, type ReceivedFile } from '#contract/files.ts';
import type { TransferEvent } from '#contract/hostFiles.ts';
import { client } from '#renderer/client/api.ts';

/** A file of this browser, and its path below the folder that it goes to. */
export interface BrowserFile {
  name: string;
  file: File;
}

/** Sends the bytes from `offset` on. @throws the server's problem, or an Error where there is no answer */
export type SendBytes = (
  url: string,
  bytes: Blob,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
) => Promise<ReceivedFile>;

// XMLHttpRequest: fetch tells nothing of how far an upload is.
const sendBytes: SendBytes = (url, bytes, signal, onSent) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    signal.addEventListener('abort', stop, { once: true });
    request.open('PUT', url);
    request.responseType = 'text';
    request.upload.addEventListener('progress', (event) => onSent(event.loaded));
    request.addEventListener('abort', () => reject(signal.reason as Error));
    request.addEventListener('error', () => reject(new Error('The connection was lost.')));
    request.addEventListener('load', () => {
      try {
        const answer: unknown = JSON.parse(request.responseText);
        if (request.status === 200) resolve(receivedFile.parse(answer));
        else reject(answer as Error);
      } catch (cause) {
        reject(new Error(`The server answered ${request.status}.`, { cause }));
      }
    });
    request.addEventListener('loadend', () => signal.removeEventListener('abort', stop));
    request.send(bytes);
  });

/**
 * Sends files of this browser into a folder of a host, one after the other, and tells how far it is.
 * `sent` keeps what has arrived, so that another try goes on where this one stopped.
 *
 * @throws what opening or sending throws; the signal's reason
 */
export async function sendFiles(
  plan: { host: string; to: string; files: readonly BrowserFile[] },
  sent: Map<BrowserFile, ReceivedFile>,
  tell: (event: TransferEvent) => void,
  signal: AbortSignal,
  send: SendBytes = sendBytes,
): Promise<void> {
  const begin = performance.now();
  const { host, to, files } = plan;
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const done = () => [...sent.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const progress = (file: string, more: number) => {
    const counts = { files: sent.size, files_total: files.length };
    tell({ type: 'progress', host, file, bytes: done() + more, total, ...counts });
  };
  let resumed = done();
  for (const one of files) {
    if (sent.has(one)) continue;
    signal.throwIfAborted();
    const { name, file } = one;
    progress(name, 0);
    const { url, offset } = await client.files.openUpload(
      { host, folder: to, name, size: file.size, modified: file.lastModified },
      { signal },
    );
    resumed += offset;
    const rest = file.slice(offset);
    sent.set(
      one,
      await send(url, rest, signal, (bytes) => progress(name, offset + Math.min(bytes, rest.size))),
    );
  }
  const all = [...sent.values()];
  const [only] = all;
  tell({
    type: 'done',
    host,
    files: files.length,
    bytes: done(),
    resumed,
    ms: performance.now() - begin,
    verified: all.every(({ verified }) => verified),
    ...(all.length === 1 && only?.sha256 ? { sha256: only.sha256 } : {}),
  });
}

/** Has the browser fetch a file of a host, or a folder as an archive, as it fetches anything. */
export async function fetchFile(host: string, path: string): Promise<void> {
  const { url, name } = await client.files.openDownload({ host, path });
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
