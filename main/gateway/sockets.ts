import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Api, type Connection, StreamGates, toProblem } from '#main/api/index.ts';
import type { NexusError } from '#main/base/errors.ts';
import type { Identity } from './identity.ts';

/** Workflow texts are at most 2 MB; JSON escaping may double that. */
const MAX_PAYLOAD = 8 * 1024 * 1024;
const MAX_SOCKETS = 256;
const HEARTBEAT_MS = 30_000;
/** Private use (RFC 6455 section 7.4.2): the session or the token has ended. */
const LOGGED_OUT = 4401;

/** The WebSockets of browsers and programs. */
export class Sockets {
  readonly #api: Api;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD,
    perMessageDeflate: false,
    clientTracking: true,
  });
  readonly #identities = new WeakMap<WebSocket, Identity>();
  readonly #alive = new WeakSet<WebSocket>();
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  get full(): boolean {
    return this.#server.clients.size >= MAX_SOCKETS;
  }

  /** Opens the socket of a caller who is known. */
  open(request: IncomingMessage, stream: Duplex, head: Buffer, identity: Identity): void {
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      const connection: Connection = {
        identify: () => identity.again(),
        face: identity.caller.face,
        streams: new StreamGates(true),
      };
      this.#identities.set(socket, identity);
      this.#alive.add(socket);
      socket.on('pong', () => this.#alive.add(socket));
      // A broken frame or a payload over the cap: ws closes the socket itself.
      socket.on('error', () => undefined);
      this.#api.bindSocket(socket, connection);
      this.#heartbeat ??= setInterval(() => this.check(), HEARTBEAT_MS).unref();
    });
  }

  /** Closes sockets that no longer answer, or whose caller is no longer known. */
  check(): void {
    for (const socket of this.#server.clients) {
      if (!this.#identities.get(socket)?.again()) socket.close(LOGGED_OUT);
      else if (!this.#alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
    if (this.#server.clients.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }
}

/** Answers an upgrade with an error and ends the connection. */
export function refuseUpgrade(stream: Duplex, error: NexusError): void {
  const problem = toProblem(error);
  const body = JSON.stringify(problem);
  stream.end(
    [
      `HTTP/1.1 ${problem.status} Refused`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
