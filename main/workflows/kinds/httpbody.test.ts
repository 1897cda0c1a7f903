import { Readable } from 'node:stream';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import { presentBody, readBody } from './httpbody.ts';
import { expected, retryAfterMs } from './httperror.ts';

describe('the body of an answer', () => {
  const bytes = fc.uint8Array({ maxLength: 400 }).map((b) => Buffer.from(b));
  const pack: Record<string, (body: Buffer) => Buffer> = {
    identity: (body) => body,
    gzip: (body) => zlib.gzipSync(body),
    'x-gzip': (body) => zlib.gzipSync(body),
    deflate: (body) => zlib.deflateSync(body),
    br: (body) => zlib.brotliCompressSync(body),
    'GZIP, br': (body) => zlib.brotliCompressSync(zlib.gzipSync(body)),
    'deflate,gzip': (body) => zlib.gzipSync(zlib.deflateSync(body)),
  };

  it('comes out as it was, however it was packed and cut in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.constantFrom(...Object.keys(pack)),
        fc.integer({ min: 1, max: 50 }),
        async (body, encoding, size) => {
          const packed = pack[encoding]!(body);
          const pieces = Array.from({ length: Math.ceil(packed.length / size) }, (_, i) =>
            packed.subarray(i * size, (i + 1) * size),
          );
          expect(await readBody(Readable.from(pieces), encoding, 1000)).toEqual(body);
        },
      ),
    );
  });

  it('is never larger than its limit, however small it came', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3000 }),
        fc.constantFrom(...Object.keys(pack)),
        async (size, encoding) => {
          const packed = pack[encoding]!(Buffer.alloc(size));
          const read = readBody(Readable.from([packed]), encoding, 1500).then(
            (body) => body.length,
            (error: { code: string }) => error.code,
          );
          expect(await read).toBe(size > 1500 ? 'http.too_large' : size);
        },
      ),
    );
  });

  it('that is broken fails, and does not hang or end the process', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom('gzip', 'deflate', 'br'), async (body, encoding) => {
        fc.pre(body.length > 0);
        const packed = pack[encoding]!(body);
        const cut = packed.subarray(0, Math.max(1, packed.length - 3));
        await expect(readBody(Readable.from([cut]), encoding, 1000)).rejects.toThrow(/./);
      }),
    );
  });

  it('is JSON where it is said to be, and comes back as the value it was', () => {
    const types = [
      'application/json',
      'application/problem+json; charset=utf-8',
      'text/json',
      'Application/JSON',
    ];
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...types), fc.boolean(), (value, type, mark) => {
        const body = Buffer.from((mark ? '\uFEFF' : '') + JSON.stringify(value));
        expect(presentBody(body, type, 'auto')).toEqual({
          body: JSON.parse(JSON.stringify(value)) as Json,
        });
      }),
    );
  });

  it('is text where it is text, and bytes where it is none: nothing is lost', () => {
    fc.assert(
      fc.property(bytes, (body) => {
        const shown = presentBody(body, 'application/octet-stream', 'auto');
        const back =
          shown.encoding === 'base64'
            ? Buffer.from(shown.body as string, 'base64')
            : Buffer.from(shown.body as string);
        // A decoder takes away the mark of the byte order.
        expect(back.equals(body) || `\uFEFF${back.toString()}` === body.toString()).toBe(true);
        expect(Buffer.from(presentBody(body, 'x', 'base64').body as string, 'base64')).toEqual(
          body,
        );
        expect(presentBody(body, 'x', 'none')).toEqual({ body: null });
      }),
    );
  });

  it('in another character set is read in that one', () => {
    expect(presentBody(Buffer.from([0xe9]), 'text/plain; charset=iso-8859-1', 'auto').body).toBe(
      'é',
    );
    expect(
      presentBody(Buffer.from([0xe9]), 'text/plain; charset="windows-1252"', 'text').body,
    ).toBe('é');
    expect(presentBody(Buffer.from('x'), 'text/plain; charset=nonsense', 'auto').encoding).toBe(
      'base64',
    );
  });
});

describe('what a server says about trying again', () => {
  const NOW = Date.UTC(2026, 0, 1);

  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5000],
    ['99999999', 86_400_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });

  it('is never negative and never more than a day', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.nat().map(String)), (header) => {
        const ms = retryAfterMs(header, NOW);
        if (ms === undefined) return;
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(86_400_000);
      }),
    );
  });

  it('statuses are expected by number and by class', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => {
        expect(expected(status, ['2xx'])).toBe(status >= 200 && status < 300);
        expect(expected(status, [404, '5xx'])).toBe(status === 404 || status >= 500);
        expect(expected(status, [])).toBe(false);
      }),
    );
  });
});
