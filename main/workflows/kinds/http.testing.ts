import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { afterEach, beforeEach } from 'vitest';
import type { Json } from '#contract/common.ts';
import type { NexusError } from '#main/base/errors.ts';
import { listening } from '#main/base/listening.testing.ts';
import { failureOf, harness, outputsOf, type Harness } from './harness.testing.ts';
import { http } from './http.ts';

/** For tests: what a server does with a request whose body has come. */
export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** Answers with what came in. */
export const echo: Handler = (request, response, body) => {
  const { method, url, headers } = request;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify({ method, url, headers, body }));
};

/** Lets a server of this test listen; resolves with its address, without a slash at the end. */
export const opened = async (server: Server): Promise<string> =>
  `http://127.0.0.1:${await listening(server)}`;

/** An HTTP server of this test; resolves with its address. */
export function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => handler(request, response, body));
  });
  return opened(server);
}

/** Requests of the step kind, in a harness per test that lets addresses of this machine through. */
export function requests() {
  let h: Harness;
  beforeEach(() => {
    h = harness({ allowPrivateAddresses: true });
  });
  afterEach(() => h.remove());
  return {
    /** The outputs of a request. */
    get: (input: Record<string, unknown>): Promise<Record<string, Json>> =>
      outputsOf(http, input, h.context),
    /** The error of a request that must fail. */
    failure: (input: Record<string, unknown>): Promise<NexusError> =>
      failureOf(http, input, h.context),
    harness: () => h,
  };
}
