// oxlint-disable typescript/no-explicit-any -- JSON of another process, looked into freely
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { contract } from '#contract/index.ts';
import { walkContract } from '#contract/walk.ts';
import {
  newFolder,
  nexus,
  serve,
  start,
  until,
  workflowFile,
  type Server,
} from './nexus.testing.ts';
import { openPlatform } from './platform.testing.ts';

const WAITS =
  'name: waits\nsteps:\n  - { id: ask, uses: approval, with: { title: Go on } }\n  - { id: say, uses: shell, with: { run: echo said } }\n';

/** Headers that fetch does not let anybody set. */
function raw(
  server: Server,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<number> {
  const { hostname, port } = new URL(server.address);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end();
  });
}

describe('REST', () => {
  it('describes every operation in a structurally valid OpenAPI 3.1 document', async () => {
    const server = await serve(newFolder());
    const answer = await server.call('/api/openapi.json');
    expect(answer.status).toBe(200);
    const document = (await answer.json()) as any;
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(document.components.securitySchemes).toBeTruthy();
    const ids: string[] = [];
    for (const [path, item] of Object.entries<Record<string, any>>(document.paths)) {
      expect(path).toMatch(/^\//);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const operation of Object.values(item)) {
        ids.push(operation.operationId);
        expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
        const declared = (operation.parameters ?? [])
          .filter((one: { in: string }) => one.in === 'path')
          .map((one: { name: string }) => one.name);
        expect(new Set(declared), path).toEqual(new Set(inPath));
        for (const response of Object.values<any>(operation.responses))
          expect(response.description ?? response.$ref, path).toEqual(expect.any(String));
      }
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(
      walkContract(contract)
        .map(({ name }) => name)
        .toSorted(),
    );
    const references = JSON.stringify(document).match(/"#\/[^"]+"/g) ?? [];
    for (const reference of new Set(references)) {
      const steps = (JSON.parse(reference) as string).slice(2).split('/');
      const target = steps.reduce((at, step) => at?.[step.replaceAll('~1', '/')], document);
      expect(target, reference).toBeDefined();
    }
    await server.kill('SIGTERM');
  });

  it('lets each role do what is its own, and audits what it refuses', async () => {
    const home = newFolder();
    const server = await serve(home);
    const [viewer, operator, admin] = await Promise.all([
      server.token('viewer'),
      server.token('operator'),
      server.token('admin'),
    ]);
    const post = (path: string, token: string | undefined, body: unknown) =>
      server.call(path, {
        method: 'POST',
        body: JSON.stringify(body),
        ...(token ? { token } : {}),
      });
    const startRun = (token?: string) => post('/api/v1/workflows/welcome/runs', token, {});
    expect((await startRun()).status).toBe(401);
    expect((await startRun('nxt_wrong')).status).toBe(401);
    const refused = await startRun(viewer);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toMatchObject({
      type: expect.any(String),
      title: expect.any(String),
      status: 403,
      detail: expect.any(String),
      code: 'access.denied',
    });
    expect((await startRun(operator)).status).toBe(200);
    const create = (token: string) => post('/api/v1/tokens', token, { name: 'x', role: 'viewer' });
    expect((await create(operator)).status).toBe(403);
    expect((await create(admin)).status).toBe(200);
    expect((await server.call('/api/v1/runs', { token: viewer })).status).toBe(200);
    const { json } = await nexus(['audit', 'list', '--limit', '100', '--json'], { home });
    const outcomes = json.entries.map((entry: any) => `${entry.action} ${entry.outcome}`);
    expect(outcomes).toEqual(
      expect.arrayContaining(['runs.start refused', 'runs.start allowed', 'tokens.create refused']),
    );
    await server.kill('SIGTERM');
  });

  it('answers mistakes with problem details, whatever is thrown at it', async () => {
    const server = await serve(newFolder());
    const token = await server.token('admin');
    const tries: [string, RequestInit, number][] = [
      ['/api/v1/nowhere', {}, 404],
      ['/api/v1/runs/run_nope', {}, 404],
      ['/api/v1/runs?limit=many', {}, 400],
      ['/api/v1/workflows/welcome/runs', { method: 'POST', body: '{' }, 400],
      ['/api/v1/workflows/welcome/runs', { method: 'POST', body: '{"inputs":5}' }, 400],
      ['/api/v1/workflows/welcome/runs', { method: 'POST', body: '{"inputs":{"zz":1}}' }, 400],
      ['/api/v1/workflows/..%2f..%2fetc/runs', { method: 'POST', body: '{}' }, 400],
      [
        '/api/v1/workflows/welcome/runs',
        { method: 'POST', body: JSON.stringify({ inputs: { name: 'x'.repeat(20_000_000) } }) },
        413,
      ],
    ];
    for (const [path, init, status] of tries) {
      const answer = await server.call(path, { ...init, token });
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.headers.get('content-type'), path).toContain('problem+json');
      expect(await answer.json(), path).toMatchObject({ status, code: expect.any(String) });
    }
    expect((await server.call('/healthz')).status).toBe(200);
    await server.kill('SIGTERM');
  });

  it('refuses other hosts and other origins on every kind of route', async () => {
    const server = await serve(newFolder());
    const { host } = new URL(server.address);
    for (const path of [
      '/',
      '/api/v1/status',
      '/api/openapi.json',
      '/hooks/x',
      '/healthz',
      '/metrics',
      '/login',
    ]) {
      expect(await raw(server, path, { host: 'evil.example' }), path).toBe(421);
      expect(await raw(server, path, { host, origin: 'http://evil.example' }, 'POST'), path).toBe(
        403,
      );
    }
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    expect(
      await raw(server, '/ws', { host, origin: 'http://evil.example', ...upgrade }),
    ).toBeGreaterThanOrEqual(400);
    await server.kill('SIGTERM');
  });

  it('streams a run as server-sent events, and an approval over REST lets it go on', async () => {
    const server = await serve(newFolder());
    const token = await server.token('operator');
    const started = await server.call('/api/v1/workflows/waits/runs', {
      method: 'POST',
      token,
      body: JSON.stringify({ source: WAITS }),
    });
    const { run } = (await started.json()) as { run: { id: string } };
    const events = await server.call(`/api/v1/runs/${run.id}/events`, { token });
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    let approved = false;
    const decoder = new TextDecoder();
    for await (const chunk of events.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (approved || !text.includes('waiting')) continue;
      approved = true;
      const answer = await server.call(`/api/v1/runs/${run.id}/approve`, {
        method: 'POST',
        token,
        body: '{}',
      });
      expect(answer.status).toBe(200);
    }
    expect(text).toContain('"succeeded"');
    const data = text.split('\n').filter((line) => line.startsWith('data:'));
    for (const line of data) expect(() => JSON.parse(line.slice(5))).not.toThrow();
    const log = await server.call(`/api/v1/runs/${run.id}/log?step=say`, { token });
    expect(await log.text()).toContain('said');
    await server.kill('SIGTERM');
  });
});

describe('the audit log', () => {
  it('shows every change that somebody makes to the file itself', async () => {
    const home = newFolder();
    const before = await openPlatform({ home });
    for (const name of ['one', 'two', 'three', 'four', 'five'])
      await before.client.workflows.create({ name });
    expect(await before.client.audit.verify({})).toMatchObject({ ok: true, entries: 5 });
    await before.close();
    const file = join(home, 'nexus.db');
    const db = new Sqlite(file);
    const { name: table } = db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'audit%'")
      .get() as { name: string };
    for (const trigger of db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?")
      .all(table) as { name: string }[])
      db.exec(`DROP TRIGGER ${trigger.name}`);
    db.close();
    const tamper = async (...statements: string[]) => {
      const copy = newFolder();
      const source = new Sqlite(file);
      await source.backup(join(copy, 'nexus.db'));
      source.close();
      const changed = new Sqlite(join(copy, 'nexus.db'));
      for (const sql of statements) changed.exec(sql.replaceAll('LOG', table));
      changed.close();
      const after = await openPlatform({ home: copy, mode: 'command' });
      const result = await after.client.audit.verify({});
      expect(result, statements[0]).toMatchObject({
        ok: false,
        problem: { message: expect.any(String) },
      });
      await after.close();
      return copy;
    };
    const columns = new Sqlite(file)
      .prepare(`SELECT * FROM ${table} LIMIT 1`)
      .columns()
      .map((column) => column.name);
    expect(columns).toEqual(expect.arrayContaining(['seq', 'hash']));
    const changed = await tamper(`UPDATE LOG SET actor = 'mallory' WHERE seq = 3`);
    await tamper('DELETE FROM LOG WHERE seq = 3');
    await tamper('DELETE FROM LOG WHERE seq = 1');
    await tamper('DELETE FROM LOG WHERE seq = 5');
    await tamper(
      'UPDATE LOG SET seq = -2 WHERE seq = 2',
      'UPDATE LOG SET seq = 2 WHERE seq = 3',
      'UPDATE LOG SET seq = 3 WHERE seq = -2',
    );
    const said = await nexus(['audit', 'verify', '--json'], { home: changed });
    expect([said.stderr, said.code, said.json.ok]).toEqual(['', 1, false]);
  });
});

describe('a run without a terminal', () => {
  it('is approved from a second command while the first one waits for it', async () => {
    const home = newFolder();
    const file = workflowFile(home, 'waits', WAITS);
    const { ended } = start(['workflow', 'run', file, '--wait', '--json'], { home });
    const run = await until(async () => {
      const { json } = await nexus(['run', 'list', '--status', 'waiting', '--json'], { home });
      return json.runs[0];
    });
    const approved = await nexus(['run', 'approve', run.id, '--json'], { home });
    expect([approved.code, approved.stderr]).toEqual([0, '']);
    const said = await ended;
    expect(said.code).toBe(0);
    expect(said.json.run.status).toBe('succeeded');
  });
});
