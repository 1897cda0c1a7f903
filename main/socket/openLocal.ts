import type { IncomingMessage } from 'node:http';
import { createConnection } from 'node:net';
import { WebSocket } from 'ws';
import { NexusError } from '#main/base/errors.ts';
import {
  FACE_HEADER,
  type LocalFace,
  PROTOCOL,
  PROTOCOL_HEADER,
  VERSION_HEADER,
} from './handshake.ts';
import { isOurs } from './socketFile.ts';

/** A platform that is alive but too busy to answer within this is an error, not absent. */
const TIMEOUT_MS = 5000;

/**
 * The open WebSocket to the platform that listens on `socketPath`, with that platform's version;
 * undefined where none does, also where a killed one left its socket behind.
 *
 * @throws NexusError `socket.protocol`, `socket.untrusted`, `socket.failed`
 */
export async function openLocal(
  socketPath: string,
  face: LocalFace,
): Promise<{ socket: WebSocket; version: string } | undefined> {
  if (process.platform !== 'win32' && !isOurs(socketPath)) return undefined;
  const socket = new WebSocket('ws://localhost/', {
    // The time-out below only listens for the connection's own.
    createConnection: () => createConnection({ path: socketPath, timeout: TIMEOUT_MS }),
    headers: { [PROTOCOL_HEADER]: PROTOCOL, [FACE_HEADER]: face },
    perMessageDeflate: false,
    handshakeTimeout: TIMEOUT_MS,
    maxPayload: 64 * 1024 * 1024,
  });
  const version = await opened(socket, socketPath);
  return version === undefined ? undefined : { socket, version };
}

// The platform's version once the socket is open, or undefined where nobody listens.
function opened(socket: WebSocket, path: string): Promise<string | undefined> {
  let version = '';
  return new Promise((resolve, reject) => {
    socket.once('upgrade', (response) => (version = headerOf(response)));
    socket.once('open', () => {
      // From now on a failure shows as a close, which the calls in flight hear.
      socket.on('error', () => undefined);
      resolve(version);
    });
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      reject(
        new NexusError({
          code: 'socket.protocol',
          message: `The Nexus that runs on this home (version ${headerOf(response)}) is of another version than this one.`,
          hint: 'Use the same version for both, or restart the running one.',
          kind: 'operational',
        }),
      );
      socket.on('error', () => undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') return resolve(undefined);
      reject(
        new NexusError({
          code: 'socket.failed',
          message: `The Nexus on ${path} does not answer: ${error.message}`,
          hint: 'See whether it hangs; end it and start it again if it does.',
          kind: 'operational',
          cause: error,
        }),
      );
    });
  });
}

function headerOf(response: IncomingMessage): string {
  return String(response.headers[VERSION_HEADER] ?? 'unknown');
}
