import { createRouterClient } from '@orpc/server';
import type { WebSocket } from 'ws';
import { createNexusClient, type NexusClient, type NexusLink } from '#contract/client.ts';
import { contract } from '#contract/index.ts';
import type { Json } from '#contract/common.ts';
import type { Caller } from '#contract/platform.ts';
import type { AuditIntent, AuditRecord } from '#main/audit/index.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Logger } from '#main/base/log.ts';
import { OperationTelemetry } from '#main/telemetry/index.ts';
import { type ApiRouter, bind, type HandlerTree } from './bind.ts';
import type { Connection } from './call.ts';
import type { Policy } from './guards.ts';
import { createHandlers } from './handlers.ts';
import { type PortLike, portChannel } from './messagePort.ts';
import { createPeers } from './peer.ts';
import type { Services } from './services.ts';
import { StreamGates } from './streamGates.ts';
import { socketChannel } from './webSocket.ts';

export type { ApiRouter } from './bind.ts';
export type { Call, Connection } from './call.ts';
export { operationError, type Problem, toProblem } from './errors.ts';
export { type Policy, unauthenticated } from './guards.ts';
export { type PortLike, portChannel } from './messagePort.ts';
export type { Services } from './services.ts';
export { StreamGates } from './streamGates.ts';

/** What {@link createApi} is made from. */
export interface ApiOptions {
  services: Services;
  /** `Audit.append`: resolves when the entry is committed. */
  record(entry: AuditRecord, intent?: number): Promise<void>;
  /** `Audit.announce`: resolves when it is committed that this is about to be done. */
  announce?: (intent: AuditIntent) => Promise<number>;
  log: Logger;
  /** Default: a fresh one, readable at {@link Api.telemetry}. */
  telemetry?: OperationTelemetry;
  /** Default: everything that the role allows. */
  policy?: Policy;
  /** Takes secrets out of what errors say. */
  redactJson?: (value: Json) => Json;
}

/** The table of operations, bound and guarded. Every face is a way to call it. */
export interface Api {
  router: ApiRouter;
  telemetry: OperationTelemetry;
  /** A connection whose caller never changes: the window, the local socket, this process. */
  connection(caller: Caller, gated: boolean): Connection;
  /** The typed client in this process. Its errors are {@link NexusError}. */
  localClient(caller: Caller): NexusClient;
  /** Serves Electron's MessagePortMain (or a port of Node's). */
  bindPort(port: PortLike, caller: Caller): void;
  /** Serves a WebSocket, over TCP or the local socket. */
  bindSocket(socket: WebSocket, connection: Connection): void;
}

/** Binds the contract to the services behind the chain of guards. */
export function createApi(options: ApiOptions): Api {
  const telemetry = options.telemetry ?? new OperationTelemetry();
  const log = options.log.part('api');
  const handlers = createHandlers(options.services, telemetry);
  const router = bind(contract, handlers as unknown as HandlerTree, {
    telemetry,
    record: (entry, intent) => options.record(entry, intent),
    announce: options.announce,
    policy: options.policy ?? (() => ({ allow: true })),
    redactJson: options.redactJson,
    onDefect: (operation, thrown) =>
      log.error(`${operation} failed unexpectedly`, { error: thrown }),
  });
  const serve = createPeers(router);
  const malformed = (face: string) => (error: unknown) =>
    log.warn('What came is no message; the connection is closed', { face, error });
  const connection = (caller: Caller, gated: boolean): Connection => ({
    identify: () => caller,
    face: caller.face,
    streams: new StreamGates(gated),
  });
  return {
    router,
    telemetry,
    connection,
    localClient: (caller) =>
      createNexusClient(
        localLink(router, connection(caller, false)),
        (shape) => new NexusError(shape),
      ),
    bindPort(port, caller) {
      serve(portChannel(port), connection(caller, true), malformed(caller.face));
      port.start();
    },
    bindSocket: (socket, to) => serve(socketChannel(socket), to, malformed(to.face)),
  };
}

type Callable = (input: unknown, options: { signal?: AbortSignal }) => Promise<unknown>;

// Calls the table without a transport: no serialisation, all guards.
function localLink(router: ApiRouter, connection: Connection): NexusLink {
  const client: unknown = createRouterClient(router, { context: connection });
  return {
    call(path, input, { signal }) {
      let target = client;
      for (const name of path) target = (target as Record<string, unknown>)[name];
      return (target as Callable)(input, { signal });
    },
  };
}
