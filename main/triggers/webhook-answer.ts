import type { Json } from '#contract/common.ts';
import type { RunDetail } from '#contract/runs.ts';
import { toNexusError } from '#main/base/errors.ts';
import type { WebhookAnswer } from './request.ts';

/**
 * Headers of every answer. What a workflow answers with is served from the dashboard's own origin:
 * the sandbox keeps a page in it from acting as the dashboard.
 */
const GUARD = {
  'cache-control': 'no-store',
  'content-security-policy': 'sandbox',
  'x-content-type-options': 'nosniff',
};
const JSON_HEADERS = { 'content-type': 'application/json', ...GUARD };

/** An answer in JSON. */
export function jsonAnswer(
  status: number,
  body: Json,
  headers?: Record<string, string>,
): WebhookAnswer {
  return {
    status,
    headers: headers ? { ...JSON_HEADERS, ...headers } : JSON_HEADERS,
    body: JSON.stringify(body),
  };
}

const STATUS: Record<string, number> = {
  'webhook.unknown': 404,
  'webhook.method': 405,
  'webhook.too_large': 413,
  'webhook.unauthorized': 401,
  'webhook.replayed': 401,
  'webhook.body_invalid': 400,
};

/** An error as problem+json (RFC 9457), with the code, message and hint that every face shows. */
export function errorAnswer(thrown: unknown, headers?: Record<string, string>): WebhookAnswer {
  const error = toNexusError(thrown);
  const { code, message, hint, kind } = error;
  const status = STATUS[code] ?? (kind === 'user' ? 422 : kind === 'operational' ? 503 : 500);
  // What Nexus says of its own disk or defects is for the log, not for whoever sent the request.
  const open = kind === 'user' || code.startsWith('webhook.');
  const told = open ? message : 'Nexus cannot take this delivery at the moment.';
  const body = { type: 'about:blank', title: told, status, code, message: told };
  return {
    status,
    headers: {
      ...JSON_HEADERS,
      'content-type': 'application/problem+json',
      ...(status === 503 ? { 'retry-after': '5' } : {}),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...headers,
    },
    body: JSON.stringify(hint === undefined || !open ? body : { ...body, hint }),
  };
}

// These are the connection's business, or would let a workflow act for the dashboard.
const RESERVED = new Set([
  'connection',
  'content-length',
  'content-security-policy',
  'date',
  'keep-alive',
  'set-cookie',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-content-type-options',
]);
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// oxlint-disable-next-line no-control-regex -- what may stand in a header's value (RFC 9110, 5.5)
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What a `respond` step says: text as it is, anything else as JSON. Headers that HTTP forbids are left out. */
export function respondAnswer(response: {
  status: number;
  headers: Record<string, string>;
  body: Json;
}): WebhookAnswer {
  const { status, body } = response;
  const text = typeof body === 'string';
  const headers: Record<string, string> = {
    'content-type': text ? 'text/plain; charset=utf-8' : 'application/json',
  };
  for (const [name, value] of Object.entries(response.headers)) {
    const key = name.toLowerCase();
    if (NAME.test(key) && VALUE.test(value) && !RESERVED.has(key)) headers[key] = value;
  }
  return {
    status,
    headers: { ...headers, ...GUARD },
    body:
      status === 204 || status === 304 || body === null ? '' : text ? body : JSON.stringify(body),
  };
}

/** The end of a run: 200 with its outputs, or 500 when it did not succeed. */
export function finishedAnswer(run: RunDetail): WebhookAnswer {
  const { id, status, outputs, error } = run;
  if (status === 'succeeded')
    return jsonAnswer(200, { run: { id, status, outputs: outputs ?? {} } });
  const why: Json = error ? { code: error.code, message: error.message } : null;
  return jsonAnswer(500, { run: { id, status, error: why } });
}
