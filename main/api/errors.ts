import { ORPCError } from '@orpc/client';
import { ValidationError } from '@orpc/contract';
import type { ErrorShape } from '#contract/errors.ts';
import { databaseError } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';

/** How many invalid fields an error names. */
const MAX_ISSUES = 20;

const STATUS_BY_CODE: Record<string, number> = {
  'access.unauthenticated': 401,
  'access.denied': 403,
  'access.local_only': 403,
  'policy.denied': 403,
  'http.rate_limited': 429,
  'http.body_too_large': 413,
  'http.body_late': 408,
  'http.media_type': 415,
  'http.not_found': 404,
  'http.method': 405,
  'http.host_refused': 421,
  'http.origin_refused': 403,
  'input.malformed': 400,
  'input.invalid': 400,
  aborted: 499,
};
const STATUS_BY_LAST_WORD: Record<string, number> = {
  not_found: 404,
  missing: 404,
  changed: 409,
  exists: 409,
  conflict: 409,
  in_use: 409,
  invalid: 422,
  denied: 403,
};

/** The HTTP status of an error: by its code, else by whose problem it is. */
export function statusOf(error: { code: string; kind: ErrorShape['kind'] }): number {
  const lastWord = error.code.slice(error.code.lastIndexOf('.') + 1);
  const byKind = { user: 400, operational: 503, unexpected: 500 }[error.kind];
  return STATUS_BY_CODE[error.code] ?? STATUS_BY_LAST_WORD[lastWord] ?? byKind;
}

/**
 * The {@link NexusError} for whatever an operation threw. What is not one becomes `internal` and says
 * nothing of the inside; `report` gets the original for the log.
 */
export function operationError(thrown: unknown, report: (thrown: unknown) => void): NexusError {
  if (thrown instanceof NexusError && thrown.code !== 'internal') return thrown;
  if (thrown instanceof ORPCError && thrown.cause instanceof NexusError) return thrown.cause;
  const stored = fromDatabase(thrown);
  if (stored) {
    report(thrown);
    return stored;
  }
  if (thrown instanceof ORPCError && thrown.code === 'BAD_REQUEST')
    return thrown.cause instanceof ValidationError ? invalidInput(thrown.cause) : malformed(thrown);
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new NexusError({
      code: 'aborted',
      message: 'The call was given up before it had an answer.',
      kind: 'operational',
      cause: thrown,
    });
  }
  report(thrown);
  return new NexusError({
    code: 'internal',
    message: 'Something went wrong inside Nexus.',
    hint: 'This is a defect in Nexus. Please report it with the log file, which has the details.',
    kind: 'unexpected',
    cause: thrown,
  });
}

// What SQLite refuses is no defect of ours: a full disk, a damaged file.
function fromDatabase(thrown: unknown): NexusError | undefined {
  const error = thrown instanceof ORPCError ? thrown.cause : thrown;
  if (!(error instanceof Error) || error.name !== 'SqliteError') return undefined;
  const made = databaseError(error, 'nexus.db');
  return made instanceof NexusError ? made : undefined;
}

/** As it travels on MessagePort, WebSocket and the local socket. The stack and the cause stay here. */
export function toWireError(error: NexusError): ORPCError<string, ErrorShape> {
  return new ORPCError(error.code, {
    status: statusOf(error),
    message: error.message,
    data: error.toShape(),
    cause: error,
  });
}

/** Problem details (RFC 9457) with our code and hint as members of their own. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  hint?: string;
  kind: ErrorShape['kind'];
  details?: Record<string, unknown>;
}

/** As it travels over REST, media type `application/problem+json`. */
export function toProblem(error: NexusError): Problem {
  const { code, message, ...rest } = error.toShape();
  return {
    // A name, not an address: RFC 9457 section 3.1.1 allows a URI that resolves to nothing.
    type: `urn:nexus:error:${code}`,
    title: message,
    status: statusOf(error),
    detail: message,
    code,
    ...rest,
  };
}

function invalidInput(cause: ValidationError): NexusError {
  const fields = cause.issues.slice(0, MAX_ISSUES).map((issue) => ({
    path: (issue.path ?? [])
      .map((part) => String(typeof part === 'object' ? part.key : part))
      .join('.'),
    message: issue.message,
  }));
  const words = fields.map((field) =>
    field.path ? `${field.path}: ${field.message}` : field.message,
  );
  return new NexusError({
    code: 'input.invalid',
    message: `The input is not valid. ${words.slice(0, 3).join('; ')}`,
    hint: 'Correct the named fields. The operation’s schema is at /api/openapi.json.',
    details: { fields },
    cause,
  });
}

function malformed(cause: unknown): NexusError {
  return new NexusError({
    code: 'input.malformed',
    message: 'The request cannot be read.',
    hint: 'Send JSON with the content type application/json.',
    cause,
  });
}
