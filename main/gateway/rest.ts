import type { IncomingMessage, ServerResponse } from 'node:http';
import { SmartCoercionPlugin } from '@orpc/json-schema';
import { StandardOpenAPIHandler } from '@orpc/openapi/standard';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import {
  type Api,
  type Connection,
  type Problem,
  toProblem,
  unauthenticated,
} from '#main/api/index.ts';
import { notFound, send, sendProblem, sendProblemBody } from './answer.ts';
import { readJson } from './body.ts';
import { sendEvents } from './events.ts';
import { fromWire } from './fromWire.ts';
import type { Target } from './target.ts';

export const REST_PREFIX = '/api/v1';

/** Serves one request below {@link REST_PREFIX}. */
export type ServeRest = (
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  connection: Connection,
) => Promise<void>;

/**
 * The table as REST: routes from the contract, JSON bodies, problem details, and server-sent events
 * for streams. The body of a caller whom nobody knows is not even read.
 */
export function createRest(api: Api, maxBody: number): ServeRest {
  const handler = new StandardOpenAPIHandler<Connection>(api.router, {
    // What stands in a query is text; the schemas say what it means.
    plugins: [new SmartCoercionPlugin({ schemaConverters: [new ZodToJsonSchemaConverter()] })],
    customErrorResponseBodyEncoder: (error) => toProblem(fromWire(error)),
  });
  return async (request, response, target, connection) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const known = connection.identify() !== undefined;
    const result = await handler.handle(
      {
        method: request.method ?? 'GET',
        url: new URL(`http://nexus${target.path}${target.search}`),
        headers: request.headers,
        body: () => (known ? readJson(request, maxBody) : Promise.resolve(undefined)),
        signal: gone.signal,
      },
      { context: connection, prefix: REST_PREFIX },
    );
    if (!result.matched) return sendProblem(response, known ? notFound() : unauthenticated());
    const { status, body } = result.response;
    if (isEvents(body)) return sendEvents(response, body);
    if (status < 400)
      return send(response, status, 'application/json', JSON.stringify(body ?? null));
    sendProblemBody(response, body as Problem);
  };
}

function isEvents(body: unknown): body is AsyncIterator<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
