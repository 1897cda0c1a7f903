import { once } from 'node:events';
import { connect } from 'node:net';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenGateway, openGateway, requestText } from './gateway.testing.ts';

let nexus: OpenGateway;
beforeAll(async () => {
  nexus = await openGateway({
    rates: { refusals: { burst: 100_000, perSecond: 1 }, login: { burst: 1000, perSecond: 1 } },
  });
});
afterAll(() => nexus.end());

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
    await fetch(nexus.url('/api/v1/runs/run_1'), { headers: nexus.bearer('viewer') });
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
