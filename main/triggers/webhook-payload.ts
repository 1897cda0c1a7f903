import type { Json } from '#contract/common.ts';
import { header } from './request.ts';
import type { WebhookRequest } from './request.ts';
import { parseBody } from './webhook-body.ts';
import type { Hook } from './webhook-hook.ts';

// A run's trigger is kept and shown: what proves who the sender is stays out of it.
const PRIVATE = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'webhook-signature',
  'x-hub-signature',
  'x-hub-signature-256',
]);

/** What expressions see of a delivery as `trigger`. */
export function payloadOf(hook: Hook, request: WebhookRequest): Json {
  const headers: Record<string, Json> = {};
  for (const name in request.headers) {
    if (!PRIVATE.has(name)) headers[name] = header(request, name) ?? '';
  }
  return {
    method: request.method,
    path: `/${hook.path}`,
    headers,
    query: request.query,
    body: parseBody(request.rawBody, header(request, 'content-type')),
  };
}
