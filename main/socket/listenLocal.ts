import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type Api, toProblem } from '#main/api/index.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Logger } from '#main/base/log.ts';
import { FACE_HEADER, PROTOCOL, PROTOCOL_HEADER, VERSION_HEADER } from './handshake.ts';
import { clearStale, createPrivately } from './socketFile.ts';

/** Workflow texts are at most 2 MB; JSON escaping may double that. */
const MAX_PAYLOAD = 8 * 1024 * 1024;

/** The open socket. */
export interface LocalListener {
  path: string;
  close(): Promise<void>;
}

/**
 * Serves the table of operations on the local socket: WebSocket over a Unix socket that only this
 * user can open (0600), or a named pipe on Windows. Who can open it is the owner.
 *
 * @throws NexusError `socket.in_use`, `socket.blocked`
 */
export async function listenLocal(options: {
  path: string;
  api: Api;
  version: string;
  log: Logger;
}): Promise<LocalListener> {
  const { path, api, version } = options;
  const log = options.log.part('socket');
  const pipe = process.platform === 'win32';
  if (!pipe) await clearStale(path);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD,
    perMessageDeflate: false,
  });
  sockets.on('headers', (headers) => headers.push(`${VERSION_HEADER}: ${version}`));
  const server = createServer((_request, response) => {
    response.writeHead(426, { connection: 'close' }).end();
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // A page cannot reach a Unix socket, but on Windows a pipe has a name: refuse browsers anyway.
    if (request.headers.origin !== undefined) return stream.destroy();
    const theirs = request.headers[PROTOCOL_HEADER];
    if (theirs !== PROTOCOL) return refuse(stream, version, String(theirs));
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', (error) => log.warn('A local connection failed', { error }));
      const face = request.headers[FACE_HEADER] === 'window' ? 'window' : 'cli';
      api.bindSocket(socket, api.connection({ name: 'owner', role: 'admin', face }, true));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, path)));
    server.once('listening', resolve);
    const listen = () => void server.listen({ path });
    if (pipe) listen();
    else createPrivately(path, listen);
  });
  return {
    path,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refuse(stream: Duplex, version: string, theirs: string): void {
  const problem = JSON.stringify(
    toProblem(
      new NexusError({
        code: 'socket.protocol',
        message: `The running Nexus ${version} speaks protocol ${PROTOCOL}, the caller ${theirs}.`,
        hint: 'Use the same version for both, or restart the running one.',
        kind: 'operational',
      }),
    ),
  );
  stream.end(
    `HTTP/1.1 426 Upgrade Required\r\n${VERSION_HEADER}: ${version}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(problem)}\r\nconnection: close\r\n\r\n${problem}`,
  );
}

function listenError(error: NodeJS.ErrnoException, path: string): NexusError {
  const inUse = error.code === 'EADDRINUSE';
  return new NexusError({
    code: inUse ? 'socket.in_use' : 'socket.failed',
    message: inUse
      ? `Another Nexus is running on this home (${path}).`
      : `The local socket ${path} cannot be opened: ${error.message}`,
    hint: inUse
      ? 'Use it, or stop it first: nexus status'
      : 'See that the folder exists, is writable, and is not on a file system without sockets.',
    kind: 'operational',
    cause: error,
  });
}
