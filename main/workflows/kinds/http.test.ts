import { createServer } from 'node:net';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { echo, opened, requests, serve } from './http.testing.ts';
import { http } from './http.ts';
import { retryAfterMs } from './httperror.ts';

const { get, failure, harness } = requests();

describe('http request', () => {
  it('sends query, headers, bearer and a JSON body', async () => {
    const url = await serve(echo);
    const outputs = await get({
      url: `${url}/a?x=1`,
      query: { q: 'ä&b', list: [1, 2], none: null },
      headers: { 'X-One': 1 },
      auth: { bearer: 'tok' },
      json: { a: [1, null] },
    });
    expect(outputs['status']).toBe(200);
    expect(outputs['body']).toMatchObject({
      method: 'POST',
      url: '/a?x=1&q=%C3%A4%26b&list=1&list=2',
      headers: { 'x-one': '1', authorization: 'Bearer tok', 'content-type': 'application/json' },
      body: '{"a":[1,null]}',
    });
  });

  it('sends a form and basic authentication, also from the address', async () => {
    const url = await serve(echo);
    const form = await get({
      url,
      form: { a: 'x y', b: true },
      auth: { basic: { username: 'u', password: 'p:ä' } },
    });
    const authorization = `Basic ${Buffer.from('u:p:ä').toString('base64')}`;
    expect(form['body']).toMatchObject({ body: 'a=x+y&b=true', headers: { authorization } });
    const inUrl = await get({ url: url.replace('http://', 'http://me:s%20s@') });
    expect(inUrl['body']).toMatchObject({
      headers: { authorization: `Basic ${Buffer.from('me:s s').toString('base64')}` },
    });
    expect(inUrl['url']).not.toContain('me:');
  });

  it('says once for anything that a server may act on', () => {
    const effects = http.effects as (w: Record<string, unknown>) => string;
    expect(effects({ url: 'x' })).toBe('idempotent');
    expect(effects({ url: 'x', method: 'DELETE' })).toBe('once');
    expect(effects({ url: 'x', json: {} })).toBe('once');
    expect(effects({ url: 'x', method: '${{ inputs.m }}' })).toBe('once');
    expect(effects({ url: 'x', method: 'PUT', idempotent: true })).toBe('idempotent');
  });

  it('reports two bodies at validation', () => {
    expect(http.check?.({ json: {}, body: 'x' })[0]?.path).toEqual(['body']);
  });

  it('refuses other schemes than http, and line breaks in headers', async () => {
    for (const url of ['file:///etc/passwd', 'ftp://x/', 'nonsense'])
      expect((await failure({ url })).code).toBe('http.url_invalid');
    const url = await serve(echo);
    expect((await failure({ url, headers: { a: 'x\r\ny: z' } })).code).toBe('http.request_invalid');
  });
});

describe('http response', () => {
  it('undoes gzip and brotli, and holds the limit after decompression', async () => {
    const url = await serve((request, response) => {
      const br = request.url === '/br';
      response.setHeader('content-encoding', br ? 'br' : 'gzip');
      const bytes = Buffer.alloc(5_000_000, 'x');
      response.end(br ? zlib.brotliCompressSync(bytes) : zlib.gzipSync(bytes));
    });
    expect((await get({ url: `${url}/br`, response: 'text' }))['body']).toHaveLength(5_000_000);
    const bomb = await failure({ url, max_response: 100_000 });
    expect(bomb.code).toBe('http.too_large');
    expect(bomb.details).toMatchObject({ retryable: false });
  });

  it('keeps text text, and gives what is no text as base64', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/latin') {
        response.setHeader('content-type', 'text/plain; charset=iso-8859-1');
        response.end(Buffer.from([0xe4]));
      } else response.end(Buffer.from([0xff, 0xfe, 0x00]));
    });
    expect(await get({ url: `${url}/latin` })).toMatchObject({ body: 'ä' });
    expect(await get({ url })).toMatchObject({ body: '//4A', encoding: 'base64' });
  });

  it('fails on an unexpected status with the server’s own word on when to try again', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(503, { 'retry-after': '7' }).end('busy');
    });
    const error = await failure({ url });
    expect(error.code).toBe('http.status_503');
    expect(error.details).toMatchObject({ status: 503, retry_after_ms: 7000, body: 'busy' });
    expect((await get({ url, expect_status: [200, '5xx'] }))['status']).toBe(503);
  });

  it('reads Retry-After as seconds and as a date, and bounds it', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', now)).toBe(60_000);
    expect(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('99999999', now)).toBe(86_400_000);
    expect(retryAfterMs('soon', now)).toBeUndefined();
  });

  it('names a server that is not there', async () => {
    const server = createServer();
    const url = await opened(server);
    await new Promise((resolve) => server.close(resolve));
    expect((await failure({ url })).code).toBe('http.connect_failed');
  });

  it('ends at once on cancel, with the reason', async () => {
    let arrived = () => {};
    const waiting = new Promise<void>((resolve) => (arrived = resolve));
    const url = await serve(() => arrived());
    const running = failure({ url });
    await waiting;
    harness().controller.abort(new NexusError({ code: 'step.timeout', message: 'Too late.' }));
    expect((await running).code).toBe('step.timeout');
  });
});

describe('http redirects', () => {
  it('keeps credentials within the origin and drops them beyond', async () => {
    const other = await serve(echo);
    const url = await serve((request, response, body) => {
      if (request.url === '/same') response.writeHead(302, { location: '/echo' }).end();
      else if (request.url === '/other') response.writeHead(307, { location: other }).end();
      else echo(request, response, body);
    });
    const headers = { 'x-api-key': 'k', cookie: 'c=1', 'x-other': 'o' };
    const same = await get({ url: `${url}/same`, headers, auth: { bearer: 't' } });
    expect(same['body']).toMatchObject({ headers: { ...headers, authorization: 'Bearer t' } });
    const cross = await get({ url: `${url}/other`, headers, auth: { bearer: 't' }, body: 'x' });
    const seen = cross['body'] as { headers: Record<string, string>; method: string; body: string };
    expect(Object.keys(seen.headers)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/authorization|cookie|x-api-key/)]),
    );
    expect(seen.headers['x-other']).toBe('o');
    expect([seen.method, seen.body]).toEqual(['POST', 'x']);
    expect(cross['url']).toBe(`${other}/`);
  });

  it('turns POST into GET on 303 and drops the body', async () => {
    const url = await serve((request, response, body) => {
      if (request.url === '/') response.writeHead(303, { location: '/e' }).end();
      else echo(request, response, body);
    });
    const { body } = await get({ url, json: { a: 1 } });
    expect(body).toMatchObject({ method: 'GET', body: '' });
    expect((body as { headers: object }).headers).not.toHaveProperty('content-type');
  });

  it('stops a loop, and follows none where told so', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(302, { location: '/' }).end();
    });
    expect((await failure({ url, max_redirects: 3 })).code).toBe('http.too_many_redirects');
    expect((await get({ url, max_redirects: 0 }))['status']).toBe(302);
  });
});
