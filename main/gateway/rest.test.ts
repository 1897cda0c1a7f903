import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '#contract/index.ts';
import { operationMeta, walkContract } from '#contract/walk.ts';
import { sampleInputs } from '#main/api/samples.testing.ts';
import { type OpenGateway, openGateway } from './gateway.testing.ts';

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
