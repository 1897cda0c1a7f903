import type { Readable } from 'node:stream';
import zlib from 'node:zlib';
import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';

/**
 * Reads a body to its end, undoing its Content-Encoding. The limit holds for what comes out, so
 * that a small body cannot blow up into a large one.
 *
 * @param limit bytes
 * @throws NexusError `http.too_large`, `http.body_broken`
 */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  limit: number,
): Promise<Buffer> {
  const decoders = (encoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
    .reverse()
    .map(decoder);
  let stream: Readable = body;
  for (const next of decoders) {
    const from = stream;
    from.on('error', (error) => next.destroy(error));
    stream = from.pipe(next);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += (chunk as Buffer).length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk as Buffer);
    }
  } finally {
    body.destroy();
    for (const one of decoders) one.destroy();
  }
  return Buffer.concat(chunks);
}

function decoder(name: string) {
  if (name === 'gzip' || name === 'x-gzip') return zlib.createGunzip();
  if (name === 'deflate') return zlib.createInflate();
  if (name === 'br') return zlib.createBrotliDecompress();
  throw new NexusError({
    code: 'http.body_broken',
    message: `The answer is compressed with ${name}, which was not asked for.`,
    hint: 'Set the header accept-encoding to identity.',
    kind: 'operational',
  });
}

function tooLarge(limit: number): NexusError {
  return new NexusError({
    code: 'http.too_large',
    message: `The answer is larger than ${limit} bytes.`,
    hint: 'Raise `max_response`, or ask for less.',
    kind: 'operational',
    details: { limit, retryable: false },
  });
}

/** The body as an output: parsed where it is JSON, text where it is text, base64 elsewhere. */
export function presentBody(
  bytes: Buffer,
  contentType: string,
  as: 'auto' | 'json' | 'text' | 'base64' | 'none',
): { body: Json; encoding?: 'base64' } {
  if (as === 'none') return { body: null };
  if (as === 'base64') return { body: bytes.toString('base64'), encoding: 'base64' };
  const isJson = /^application\/(?:[^;]*\+)?json\b|^text\/json\b/i.test(contentType);
  if (as === 'json' || (as === 'auto' && isJson)) {
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    if (text.trim() === '' && as === 'auto') return { body: null };
    try {
      return { body: JSON.parse(text) as Json };
    } catch (error) {
      if (as === 'auto') return { body: text };
      throw new NexusError({
        code: 'http.body_broken',
        message: `The answer is not JSON: ${(error as Error).message}`,
        hint: 'Read it with `response: text`, or ask the server for JSON.',
        kind: 'operational',
      });
    }
  }
  const text = decodeText(bytes, contentType, as === 'text');
  return text === undefined
    ? { body: bytes.toString('base64'), encoding: 'base64' }
    : { body: text };
}

function decodeText(bytes: Buffer, contentType: string, always: boolean): string | undefined {
  const label = /charset="?([^";\s]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label, { fatal: !always }).decode(bytes);
  } catch {
    return always ? bytes.toString('utf8') : undefined;
  }
}
