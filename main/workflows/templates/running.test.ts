import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import { sandbox } from '../kinds/code.ts';
import { harness, type Harness } from '../kinds/harness.testing.ts';
import {
  begin,
  closeWorlds,
  restart,
  runTemplate,
  templates,
  type Answers,
  type TemplateRun,
} from './run.testing.ts';

let h: Harness;
let servers: { close(): unknown; closeAllConnections(): void }[];
beforeEach(() => {
  h = harness();
  servers = [];
});
afterEach(async () => {
  await closeWorlds();
  h.remove();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => sandbox.close());

const tried = new Set<string>();
const attempt = (id: string, inputs: Record<string, Json> = {}, answers: Answers = {}) => {
  tried.add(id);
  return runTemplate(id, inputs, h, answers);
};

/** Runs it and shows why, where it fails. */
async function run(
  id: string,
  inputs: Record<string, Json> = {},
  answers: Answers = {},
): Promise<TemplateRun> {
  const result = await attempt(id, inputs, answers);
  if (result.status === 'failed') throw new Error(`${JSON.stringify(result.error)}\n${result.log}`);
  return result;
}

const at = (...parts: string[]) => join(h.folder, ...parts);
const text = (value: Json | undefined) => (typeof value === 'string' ? value : '');
const titles = () => h.notes.map((note) => note.title);
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
    cwd: at('repo'),
    encoding: 'utf8',
  }).trim();

function makeRepository(): { first: string; second: string } {
  mkdirSync(at('repo'));
  git('init', '--quiet');
  writeFileSync(at('repo', 'version'), 'one');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  const first = git('rev-parse', 'HEAD');
  writeFileSync(at('repo', 'version'), 'two');
  git('commit', '--quiet', '-am', 'second');
  return { first, second: git('rev-parse', 'HEAD') };
}

async function serve(body: unknown, status = 200): Promise<string> {
  const server: Server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('templates about this machine', () => {
  it('welcome greets, measures and writes its report', async () => {
    const { outputs } = await run('welcome', { name: 'Ada' });
    expect(outputs['title']).toBe('Hello, Ada. This is your first run.');
    expect(readFileSync(text(outputs['report']), 'utf8')).toContain('the last one 229');
    expect(titles()).toEqual(['Your first workflow ran']);
  });

  it('daily-report gathers every part', async () => {
    const { outputs } = await run('daily-report');
    expect(readFileSync(text(outputs['report']), 'utf8')).toMatch(
      /load average[\s\S]*## Disks\n```\nFilesystem/,
    );
  });

  it('disk-space does nothing below its limit, and deletes only after a yes', async () => {
    mkdirSync(at('old'));
    writeFileSync(at('old', 'a b'), 'x');
    utimesSync(at('old', 'a b'), 1, 1);
    writeFileSync(at('old', 'new'), 'x');
    const inputs = { path: h.folder, cleanup_folder: at('old'), older_than_days: 14 };
    const quiet = await run('disk-space', { ...inputs, limit: 101 });
    expect(quiet.steps['ask']!.status).toBe('skipped');
    const full = { ...inputs, limit: 0 };
    await run('disk-space', full);
    expect(readdirSync(at('old'))).toEqual(['a b', 'new']);
    const { steps } = await run('disk-space', full, { approvals: { ask: { choice: 'delete' } } });
    expect(JSON.stringify(steps['largest']!.outputs)).toContain('a b');
    expect(readdirSync(at('old'))).toEqual(['new']);
  });

  it('log-scan groups what is alike, and bears a log without errors', async () => {
    const log = at('app.log');
    writeFileSync(log, 'ok\nError 17 in x | y\nError 18 in x | y\nfailed: z\n');
    const { outputs } = await run('log-scan', { log, limit: 3 });
    expect(outputs).toMatchObject({ total: 3, kinds: 2 });
    expect(readFileSync(text(outputs['report']), 'utf8')).toContain('| 2 | Error 17 in x \\| y |');
    expect(titles()).toEqual([`3 errors in ${log}`]);
    writeFileSync(log, 'ok\n');
    expect((await run('log-scan', { log })).outputs).toMatchObject({ total: 0, kinds: 0 });
  });

  it('config-drift remembers first, then tells what was added, changed and removed', async () => {
    mkdirSync(at('etc', 'sub dir'), { recursive: true });
    for (const name of ['keep', 'change', 'remove'])
      writeFileSync(at('etc', 'sub dir', name), name);
    const inputs = { folder: at('etc'), baseline: at('state', 'baseline') };
    expect((await run('config-drift', inputs)).outputs).toMatchObject({ first: true, added: [] });
    writeFileSync(at('etc', 'new "one"'), '');
    writeFileSync(at('etc', 'sub dir', 'change'), 'other');
    rmSync(at('etc', 'sub dir', 'remove'));
    const drift = {
      first: false,
      added: ['./new "one"'],
      changed: ['./sub dir/change'],
      removed: ['./sub dir/remove'],
    };
    expect((await run('config-drift', inputs)).outputs).toEqual(drift);
    expect((await run('config-drift', { ...inputs, accept: true })).outputs).toEqual(drift);
    expect((await run('config-drift', inputs)).outputs).toMatchObject({
      added: [],
      changed: [],
      removed: [],
    });
  });
});

describe('templates that keep data', () => {
  it('nightly-backup makes an archive that can be read, and keeps the newest', async () => {
    mkdirSync(at('data'));
    writeFileSync(at('data', 'a'), 'content');
    const inputs = { source: at('data'), target: at('backups'), keep: 2 };
    mkdirSync(at('backups'));
    for (const [i, name] of ['x', 'y', 'z'].entries()) {
      writeFileSync(at('backups', `${name}.tar.gz`), '');
      utimesSync(at('backups', `${name}.tar.gz`), i + 1, i + 1);
    }
    const { outputs } = await run('nightly-backup', inputs);
    expect(outputs).toMatchObject({ entries: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(readdirSync(at('backups')).toSorted()).toHaveLength(2);
    expect(existsSync(at('backups', 'z.tar.gz'))).toBe(true);
    expect(
      execFileSync('tar', ['-xzOf', text(outputs['archive']), 'data/a'], { encoding: 'utf8' }),
    ).toBe('content');
  });

  it('nightly-backup of nothing fails loudly and leaves no half archive under its name', async () => {
    const { error } = await attempt('nightly-backup', {
      source: at('none'),
      target: at('backups'),
    });
    expect(error?.code).toBe('shell.failed');
    expect(readdirSync(at('backups')).filter((name) => name.endsWith('.tar.gz'))).toEqual([]);
    expect(titles()).toEqual([`The backup of ${at('none')} failed`]);
  });

  it('backup-then-update updates only after the backup', async () => {
    mkdirSync(at('data'));
    writeFileSync(at('data', 'a'), 'x');
    const inputs = { folder: at('data'), backups: at('backups'), update: `touch ${at('updated')}` };
    const { outputs } = await run('backup-then-update', inputs);
    expect(existsSync(text(outputs['archive']))).toBe(true);
    expect(existsSync(at('updated'))).toBe(true);
    rmSync(at('updated'));
    await attempt('backup-then-update', { ...inputs, folder: at('none') });
    expect(existsSync(at('updated'))).toBe(false);
  });

  it('database-dump calls the right tool for the engine, verifies and rotates', async () => {
    // The database tools themselves may not be installed: stand-ins on PATH show what is asked of them.
    mkdirSync(at('bin'));
    const tool = (name: string, script: string) =>
      writeFileSync(at('bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    tool(
      'pg_dump',
      'for a; do case $a in --file=*) echo "dump of $3" > "${a#--file=}";; esac; done',
    );
    tool('pg_restore', 'test -s "$2"');
    tool(
      'sqlite3',
      'case $3 in .backup*) f=${3#*\\\'}; echo copy > "${f%\\\'}";; *) echo ok;; esac',
    );
    const path = process.env['PATH'];
    process.env['PATH'] = `${at('bin')}:${path}`;
    try {
      const target = at('dumps');
      const pg = await run('database-dump', { database: 'shop', target });
      expect(readFileSync(text(pg.outputs['file']), 'utf8')).toBe('dump of shop\n');
      const lite = await run('database-dump', { engine: 'sqlite', database: at('a.db'), target });
      expect(lite.steps['postgres']!.status).toBe('skipped');
      expect(
        execFileSync('gzip', ['-dc'], {
          input: readFileSync(text(lite.outputs['file'])),
        }).toString(),
      ).toBe('copy\n');
      tool(
        'sqlite3',
        'case $3 in .backup*) f=${3#*\\\'}; echo copy > "${f%\\\'}";; *) echo malformed;; esac',
      );
      const broken = await attempt('database-dump', {
        engine: 'sqlite',
        database: at('b.db'),
        target,
      });
      expect(broken.status).toBe('failed');
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('templates about the network', () => {
  it('check-urls tells the bad ones', async () => {
    const urls = [await serve({}), await serve({}, 503), 'http://127.0.0.1:1/'];
    const { outputs } = await run('check-urls', { urls });
    expect(outputs['bad']).toEqual(expect.arrayContaining([urls[1], urls[2]]));
    expect(outputs['bad']).toHaveLength(2);
    expect(titles()).toEqual(['2 addresses are not well']);
  });

  it('site-uptime is content with a good answer and alarmed by a bad one', async () => {
    const url = await serve({ all: 'well' });
    expect((await run('site-uptime', { url, contains: 'well' })).outputs['status']).toBe(200);
    expect(titles()).toEqual([]);
    await attempt('site-uptime', { url, contains: 'other' });
    await attempt('site-uptime', { url: await serve({}, 500) });
    expect(h.notes.map((note) => note.level)).toEqual(['danger', 'danger']);
  });

  it('api-to-file sorts and saves', async () => {
    const url = await serve([{ name: 'b' }, { name: 'a' }]);
    const { outputs } = await run('api-to-file', { url });
    expect(JSON.parse(readFileSync(text(outputs['file']), 'utf8'))).toEqual([
      { name: 'a' },
      { name: 'b' },
    ]);
  });

  it('tls-expiry reads real certificates and warns of the one that ends soon', async () => {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        at('key.pem'),
        '-out',
        at('cert.pem'),
        '-days',
        '10',
        '-subj',
        '/CN=localhost',
      ],
      { stdio: 'ignore' },
    );
    const server = createTlsServer({
      key: readFileSync(at('key.pem')),
      cert: readFileSync(at('cert.pem')),
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const site = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { outputs } = await run('tls-expiry', { sites: [site] });
    expect(outputs['certificates']).toEqual([
      { site, expires: expect.stringContaining('GMT'), days: 9 },
    ]);
    expect(titles()).toEqual(['1 certificates expire soon']);
    expect((await run('tls-expiry', { sites: [] })).outputs['certificates']).toEqual([]);
  });

  it('small-api adds up', async () => {
    const { steps } = await run('small-api', { tax: 0.5 });
    expect(steps['total']!.outputs).toEqual({ net: 48, count: 3 });
  });
});

describe('templates about code', () => {
  it('webhook-deploy checks out, builds and asks the service', async () => {
    const { first, second } = makeRepository();
    const inputs = {
      folder: at('repo'),
      build: `cp version ${at('live')}`,
      health: await serve({}),
    };
    const { outputs } = await run('webhook-deploy', { ...inputs, ref: first });
    expect(outputs).toEqual({ before: second, commit: first });
    expect(readFileSync(at('live'), 'utf8')).toBe('one');
  });

  it('webhook-deploy never lets a hostile ref become a command or an option', async () => {
    makeRepository();
    for (const ref of [
      `$(touch ${at('owned')})`,
      `"; touch ${at('owned')}; "`,
      '--orphan=x',
      '-b owned',
    ])
      expect(
        (await attempt('webhook-deploy', { folder: at('repo'), build: 'true', ref })).status,
      ).toBe('failed');
    expect(existsSync(at('owned'))).toBe(false);
    expect(git('branch', '--list', 'owned', 'x')).toBe('');
  });

  it('github-build clones a commit, builds it and tells how it went', async () => {
    const { first } = makeRepository();
    const inputs = { repository: at('repo'), commit: first };
    const { outputs, steps } = await run('github-build', { ...inputs, command: 'cat version' });
    expect(outputs).toEqual({ subject: 'first' });
    expect(steps['build']!.outputs).toMatchObject({ stdout: 'one' });
    expect(titles()).toEqual(['Build succeeded']);
  });
});

describe('templates when things go wrong', () => {
  it('webhook-deploy goes back to the commit before when the service is not well, and builds that', async () => {
    const { first, second } = makeRepository();
    git('checkout', '--quiet', '--detach', second);
    const sick = await serve({}, 500);
    const inputs = { folder: at('repo'), build: `cp version ${at('live')}`, health: sick };
    const { status, detail } = await attempt('webhook-deploy', { ...inputs, ref: first });
    expect(status).toBe('failed');
    expect(git('rev-parse', 'HEAD')).toBe(second);
    expect(readFileSync(at('live'), 'utf8')).toBe('two');
    expect(detail.steps.map((step) => [step.id, step.status, step.attempts])).toEqual([
      ['checkout', 'succeeded', 1],
      ['build', 'succeeded', 1],
      ['health', 'failed', 6],
      ['tell', 'skipped', 0],
      ['rollback:checkout', 'succeeded', 1],
      ['failed', 'succeeded', 1],
    ]);
    expect(titles()).toEqual([`Deploying ${first} failed`]);
  });

  it('webhook-deploy that cannot build leaves what ran before running', async () => {
    const { first, second } = makeRepository();
    const { status } = await attempt('webhook-deploy', {
      folder: at('repo'),
      build: `test "$(cat version)" = two && cp version ${at('live')}`,
      ref: first,
    });
    expect(status).toBe('failed');
    expect(git('rev-parse', 'HEAD')).toBe(second);
    expect(readFileSync(at('live'), 'utf8')).toBe('two');
  });

  it('github-build tells of a build that failed, and has failed', async () => {
    const { second } = makeRepository();
    const inputs = { repository: at('repo'), commit: second, command: 'echo broken; exit 3' };
    const { status, error } = await attempt('github-build', inputs);
    expect(status).toBe('failed');
    expect(error).toMatchObject({ code: 'shell.failed', details: { exit_code: 3 } });
    expect(titles()).toEqual(['Build failed']);
  });

  it('api-to-file of an address that answers with an error writes nothing', async () => {
    const { status, steps } = await attempt('api-to-file', { url: await serve({}, 404) });
    expect(status).toBe('failed');
    expect(Object.values(steps).filter((step) => step.status === 'succeeded')).toEqual([]);
  });

  it('backup-then-update says which backup failed, and why, at the root', async () => {
    const { error } = await attempt('backup-then-update', {
      folder: at('none'),
      backups: at('backups'),
      update: 'true',
    });
    expect(error).toMatchObject({
      code: 'subworkflow.failed',
      details: { path: ['nightly-backup'], error: { code: 'shell.failed' } },
    });
    expect(error!.message).toMatch(/^The workflow nightly-backup failed: /);
  });
});

describe('templates that wait while Nexus is restarted', () => {
  it('approval-chain still asks, and goes on with the answers', async () => {
    const inputs = { command: `touch ${at('made')}` };
    const { run: id } = await begin('approval-chain', inputs, h);
    const roles = ['operator', 'admin'];
    const decide = (step: string, fields: Record<string, Json>) => ({
      step,
      choice: 'approve',
      fields,
      by: 'ada',
      roles,
    });
    let engine = await restart(h);
    await engine.approve(id, decide('first', { reason: 'load' }));
    await engine.parked();
    engine = await restart(h);
    expect(engine.approvals().approvals).toMatchObject([
      { step: 'second', message: 'ada says: load', who: ['admin'] },
    ]);
    await engine.approve(id, decide('second', { delay: '0s' }));
    expect((await engine.finished(id)).outputs).toEqual({ made: true });
    expect(existsSync(at('made'))).toBe(true);
  });

  it('wait-for-event is woken by the key it waits for, and by no other', async () => {
    const { run: id } = await begin('wait-for-event', { order: '7' }, h);
    const engine = await restart(h);
    expect(await engine.sendEvent({ name: 'delivered', key: '8' })).toBe(0);
    expect(await engine.sendEvent({ name: 'delivered', key: '7', data: { by: 'post' } })).toBe(1);
    expect((await engine.finished(id)).outputs).toEqual({ arrived: true });
  });

  it('wait-for-event reminds after its two days, also when they passed while Nexus was off', async () => {
    const { run: id, clock } = await begin('wait-for-event', { order: '9' }, h);
    clock.advance(86_400_000);
    const engine = await restart(h);
    expect(engine.get(id).status).toBe('waiting');
    clock.advance(86_400_001);
    expect((await engine.finished(id)).outputs).toEqual({ arrived: false });
    expect(titles()).toEqual(['Order 9 has not arrived']);
  });
});

describe('templates about people', () => {
  it('approval-chain makes the change after two agreements only', async () => {
    const command = `touch ${at('made')}`;
    const first = { choice: 'approve', fields: { reason: 'load' } };
    expect((await run('approval-chain', { command })).outputs).toEqual({ made: false });
    expect((await run('approval-chain', { command }, { approvals: { first } })).outputs).toEqual({
      made: false,
    });
    expect(existsSync(at('made'))).toBe(false);
    const second = { choice: 'approve', fields: { delay: '0s' } };
    const both = await run('approval-chain', { command }, { approvals: { first, second } });
    expect(both.outputs).toEqual({ made: true });
    expect(existsSync(at('made'))).toBe(true);
  });

  it('wait-for-event goes one way or the other', async () => {
    expect((await run('wait-for-event')).outputs).toEqual({ arrived: false });
    const { outputs } = await run('wait-for-event', {}, { events: { delivered: { by: 'post' } } });
    expect(outputs).toEqual({ arrived: true });
    expect(titles()).toEqual(['Order 1001 has not arrived', 'Order 1001 arrived']);
  });
});

describe('the gallery', () => {
  it('has no template that is not run here', async () => {
    // Bug caught: a new template that is valid and does not work.
    expect((await templates.list()).map((one) => one.id).toSorted()).toEqual([...tried].toSorted());
  });
});
