import type { IncomingMessage } from 'node:http';
import { NexusError } from '#main/base/errors.ts';

const EMPTY = Buffer.alloc(0);
/** The whole of a body has to be here by then. */
const PATIENCE_MS = 60_000;

/**
 * Reads a body into one buffer.
 * @throws NexusError `http.body_too_large`, `http.body_cut`
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const declared = request.headers['content-length'];
  if (declared === undefined && request.headers['transfer-encoding'] === undefined)
    return Promise.resolve(EMPTY);
  if (Number(declared) > limit) return Promise.reject(tooLarge(limit));
  return new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(() => reject(bodyLate()), PATIENCE_MS).unref();
    request.once('close', () => clearTimeout(timer));
    request.once('end', () => clearTimeout(timer));
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        request.removeAllListeners('data').pause();
        reject(tooLarge(limit));
      } else if (!first) first = chunk;
      else (more ??= [first]).push(chunk);
    });
    request.once('end', () => resolve(more ? Buffer.concat(more, size) : (first ?? EMPTY)));
    request.once('error', () => reject(bodyCut()));
    request.once('close', () => {
      if (!request.complete) reject(bodyCut());
    });
  });
}

/** Reads JSON. @throws NexusError `http.media_type`, `input.malformed`, those of {@link readBody} */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const type = request.headers['content-type']?.split(';', 1)[0]!.trim().toLowerCase();
  const body = await readBody(request, limit);
  if (body.length === 0) return undefined;
  // Only what a form cannot send: so every page of another site needs a permission it never gets.
  if (type !== 'application/json') {
    throw new NexusError({
      code: 'http.media_type',
      message: `A body of type ${type ?? '(none)'} is not taken.`,
      hint: 'Send JSON with the content type application/json.',
    });
  }
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (cause) {
    throw new NexusError({
      code: 'input.malformed',
      message: `The body is no JSON: ${(cause as Error).message}`,
      hint: 'Send one JSON object.',
    });
  }
}

function tooLarge(limit: number): NexusError {
  return new NexusError({
    code: 'http.body_too_large',
    message: `The body is larger than ${limit} bytes.`,
    hint: 'Send less at once.',
  });
}

function bodyLate(): NexusError {
  return new NexusError({
    code: 'http.body_late',
    message: `The body did not come within ${PATIENCE_MS / 1000} s.`,
    hint: 'Send it faster, or less of it.',
    kind: 'operational',
  });
}

function bodyCut(): NexusError {
  return new NexusError({
    code: 'http.body_cut',
    message: 'The connection ended before the body was complete.',
    hint: 'Send it again.',
    kind: 'operational',
  });
}
