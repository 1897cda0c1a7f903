import type { Dispatcher } from 'undici';
import { NexusError, type NexusErrorInit } from '#main/base/errors.ts';

/** An error of the world outside; `rest` may say otherwise. */
export function failure(code: string, message: string, rest: Partial<NexusErrorInit>): NexusError {
  return new NexusError({ code, message, kind: 'operational', ...rest });
}

/** What went wrong before an answer came, in words. @throws the reason of an abort */
export function sendError(error: unknown, url: URL, signal: AbortSignal): NexusError {
  signal.throwIfAborted();
  const cause = rootCause(error);
  if (cause instanceof NexusError) return cause;
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const where = url.host;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return failure('http.dns_failed', `The name ${url.hostname} cannot be resolved.`, {
      hint: 'Check the name and this machine’s network.',
      cause: error,
    });
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code))
    return failure('http.tls_failed', `No safe connection to ${where}: ${message}`, {
      hint: 'Check the certificate, or name its authority in `tls.ca`.',
      cause: error,
    });
  if (code.startsWith('UND_ERR_') && code.includes('TIMEOUT'))
    return failure('http.timeout', `${where} did not answer in time.`, {
      hint: 'Check the server; `retry` tries again.',
      cause: error,
    });
  if (code === 'UND_ERR_INVALID_ARG')
    return failure('http.request_invalid', `The request cannot be sent: ${message}`, {
      hint: 'Look for line breaks and odd characters in headers.',
      kind: 'user',
      details: { retryable: false },
      cause: error,
    });
  return failure('http.connect_failed', `No connection to ${where}: ${message || code}`, {
    hint: 'Check that the server runs and can be reached from this machine.',
    cause: error,
  });
}

function rootCause(error: unknown): unknown {
  if (error instanceof NexusError) return error;
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? rootCause(error.cause) : error;
}

/** Whether a status is among numbers and classes such as `2xx`. */
export function expected(status: number, patterns: (number | string)[]): boolean {
  return patterns.some((p) => p === status || p === `${Math.floor(status / 100)}xx`);
}

/** The error for a status that was not expected; its code names it, so that `retry.on` can choose. */
export function statusError(
  response: Dispatcher.ResponseData,
  url: URL,
  bytes: Buffer,
  nowMs: number,
): NexusError {
  const status = response.statusCode;
  const wait = retryAfterMs(response.headers['retry-after']?.toString(), nowMs);
  return failure(`http.status_${status}`, `${url.host} answered with status ${status}.`, {
    hint: 'See the answer in the details. `expect_status` lists what counts as success.',
    details: {
      status,
      body: bytes.subarray(0, 2048).toString('utf8'),
      ...(wait === undefined ? {} : { retry_after_ms: wait }),
    },
  });
}

/** Milliseconds to wait by a Retry-After header (RFC 9110, 10.2.3), at most a day. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const at = /^\d+$/.test(header.trim()) ? nowMs + Number(header) * 1000 : Date.parse(header);
  return Number.isFinite(at) ? Math.min(Math.max(0, at - nowMs), 86_400_000) : undefined;
}
