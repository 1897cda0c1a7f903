import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Problem, toProblem } from '#main/api/index.ts';
import { NexusError } from '#main/base/errors.ts';

/** On every answer: nothing is sniffed, framed, cached or told to others. */
export const SAFE_HEADERS: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Sends a whole answer. A body that was not read closes the connection, so that its rest is no request. */
export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const request = response.req as IncomingMessage | undefined;
  response.writeHead(status, {
    ...SAFE_HEADERS,
    'content-type': type,
    'content-length': String(Buffer.byteLength(body)),
    ...(request && !request.complete ? { connection: 'close' } : {}),
    ...headers,
  });
  const content = request?.method === 'HEAD' ? undefined : body;
  if (!request || request.complete || request.destroyed) response.end(content);
  else linger(request, response, content);
}

/** How much of a body that nobody wants is read away, and for how long. */
const LINGER_BYTES = 64 * 1024 * 1024;
const LINGER_MS = 2000;

// Closing while the other side still sends resets the connection, and the answer may be lost with it
// (RFC 9112, section 9.6): so the answer goes out, and the end waits for the sender to notice.
function linger(
  request: IncomingMessage,
  response: ServerResponse,
  content: string | Buffer | undefined,
): void {
  let size = 0;
  const end = () => {
    clearTimeout(timer);
    if (!response.writableEnded) response.end();
  };
  const timer = setTimeout(end, LINGER_MS).unref();
  if (content === undefined) response.flushHeaders();
  else response.write(content);
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > LINGER_BYTES) end();
  });
  request.once('end', end);
  request.once('close', end);
  request.once('error', end);
  request.resume();
}

/** Sends JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, 'application/json', JSON.stringify(value));
}

/** Sends an error as problem details (RFC 9457). */
export function sendProblem(
  response: ServerResponse,
  error: NexusError,
  headers: Record<string, string> = {},
): void {
  sendProblemBody(response, toProblem(error), headers);
}

/** The same where the details are made already. */
export function sendProblemBody(
  response: ServerResponse,
  problem: Problem,
  headers: Record<string, string> = {},
): void {
  const more: Record<string, string> = { ...headers };
  if (problem.status === 401) more['www-authenticate'] = 'Bearer realm="Nexus"';
  send(response, problem.status, 'application/problem+json', JSON.stringify(problem), more);
}

/** Too much at once; `wait` in seconds. */
export function rateLimited(wait: number): NexusError {
  return new NexusError({
    code: 'http.rate_limited',
    message: 'Too many requests from this address.',
    hint: `Try again in ${wait} s.`,
    kind: 'operational',
    details: { retry_after: wait },
  });
}

/** There is nothing at this path. */
export function notFound(): NexusError {
  return new NexusError({
    code: 'http.not_found',
    message: 'There is nothing at this address.',
    hint: 'The operations are listed at /api/openapi.json.',
  });
}

/** The path is there, the method is not. */
export function wrongMethod(method: string | undefined): NexusError {
  return new NexusError({
    code: 'http.method',
    message: `${method} is not possible here.`,
    hint: 'See /api/openapi.json for the methods.',
  });
}
