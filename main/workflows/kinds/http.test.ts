import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { guardedLookup, isPublicAddress } from './address.ts';
import { harness, outputsOf, runKind, type Harness } from './harness.testing.ts';
import { http } from './http.ts';
import { environmentProxy } from './httpagent.ts';
import { retryAfterMs } from './httperror.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let h: Harness;
let servers: Server[];
beforeEach(() => {
  h = harness({ allowPrivateAddresses: true });
  servers = [];
});
afterEach(() => {
  h.remove();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => handler(request, response, body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const get = (input: Record<string, unknown>) => outputsOf(http, input, h.context);
const failure = (input: Record<string, unknown>): Promise<NexusError> =>
  runKind(http, input, h.context).then(
    () => {
      throw new Error('expected a failure');
    },
    (error: unknown) => error as NexusError,
  );

/** Answers with what came in. */
const echo: Handler = (request, response, body) => {
  const { method, url, headers } = request;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify({ method, url, headers, body }));
};

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
    const url = await serve(echo);
    const server = servers.pop()!;
    await new Promise((resolve) => server.close(resolve));
    expect((await failure({ url })).code).toBe('http.connect_failed');
  });

  it('ends at once on cancel, with the reason', async () => {
    let arrived = () => {};
    const waiting = new Promise<void>((resolve) => (arrived = resolve));
    const url = await serve(() => arrived());
    const running = failure({ url });
    await waiting;
    h.controller.abort(new NexusError({ code: 'step.timeout', message: 'Too late.' }));
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

describe('private-address guard', () => {
  const refused = [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '::',
    '::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'ff02::1',
    'fec0::1',
    '5f00::1',
    'nonsense',
  ];
  it.each(refused)('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['1.1.1.1', '8.8.8.8', '2606:4700:4700::1111', '::ffff:1.1.1.1', '64:ff9b::101:101'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it('refuses every spelling of loopback, by name and by number, before anything is sent', async () => {
    let hits = 0;
    const url = await serve((_request, response) => {
      hits += 1;
      response.end();
    });
    const { port } = new URL(url);
    h.context.allowPrivateAddresses = false;
    for (const host of [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '[::1]',
      '[::ffff:7f00:1]',
      'localhost',
      '0',
    ]) {
      const error = await failure({ url: `http://${host}:${port}/` });
      expect([host, error.code]).toEqual([host, 'http.address_refused']);
      expect(error.details).toMatchObject({ retryable: false });
    }
    expect(hits).toBe(0);
  });

  it('hands the socket the very addresses it checked, so a second answer cannot differ', async () => {
    const answer = await new Promise<NexusError>((resolve) =>
      guardedLookup('localhost', { all: true }, (error) => resolve(error as unknown as NexusError)),
    );
    expect(answer.code).toBe('http.address_refused');
    const single = await new Promise<unknown>((resolve) =>
      guardedLookup('1.1.1.1', {}, (_error, address) => resolve(address)),
    );
    expect(single).toBe('1.1.1.1');
  });

  it('does not share a connection that was opened without the guard', async () => {
    const url = await serve(echo);
    const named = url.replace('127.0.0.1', 'localhost');
    expect((await get({ url: named }))['status']).toBe(200);
    h.context.allowPrivateAddresses = false;
    expect((await failure({ url: named })).code).toBe('http.address_refused');
  });

  it('refuses a private proxy that a workflow names', async () => {
    const proxy = await serve(echo);
    h.context.allowPrivateAddresses = false;
    expect((await failure({ url: 'http://1.1.1.1/', proxy })).code).toBe('http.address_refused');
  });
});

describe('http proxy', () => {
  it('asks the proxy for plain HTTP and shows it the credentials meant for it', async () => {
    const seen: (string | undefined)[] = [];
    const proxy = await serve((request, response) => {
      seen.push(request.url, request.headers['proxy-authorization']);
      response.end('from the proxy');
    });
    const outputs = await get({
      url: 'http://example.invalid/x?y=1',
      proxy: proxy.replace('http://', 'http://u:p@'),
    });
    expect(outputs['body']).toBe('from the proxy');
    expect(seen[0]).toMatch(/\/x\?y=1$/);
    expect(seen[1]).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
  });

  it('tunnels https by CONNECT', async () => {
    const target = await serve(echo);
    const asked: string[] = [];
    const proxy = await serve(echo);
    servers.at(-1)!.on('connect', (request, socket) => {
      asked.push(request.url!);
      // The target speaks no TLS: reaching it is enough to see the tunnel.
      const upstream = connect(Number(new URL(target).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    await failure({ url: target.replace('http:', 'https:'), proxy });
    expect(asked).toEqual([new URL(target).host]);
  });

  it('reads the environment as curl does', () => {
    const env = {
      HTTPS_PROXY: 'http://p:1',
      http_proxy: 'q:2',
      NO_PROXY: '.internal.org, x.org:8443',
    };
    const of = (url: string) => environmentProxy(new URL(url), env);
    expect(of('https://a.org/')).toBe('http://p:1');
    expect(of('http://a.org/')).toBe('http://q:2');
    expect(of('https://a.internal.org/')).toBeUndefined();
    expect(of('https://x.org:8443/')).toBeUndefined();
    expect(of('https://x.org/')).toBe('http://p:1');
    expect(of('http://localhost:1/')).toBeUndefined();
  });
});
