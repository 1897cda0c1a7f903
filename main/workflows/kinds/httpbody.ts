import { pipeline, Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';

/**
 * Reads a body to its end, undoing its Content-Encoding. The limit holds for what comes out, so
 * that a small body cannot blow up into a large one. Nothing at all is no broken body: an answer to
 * HEAD names the encoding that a GET would have.
 *
 * @param limit bytes
 * @throws NexusError `http.too_large`, `http.body_broken`, and the errors of the stream
 */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  limit: number,
): Promise<Buffer> {
  const names = (encoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  let stream: AsyncIterable<Buffer> = body;
  for (const name of names.toReversed()) stream = unpack(name, stream);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks);
}

async function* unpack(name: string, packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pieces = packed[Symbol.asyncIterator]();
  let first = await pieces.next();
  while (!first.done && first.value.length === 0) first = await pieces.next();
  if (first.done) return;
  const beginning = first.value;
  const all = async function* () {
    yield beginning;
    yield* { [Symbol.asyncIterator]: () => pieces };
  };
  const decoder = decoderOf(name, beginning);
  // Its errors come out of the decoder, which is read here.
  pipeline(Readable.from(all(), { objectMode: false }), decoder, () => undefined);
  yield* decoder as AsyncIterable<Buffer>;
}

function decoderOf(name: string, beginning: Buffer): Transform {
  if (name === 'gzip' || name === 'x-gzip') return zlib.createGunzip();
  // RFC 9110 means zlib's format; many servers send the bare stream. The header of zlib tells (RFC 1950, 2.2).
  if (name === 'deflate')
    return (beginning[0]! & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw();
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
