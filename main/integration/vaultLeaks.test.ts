import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type NexusClient, readStream } from '#contract/client.ts';
import { collected } from '#main/base/collected.testing.ts';
import { allowCoreDumps } from '#main/base/coreDumps.testing.ts';
import { startSshd, stopAll } from '#main/ssh/testing/sshd.ts';
import { echoServer, SECRETS, writeWorkflows } from './leakyWorkflows.testing.ts';
import { appeared, newFolder, nexus, serve, until, type Server } from './nexus.testing.ts';
import { filesBelow, leaksBelow, leaksIn } from './secretForms.testing.ts';

const PASSPHRASE = 'correct horse battery staple';
const env = { NEXUS_VAULT_PASSPHRASE: PASSPHRASE };

let server: Server;
let home: string;
let outside: string;
const seen: string[] = [];

/** Everything that a face answers is looked through as well. */
async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const answer = await server.call(path, { ...init, token: await server.token('admin') });
  seen.push(await answer.clone().text());
  if (answer.status >= 400) throw new Error(`${path}: ${seen.at(-1)}`);
  return answer;
}

async function ended(
  id: string,
): Promise<{ status: string; steps: { id: string; status: string; error?: unknown }[] }> {
  return until(async () => {
    const { run } = (await (await call(`/api/v1/runs/${id}`)).json()) as {
      run: { status: string; steps: { id: string; status: string }[] };
    };
    const ask = run.steps.find((step) => step.id === 'ask');
    if (ask?.status === 'waiting')
      await call(`/api/v1/runs/${id}/approve`, {
        method: 'POST',
        body: JSON.stringify({ comment: SECRETS['PLAIN'] }),
      });
    return ['succeeded', 'failed', 'cancelled'].includes(run.status) && run;
  });
}

/** A page of the dashboard: what it is sent is looked through, while it looks at everything that moves. */
async function openPage(): Promise<NexusClient> {
  const page = await server.page((message) => seen.push(message));
  const streams = [
    readStream(page, page.runs.changes({})),
    readStream(page, page.platform.logs({})),
    readStream(page, page.notifications.watch({})),
    readStream(page, page.hosts.watch({})),
  ];
  // They end when the server is killed.
  for (const stream of streams) void collected<unknown>(stream).catch(() => undefined);
  return page;
}

/** Commands that show what they were given. */
async function showCommands(page: NexusClient): Promise<void> {
  const stdin = Buffer.from(Object.values(SECRETS).join('\n')).toString('base64');
  for (const command of ['cat', 'cat >&2; exit 3', 'base64 -w0']) {
    const input = { hosts: 'web or again', command, stdin };
    for await (const event of readStream(page, page.hosts.exec(input)))
      if (event.type === 'output') seen.push(Buffer.from(event.data, 'base64').toString());
    // A program gets the bytes as they are; they are nowhere else.
    const token = await server.token('admin');
    const body = JSON.stringify({ ...input, hosts: 'web' });
    const answer = await server.call('/api/v1/host-commands', { token, method: 'POST', body });
    await answer.text();
  }
}

/** A logged terminal, here and on a host, that shows what it was given. */
async function showTerminals(log: () => string): Promise<void> {
  const terminals = [
    ['/api/v1/terminals', {}],
    ['/api/v1/terminals/connect', { host: 'web' }],
  ] as const;
  for (const [path, body] of terminals) {
    const opened = await call(path, { method: 'POST', body: JSON.stringify(body) });
    const { id } = ((await opened.json()) as { terminal: { id: string } }).terminal;
    await call(`/api/v1/terminals/${id}/log`, { method: 'POST', body: '{}' });
    const done = join(outside, `shown-${id}`);
    const data = `printf '%s\\n' '${SECRETS['PLAIN']}'; echo ${SECRETS['DIGITS']} | base64; touch ${done}\n`;
    await call(`/api/v1/terminals/${id}/input`, { method: 'POST', body: JSON.stringify({ data }) });
    await appeared(done);
    await until(() => /touch/.test(log()));
    await call(`/api/v1/terminals/${id}/log`, { method: 'DELETE' });
    await call(`/api/v1/terminals/${id}`, { method: 'DELETE' });
  }
  // What people write about things may hold a value as well.
  await call('/api/v1/alert-rules', {
    method: 'POST',
    body: JSON.stringify({
      name: `about ${SECRETS['PLAIN']}`,
      metric: 'cpu.total',
      above: 0,
      for_seconds: 0,
    }),
  }).catch(() => undefined);
}

describe('secrets of the vault', () => {
  it('are in no file of the home, in no answer and in no argument of a process, whatever runs', async () => {
    home = newFolder('nexus-leaks-');
    outside = newFolder('nexus-outside-');
    writeWorkflows(home, outside, await echoServer());

    expect((await nexus(['vault', 'init'], { home, env })).code).toBe(0);
    const { PLAIN, ...others } = SECRETS;
    const set = await nexus(['vault', 'set', 'PLAIN'], { home, env, input: `${PLAIN}\n` });
    const rest = await nexus(['vault', 'import'], { home, env, input: JSON.stringify(others) });
    expect({ set: set.code, rest: rest.code, stderr: rest.stderr }).toMatchObject({
      set: 0,
      rest: 0,
    });
    seen.push(set.stdout, set.stderr, rest.stdout, rest.stderr);
    const sshd = await startSshd();
    onTestFinished(stopAll);
    // As on a system where crashes leave dumps, which hold all of memory.
    onTestFinished(allowCoreDumps());
    const cwd = newFolder('nexus-dumps-');
    server = await serve(home, env, cwd);
    let text = '';
    server.child.stdout!.on('data', (chunk: string) => (text += chunk));
    server.child.stderr!.on('data', (chunk: string) => (text += chunk));

    for (const name of ['web', 'again'])
      await call('/api/v1/hosts', {
        method: 'POST',
        body: JSON.stringify({
          name,
          address: '127.0.0.1',
          port: sshd.port,
          user: sshd.user,
          identity: [sshd.key],
          options: { accept_new: true, identity_agent: 'none' },
        }),
      });
    const page = await openPage();
    await showCommands(page);
    await showTerminals(() =>
      filesBelow(join(home, 'logs'))
        .map((file) => readFileSync(file, 'utf8'))
        .join('\n'),
    );

    // While a step holds the value, no process shows it in its arguments.
    const held = (await (
      await call('/api/v1/workflows/hold/runs', { method: 'POST', body: '{}' })
    ).json()) as { run: { id: string } };
    await appeared(join(outside, 'holding'));
    const lines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        } catch {
          return '';
        }
      });
    expect(
      lines.filter((line) => line.includes(SECRETS['PLAIN']!) || line.includes(PASSPHRASE)),
    ).toEqual([]);
    writeFileSync(join(outside, 'go'), '');
    expect((await ended(held.run.id)).status).toBe('succeeded');

    for (const name of Object.keys(SECRETS)) {
      const file = `shell-${name.toLowerCase()}`;
      const answer = await call(`/api/v1/workflows/${file}/runs`, { method: 'POST', body: '{}' });
      expect({ file, status: answer.status, text: seen.at(-1) }).toMatchObject({ status: 200 });
      const { run } = (await answer.json()) as { run: { id: string } };
      const lines = collected(readStream(page, page.runs.log({ id: run.id, follow: true })));
      const done = await ended(run.id);
      expect((await lines).length).toBeGreaterThan(20);
      await page.runs.get({ id: run.id });
      const unexpected = done.steps.filter(
        (step) =>
          step.status !== 'succeeded' &&
          !['fails', 'throws', 'badhttp', 'remotefails', 'nohost'].includes(step.id),
      );
      expect({ file, unexpected }).toEqual({ file, unexpected: [] });
      await call(`/api/v1/runs/${run.id}/log`);
    }
    const hook = await server.call('/hooks/hook', {
      method: 'POST',
      body: '{}',
      token: SECRETS['PLAIN']!,
    });
    expect(hook.status).toBe(200);
    seen.push(await hook.text(), JSON.stringify([...hook.headers]));
    // What a caller says by mistake is kept out too.
    await call('/api/v1/workflows/child/runs', {
      method: 'POST',
      body: JSON.stringify({ inputs: { token: SECRETS['URLISH'] } }),
    });
    await call('/api/v1/events/x', {
      method: 'POST',
      body: JSON.stringify({ data: SECRETS['QUOTES'] }),
    });
    await call(`/api/v1/runs/${encodeURIComponent(SECRETS['PLAIN']!)}`).catch(() => undefined);
    for (const path of [
      'audit?limit=500',
      'audit-export',
      'alerts',
      'alert-rules',
      'terminals',
      'hosts',
      'questions',
      'notifications',
      'runs?limit=500',
      'vault',
      'vault/secrets',
      'status',
    ])
      await call(`/api/v1/${path}`);

    // A crash leaves the database's log as it is, and no dump.
    expect(readFileSync(`/proc/${server.pid}/limits`, 'utf8')).toMatch(/^Max core file size +0 /m);
    await server.kill('SIGABRT');
    expect(readdirSync(cwd)).toEqual([]);
    expect(filesBelow(home).some((file) => file.endsWith('nexus.db-wal'))).toBe(true);
    expect(existsSync(join(home, 'outputs'))).toBe(true);
    expect(leaksBelow(home, { ...SECRETS, PASSPHRASE })).toEqual([]);
    expect(leaksIn(seen.join('\n'), { ...SECRETS, PASSPHRASE })).toEqual([]);
    expect(leaksIn(text, { ...SECRETS, PASSPHRASE })).toEqual([]);
    // The test can find what it looks for.
    writeFileSync(join(home, 'planted'), Buffer.from(`ab${SECRETS['URLISH']}`).toString('base64'));
    expect(leaksBelow(home, SECRETS)).toContain('/planted: URLISH: base64 +2');
  }, 300_000);
});
