import { once } from 'node:events';
import { connect } from 'node:net';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '#contract/index.ts';
import { operationMeta, walkContract } from '#contract/walk.ts';
import { sampleInputs } from '#main/api/samples.testing.ts';
import { type OpenGateway, openGateway, requestText } from './gateway.testing.ts';

let nexus: OpenGateway;
beforeAll(async () => {
  nexus = await openGateway({
    rates: { refusals: { burst: 100_000, perSecond: 1 }, login: { burst: 1000, perSecond: 1 } },
  });
});
afterAll(() => nexus.end());

const operations = walkContract(contract).map(({ name, operation }) => ({
  name,
  ...operationMeta(operation),
}));
/** What no one is told over HTTP, whatever the role. */
const closedToHttp = new Set(['vault.get']);

function restRequest(name: string, method: string, path: string): [string, RequestInit] {
  const [group, member] = name.split('.') as [string, string];
  const input = {
    ...(sampleInputs as unknown as Record<string, Record<string, object>>)[group]![member],
  } as Record<string, unknown>;
  const url = path.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = String(input[key]);
    delete input[key];
    return encodeURIComponent(value);
  });
  if (method === 'GET') {
    const query = new URLSearchParams(
      Object.entries(input).map(([k, v]): [string, string] => [k, String(v)]),
    ).toString();
    return [`/api/v1${url}${query && `?${query}`}`, { method }];
  }
  return [
    `/api/v1${url}`,
    { method, body: JSON.stringify(input), headers: { 'content-type': 'application/json' } },
  ];
}

describe('REST', () => {
  it.each(operations)(
    '$method $path refuses the unknown and serves the known',
    async ({ name, method, path, role, stream }) => {
      // Bug caught: a route that forgets to ask who is calling, or that does not bind.
      const [url, init] = restRequest(name, method, path);
      const refused = await fetch(nexus.url(url), init);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('content-type')).toBe('application/problem+json');
      expect(await refused.json()).toMatchObject({
        code: 'access.unauthenticated',
        status: 401,
        hint: expect.any(String),
      });
      expect(nexus.audit.list({ limit: 1 }).items[0]).toMatchObject({
        action: name,
        outcome: 'refused',
        actor: 'anonymous',
        face: 'rest',
      });
      const abort = new AbortController();
      const served = await fetch(nexus.url(url), {
        ...init,
        headers: { 'content-type': 'application/json', ...nexus.bearer(role as 'viewer') },
        signal: abort.signal,
      });
      const closed = closedToHttp.has(name);
      expect(served.status).toBe(closed ? 403 : 200);
      expect(served.headers.get('content-type')).toBe(
        closed ? 'application/problem+json' : stream ? 'text/event-stream' : 'application/json',
      );
      abort.abort();
    },
  );

  it('gives the same error as every other face, as problem details', async () => {
    const headers = nexus.bearer('viewer');
    const missing = await fetch(nexus.url('/api/v1/runs/missing'), { headers });
    expect(missing.status).toBe(404);
    expect(await missing.json()).toEqual({
      type: 'urn:nexus:error:run.not_found',
      title: 'No run missing.',
      detail: 'No run missing.',
      status: 404,
      code: 'run.not_found',
      hint: 'List them.',
      kind: 'user',
    });
    const denied = await fetch(nexus.url('/api/v1/workflows/hello/runs'), {
      method: 'POST',
      headers,
    });
    expect([denied.status, ((await denied.json()) as { code: string }).code]).toEqual([
      403,
      'access.denied',
    ]);
    const defect = await fetch(nexus.url('/api/v1/runs/defect'), { headers });
    expect(defect.status).toBe(500);
    expect(await defect.text()).not.toMatch(/secret|TypeError|\.ts:/);
    const nowhere = await fetch(nexus.url('/api/v1/nowhere'), { headers });
    expect([nowhere.status, ((await nowhere.json()) as { code: string }).code]).toEqual([
      404,
      'http.not_found',
    ]);
  });

  it('reads numbers and booleans from a query as what the schema says', async () => {
    // Bug caught: `follow=false` that is true because it is a non-empty text.
    const headers = nexus.bearer('viewer');
    const log = await fetch(nexus.url('/api/v1/runs/run_1/log?follow=false&after=3'), { headers });
    expect(await log.text()).toContain('event: done');
    expect(nexus.services.reached.at(-1)).toMatchObject({
      name: 'engine.log',
      args: ['run_1', { follow: false, after: 3 }],
    });
    await (
      await fetch(nexus.url('/api/v1/runs?limit=7&status[]=failed&status[]=running'), { headers })
    ).json();
    expect(nexus.services.reached.at(-1)?.args[0]).toMatchObject({
      limit: 7,
      status: ['failed', 'running'],
    });
    const bad = await fetch(nexus.url('/api/v1/runs?limit=many'), { headers });
    expect([bad.status, ((await bad.json()) as { details: unknown }).details]).toEqual([
      400,
      { fields: [{ path: 'limit', message: expect.any(String) }] },
    ]);
  });

  it('takes JSON only, and not too much of it', async () => {
    const headers = nexus.bearer('operator');
    const post = (type: string, body: string) =>
      fetch(nexus.url('/api/v1/workflows/hello/runs'), {
        method: 'POST',
        headers: { ...headers, 'content-type': type },
        body,
      });
    expect((await post('text/plain', '{}')).status).toBe(415);
    expect((await post('application/x-www-form-urlencoded', 'a=1')).status).toBe(415);
    expect((await post('multipart/form-data; boundary=x', '--x--')).status).toBe(415);
    const cut = await post('application/json', '{"inputs":');
    expect([cut.status, ((await cut.json()) as { code: string }).code]).toEqual([
      400,
      'input.malformed',
    ]);
    expect(
      (await post('application/json', `{"inputs":{"x":"${'y'.repeat(9_000_000)}"}}`)).status,
    ).toBe(413);
  });

  it('streams as server-sent events until the caller has enough', async () => {
    const signals: AbortSignal[] = [];
    const watch = nexus.services.engine.watch.bind(nexus.services.engine);
    nexus.services.engine.watch = (run, signal) => {
      signals.push(signal!);
      return watch(run, signal);
    };
    const stop = new AbortController();
    const answer = await fetch(nexus.url('/api/v1/runs/run_1/events'), {
      headers: nexus.bearer('viewer'),
      signal: stop.signal,
    });
    let text = '';
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    while (!text.includes('"type":"end"')) text += (await reader.read()).value ?? '';
    expect(text).toMatch(/^event: message\ndata: \{"stream":"","bytes":0,"items":\[\]\}\n\n/);
    expect(text).toContain('"type":"run"');
    stop.abort();
    await new Promise((resolve) =>
      signals[0]!.aborted ? resolve(0) : signals[0]!.addEventListener('abort', resolve),
    );
    nexus.services.engine.watch = watch;
  });

  it('ends a stream with problem details when it fails', async () => {
    const answer = await fetch(nexus.url('/api/v1/runs/missing/events'), {
      headers: nexus.bearer('viewer'),
    });
    expect(await answer.text()).toMatch(
      /event: error\ndata: \{"type":"urn:nexus:error:run.not_found".*"hint":"List them."/,
    );
  });
});

describe('the document', () => {
  it('is OpenAPI 3.1.1 and has every operation with its errors', async () => {
    const answer = await fetch(nexus.url('/api/openapi.json'));
    const document = (await answer.json()) as {
      openapi: string;
      info: { version: string };
      security: unknown;
      paths: Record<
        string,
        Record<string, { operationId: string; responses: Record<string, { content: object }> }>
      >;
      components: { securitySchemes: object };
    };
    expect(document.openapi).toBe('3.1.1');
    expect(document.info.version).toBe('1.2.3');
    expect(document.security).toEqual([{ bearer: [] }]);
    const described = Object.values(document.paths).flatMap((item) => Object.values(item));
    expect(described.map((one) => one.operationId).sort()).toEqual(
      operations.map((one) => one.name).sort(),
    );
    for (const one of described)
      expect(Object.keys(one.responses['401']!.content)).toEqual(['application/problem+json']);
  });
});

describe('the dashboard', () => {
  const login = async (role: 'viewer' | 'operator' | 'admin' = 'admin') => {
    const { token } = nexus.access.createLoginLink(role);
    const answer = await fetch(nexus.url(`/login?token=${token}`), { redirect: 'manual' });
    const cookie = answer.headers.get('set-cookie')!;
    return { answer, cookie, session: cookie.split(';')[0]!, token };
  };

  it('opens with a one-time link', async () => {
    const { answer, cookie, session, token } = await login();
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(cookie).toMatch(
      /^nexus_session_\d+=nxc_[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    );
    const page = await fetch(nexus.url('/'), { headers: { cookie: session } });
    expect(await page.text()).toContain('Dashboard');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const again = await fetch(nexus.url(`/login?token=${token}`), { redirect: 'manual' });
    expect(again.status).toBe(401);
    expect(again.headers.get('set-cookie')).toBeNull();
    expect(
      nexus.audit
        .list({ limit: 2, action: 'gateway.login' })
        .items.map((e) => [e.actor, e.outcome]),
    ).toEqual([
      ['anonymous', 'refused'],
      ['owner', 'allowed'],
    ]);
  });

  it('binds the session to TLS behind a proxy that speaks it', async () => {
    const { token } = nexus.access.createLoginLink('viewer');
    const headers = { 'x-forwarded-proto': 'https' };
    const answer = await fetch(nexus.url(`/login?token=${token}`), { headers, redirect: 'manual' });
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure$/);
  });

  it('is not used up by a preview or a prefetch', async () => {
    const { token } = nexus.access.createLoginLink('admin');
    await fetch(nexus.url(`/login?token=${token}`), { method: 'HEAD' });
    expect(
      (await fetch(nexus.url(`/login?token=${token}`), { headers: { 'sec-purpose': 'prefetch' } }))
        .status,
    ).toBe(503);
    expect(nexus.access.login(token)).toBeDefined();
  });

  it('takes a token from the form, and shows the form to the unknown', async () => {
    const { secret } = nexus.access.createToken({ name: 'form', role: 'viewer' });
    const post = (token: string) =>
      fetch(nexus.url('/login'), {
        method: 'POST',
        body: new URLSearchParams({ token }),
        redirect: 'manual',
        headers: { origin: nexus.address },
      });
    expect((await post(secret)).status).toBe(303);
    expect((await post('nxs_wrong')).status).toBe(401);
    const page = await fetch(nexus.url('/'), { headers: { accept: 'text/html' } });
    expect(page.status).toBe(401);
    expect(await page.text()).toContain('nexus status --login-link');
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self'");
  });

  it('asks once more when the way here began at another site', async () => {
    // Bug caught: following a link to the dashboard shows the login page although one is logged in.
    const { session } = await login();
    // By hand: fetch has its own ideas of these headers.
    const link = {
      'Sec-Fetch-Site': 'cross-site',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
    };
    const open = (headers: Record<string, string>) =>
      nexus.raw(requestText(nexus.port, 'GET /runs/run_1', headers));
    expect(await open(link)).toMatch(/^HTTP\/1\.1 200[^]*http-equiv="refresh"/);
    const own = { Cookie: session, 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'navigate' };
    expect(await open(own)).toMatch(/^HTTP\/1\.1 303[^]*location: \/#\/runs\/run_1\r\n/);
    expect(await open({ 'Sec-Fetch-Mode': 'navigate' })).toMatch(/^HTTP\/1\.1 401[^]*<form/);
  });

  it('serves its files with a hash for ever, and nothing else', async () => {
    const headers = { cookie: (await login()).session };
    const asset = await fetch(nexus.url('/assets/app-1a2b.js'), { headers });
    expect([asset.headers.get('content-type'), asset.headers.get('cache-control')]).toEqual([
      'text/javascript; charset=utf-8',
      'private, max-age=31536000, immutable',
    ]);
    expect((await fetch(nexus.url('/assets/app-1a2b.js'))).status).toBe(401);
    for (const path of ['/outside.js', '/assets/none.js', '/assets', '/api/v2/runs', '/ws'])
      expect((await fetch(nexus.url(path), { headers })).status).toBe(404);
  });

  it('logs out', async () => {
    const { session } = await login();
    const headers = { cookie: session, origin: nexus.address };
    expect((await fetch(nexus.url('/api/v1/whoami'), { headers })).status).toBe(200);
    const out = await fetch(nexus.url('/logout'), { method: 'POST', headers, redirect: 'manual' });
    expect([out.status, out.headers.get('location')]).toEqual([303, '/login']);
    expect((await fetch(nexus.url('/api/v1/whoami'), { headers })).status).toBe(401);
  });

  it('does not let a page of another site use its cookie', async () => {
    // Bug caught: cross-site request forgery; on localhost even SameSite=Strict lets other ports through.
    const { session } = await login();
    const post = (headers: Record<string, string>) =>
      fetch(nexus.url('/api/v1/runs/run_1/cancel'), {
        method: 'POST',
        headers: { cookie: session, ...headers },
      });
    expect((await post({ origin: nexus.address })).status).toBe(200);
    expect((await post({})).status).toBe(403);
    for (const origin of [
      'http://evil.example',
      'null',
      `http://localhost:${nexus.port}`,
      'http://127.0.0.1:1',
    ])
      expect((await post({ origin })).status).toBe(403);
    expect((await post({ origin: nexus.address, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    const image = await fetch(nexus.url('/api/v1/runs'), {
      headers: {
        cookie: session,
        'sec-fetch-site': 'same-site',
        'sec-fetch-mode': 'no-cors',
        'sec-fetch-dest': 'image',
      },
    });
    expect(image.status).toBe(403);
  });
});

describe('webhooks, health and metrics', () => {
  it('hands a delivery over byte for byte', async () => {
    const body = Buffer.from([0, 255, 10, 123]);
    const answer = await fetch(nexus.url('/hooks/hello?a=1&a=2&b=%20'), {
      method: 'POST',
      body,
      headers: { 'x-signature': 's' },
    });
    expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
    expect(nexus.delivered.at(-1)).toMatchObject({
      method: 'POST',
      path: 'hello',
      query: { a: ['1', '2'], b: ' ' },
      rawBody: body,
      remote: '127.0.0.1',
      headers: { 'x-signature': 's' },
    });
  });

  it('keeps what a workflow answers apart from the dashboard', async () => {
    // Bug caught: a workflow that echoes its input as HTML lets a stranger act with the owner's session.
    const answer = await fetch(nexus.url('/hooks/hello'), { method: 'POST' });
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^sandbox (?!.*allow-same-origin)/,
    );
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('x-mine')).toBe('kept');
  });

  it('cuts a delivery that is larger than its hook takes', async () => {
    const before = nexus.delivered.length;
    const answer = await fetch(nexus.url('/hooks/hello'), {
      method: 'POST',
      body: 'x'.repeat(1001),
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      413,
      'http.body_too_large',
    ]);
    const chunked = await nexus.raw(
      requestText(
        nexus.port,
        'POST /hooks/hello',
        { 'Transfer-Encoding': 'chunked' },
        `7d0\r\n${'x'.repeat(2000)}\r\n0\r\n\r\n`,
      ),
    );
    expect(chunked).toMatch(/^HTTP\/1\.1 413/);
    expect(nexus.delivered.length).toBe(before);
  });

  it('says whether it is well, to everybody', async () => {
    expect(await (await fetch(nexus.url('/healthz'))).json()).toEqual({ status: 'ok' });
    expect((await fetch(nexus.url('/healthz'), { method: 'POST' })).status).toBe(405);
  });

  it('tells its figures to those who are known', async () => {
    expect((await fetch(nexus.url('/metrics'))).status).toBe(401);
    expect(
      (await fetch(nexus.url('/metrics'), { headers: { authorization: 'Bearer nxs_wrong' } }))
        .status,
    ).toBe(401);
    const text = await (
      await fetch(nexus.url('/metrics'), { headers: nexus.bearer('viewer') })
    ).text();
    expect(text).toMatch(/nexus_operations_total\{operation="runs.get",outcome="allowed"\} \d+/);
  });
});

describe('listening', () => {
  it('says which port is taken', async () => {
    await expect(openGateway({ port: nexus.port })).rejects.toMatchObject({
      code: 'gateway.in_use',
    });
  });

  it('warns when others on the network can reach it, and still checks names', async () => {
    const open = await openGateway({ host: '0.0.0.0', allowedHosts: ['nexus.example.org'] });
    expect(open.warnings.map((line) => line.message).join()).toContain('others on the network');
    expect(nexus.warnings).toEqual([]);
    const status = (host: string) =>
      new Promise((resolve) => {
        httpRequest({ port: open.port, path: '/healthz', headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).end();
      });
    expect(await status('nexus.example.org')).toBe(200);
    expect(await status('evil.example')).toBe(421);
    await open.end();
  });
});

describe('a body that is too large', () => {
  // Bug caught: the connection was reset while the sender still sent, and the answer was lost with it.
  it('is read away after the answer, so that the sender gets to see it', async () => {
    const { hostname, port } = new URL(nexus.address);
    const length = 20_000_000;
    const socket = connect(Number(port), hostname);
    const problems: Error[] = [];
    socket.on('error', (error) => problems.push(error));
    socket.write(
      `POST /api/v1/workflows/x/runs HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: ${nexus.bearer('operator').authorization}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('413');
    const sent = await new Promise<Error | null | undefined>((resolve) =>
      socket.write(Buffer.alloc(length, 0x20), resolve),
    );
    expect([sent ?? null, problems]).toEqual([null, []]);
    // And then the connection ends, without waiting for a next request.
    await once(socket.resume(), 'close');
  });
});
