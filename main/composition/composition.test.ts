import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readStream } from '#contract/client.ts';
import type { Json } from '#contract/common.ts';
import type { RunDetail } from '#contract/runs.ts';
import { newFolder, until } from '#main/integration/nexus.testing.ts';
import { openPlatform, outputsOf } from '#main/integration/platform.testing.ts';
import { invalidWorkflow, runnableOf, scheduledOf } from './runnable.ts';
import { scopeOf } from './scope.ts';

const quick = (name: string, on = '') =>
  `name: ${name}\n${on}steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }]\n`;

describe('the first start of a home', () => {
  it('brings the welcome workflow, which runs with one click, and never brings it back', async () => {
    const first = await openPlatform();
    const file = join(first.home, 'workflows', 'welcome.yaml');
    const { workflows } = await first.client.workflows.list({});
    expect(workflows.map((each) => [each.name, each.valid])).toEqual([['welcome', true]]);
    const { run } = await first.client.runs.start({ name: 'welcome' });
    expect((await first.platform.engine.finished(run.id)).status).toBe('succeeded');
    await first.close();
    rmSync(file);
    const again = await openPlatform({ home: first.home });
    expect((await again.client.workflows.list({})).workflows).toEqual([]);
  });

  it('puts nothing beside workflows that are there already', async () => {
    const home = newFolder();
    mkdirSync(join(home, 'workflows'));
    writeFileSync(join(home, 'workflows', 'mine.yaml'), quick('mine'));
    const { client } = await openPlatform({ home });
    const { workflows } = await client.workflows.list({});
    expect(workflows.map((each) => each.name)).toEqual(['mine']);
  });

  it('a folder of workflows that cannot be made is no reason not to open', async () => {
    const home = newFolder();
    writeFileSync(join(home, 'workflows'), 'in the way');
    const { client } = await openPlatform({ home });
    expect((await client.platform.status({})).engine).toBe('ready');
    expect(readFileSync(join(home, 'workflows'), 'utf8')).toBe('in the way');
  });
});

describe('one platform on a home', () => {
  it('a second one is refused with what to do; a command comes and goes beside it', async () => {
    const first = await openPlatform();
    await expect(openPlatform({ home: first.home })).rejects.toMatchObject({
      code: 'platform.running',
      hint: expect.stringContaining('--home'),
    });
    const command = await openPlatform({ home: first.home, mode: 'command' });
    expect((await command.run(quick('beside'))).status).toBe('succeeded');
    await command.close();
    expect((await first.client.platform.status({})).engine).toBe('ready');
  });

  it('a port that is taken ends the start and frees the home', async () => {
    // Bug caught: the socket of a start that failed stays, and the next start is refused.
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await until(() => server.listening);
    const { port } = server.address() as { port: number };
    const home = newFolder();
    const http = { host: '127.0.0.1', port };
    await expect(openPlatform({ home, http })).rejects.toMatchObject({
      message: expect.stringContaining(String(port)),
    });
    const { client } = await openPlatform({ home });
    expect((await client.platform.status({})).address).toBeNull();
  });

  it('leaves nothing open when it closes', async () => {
    const { home, close } = await openPlatform();
    expect(existsSync(join(home, 'nexus.sock'))).toBe(true);
    await close();
    expect(existsSync(join(home, 'nexus.sock'))).toBe(false);
  });
});

describe('the address', () => {
  it('without HTTP there is none and no login link; with it both', async () => {
    const off = await openPlatform();
    expect(off.platform.address()).toBeNull();
    await expect(off.client.platform.loginLink({})).rejects.toMatchObject({ code: 'gateway.off' });
    const on = await openPlatform({ http: { host: '127.0.0.1', port: 0 } });
    const { address } = await on.client.platform.status({});
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const link = await on.client.platform.loginLink({});
    expect(link.url.startsWith(`${address}/login?token=nxl_`)).toBe(true);
    const health = await fetch(`${address}/healthz`);
    expect(health.status).toBe(200);
  });
});

describe('what starts by itself', () => {
  const everyDay = 'on: { schedule: { cron: 0 3 * * *, timezone: UTC } }\n';

  it('follows the files: what comes, changes, is switched off and goes', async () => {
    // Bug caught: a schedule fires on although its file is gone.
    const { client, home } = await openPlatform();
    const schedules = async () =>
      (await client.schedules.list({})).schedules.map(
        (each) => `${each.workflow} ${each.expression}`,
      );
    const { workflow } = await client.workflows.create({ name: 'w', source: quick('w', everyDay) });
    expect(await schedules()).toEqual(['w 0 3 * * *']);
    const next = (await client.workflows.list({})).workflows.find((each) => each.name === 'w');
    expect(next?.next_at).toMatch(/T03:00:00/);
    const changed = quick('w', everyDay.replace('0 3', '0 4'));
    await client.workflows.save({ name: 'w', source: changed, base_hash: workflow.hash });
    expect(await schedules()).toEqual(['w 0 4 * * *']);
    // Broken by hand: the last valid version goes on.
    writeFileSync(join(home, 'workflows', 'w.yaml'), 'name: w\nsteps: [\n');
    await until(async () => !(await client.workflows.get({ name: 'w' })).workflow.valid);
    expect(await schedules()).toEqual(['w 0 4 * * *']);
    await client.workflows.enable({ name: 'w', enabled: false });
    expect(await schedules()).toEqual([]);
    await client.workflows.enable({ name: 'w', enabled: true });
    await client.workflows.remove({ name: 'w' });
    expect(await schedules()).toEqual([]);
  });

  it('a run follows the one that it waits for, with what that put out', async () => {
    const { client, platform } = await openPlatform();
    await client.workflows.create({
      name: 'first',
      source: `${quick('first')}outputs: { n: '\${{ steps.a.outputs.x }}' }\n`,
    });
    await client.workflows.create({
      name: 'second',
      source: `name: second
on: { workflow_completed: { workflow: first } }
steps: [{ id: got, uses: transform, with: { set: { n: '\${{ trigger.outputs.n }}' } } }]
`,
    });
    const { run } = await client.runs.start({ name: 'first' });
    await platform.engine.finished(run.id);
    const follower = await until(
      async () => (await client.runs.list({ workflow: 'second' })).items[0],
    );
    const detail = await platform.engine.finished(follower.id);
    expect(outputsOf(detail, 'got')).toEqual({ n: 1 });
    expect(detail.trigger).toMatchObject({ kind: 'workflow_completed', source: run.id });
  });
});

describe('people', () => {
  it('are told of an approval and of a failure, with a link, and not of what went well', async () => {
    const { client, run, start, platform } = await openPlatform();
    await run(quick('fine'));
    await run('name: bad\nsteps: [{ id: a, uses: shell, with: { run: exit 3 } }]\n');
    const asked = await start(
      'name: ask\nsteps: [{ id: a, uses: approval, with: { title: Deploy now } }]\n',
    );
    await platform.engine.parked();
    const notes = await until(async () => {
      const { notifications } = await client.notifications.list({});
      return notifications.length >= 2 && notifications;
    });
    expect(notes.map((each) => [each.level, each.title, each.link]).toSorted()).toEqual([
      ['danger', 'bad failed', expect.stringMatching(/^\/runs\/run_/)],
      ['warn', 'ask asks for approval', `/runs/${asked}`],
    ]);
  });
});

describe('the status', () => {
  it('comes again when a run or a schedule changes, and ends with its reader', async () => {
    const { client, run } = await openPlatform();
    const stop = new AbortController();
    const stream = readStream(
      client,
      client.platform.watch({}, { signal: stop.signal }),
      stop.signal,
    );
    const first = (await stream.next()).value;
    expect(first).toMatchObject({ pid: process.pid, engine: 'ready', schedules: 0 });
    await run(quick('fine'));
    expect((await stream.next()).value).toMatchObject({ engine: 'ready' });
    stop.abort();
    expect((await stream.next()).done).toBe(true);
  });

  it('the log is readable while it is written, redacted', async () => {
    process.env['NEXUS_SECRET_STATUS_LOG'] = 'status-log-secret-1';
    onTestFinished(() => void delete process.env['NEXUS_SECRET_STATUS_LOG']);
    const { client, home } = await openPlatform({ home: join(newFolder(), 'status-log-secret-1') });
    const stop = new AbortController();
    const lines = readStream(
      client,
      client.platform.logs({}, { signal: stop.signal }),
      stop.signal,
    );
    let opened;
    do opened = (await lines.next()).value;
    while (opened && opened.message !== 'Nexus is open');
    stop.abort();
    expect(JSON.stringify(opened)).not.toContain('status-log-secret-1');
    expect(JSON.stringify(opened)).toContain('***');
    expect(home).toContain('status-log-secret-1');
  });
});

describe('which version runs', () => {
  const compiled = (name: string) => ({ name }) as never;
  const problems = [
    { code: 'x', message: 'One.', severity: 'error' as const },
    { code: 'y', message: 'Two.', severity: 'warning' as const },
  ];
  const store = (now: boolean, before: boolean) =>
    ({
      file: () => ({ parsed: now ? { compiled: compiled('now') } : { problems } }),
      compiled: () => (before ? compiled('before') : undefined),
    }) as never;

  it('a person runs the file as it is, a schedule the last that was valid', () => {
    expect(runnableOf(store(true, true), 'w')).toEqual({ name: 'now' });
    expect(() => runnableOf(store(false, true), 'w')).toThrow(/w has a problem/);
    expect(scheduledOf(store(false, true), 'w')).toEqual({ name: 'before' });
    expect(() => scheduledOf(store(false, false), 'w')).toThrow(/has a problem/);
  });

  it('the error counts what forbids it, and carries all there is to show', () => {
    const both = invalidWorkflow('w', [...problems, { ...problems[0]!, message: 'Three.' }]);
    expect(both.message).toContain('2 problems');
    expect(both.details?.['problems']).toHaveLength(3);
  });
});

describe('what an expression saw', () => {
  const run = {
    id: 'run_1',
    workflow: 'w',
    created_at: '2026-03-01T10:00:00.000Z',
    inputs: { token: '***' },
    trigger: { kind: 'webhook', payload: { body: { n: 1 } } },
    steps: [
      { id: 'a', uses: 'x', status: 'failed', attempts: 3, error: { code: 'c', message: 'm' } },
      { id: 'each', uses: 'x', status: 'succeeded', attempts: 1, items: [{ index: 4 }] },
    ],
  } as unknown as RunDetail;
  const engine = { get: () => run };

  it('is the run’s, and never a secret', () => {
    const scope = scopeOf(engine, 'run_1', 'a')!;
    expect(scope.steps['a']).toEqual({
      status: 'failed',
      outputs: null,
      error: run.steps[0]!.error,
    });
    expect(scope.trigger).toEqual({ body: { n: 1 } });
    expect(scope.run).toMatchObject({ started_at: run.created_at, attempt: 3 });
    expect(scope.secret('ANY')).toBe('***');
    expect(scope).not.toHaveProperty('index');
  });

  it('an item of a list has its index; a run that is gone has no scope', () => {
    expect(scopeOf(engine, 'run_1', 'each')).toMatchObject({ index: 4 });
    const gone = {
      get: (): RunDetail => {
        throw new Error('gone');
      },
    };
    expect(scopeOf(gone, 'run_1', undefined)).toBeUndefined();
  });

  it('an item shows as what it was', async () => {
    // Bug caught: the preview of "item.name" says that null has no name.
    const { client, run: go } = await openPlatform();
    const source = `name: all
steps: [{ id: a, uses: transform, foreach: [{ n: ann }, { n: bob }], with: { set: { x: '\${{ item.n }}' } } }]
`;
    await client.workflows.create({ name: 'all', source });
    const { id } = await go(source);
    const asked = { text: '${{ item.n }} is ${{ index }}', run: id, workflow: 'all', step: 'a' };
    expect(await client.workflows.preview(asked)).toMatchObject({ value: 'ann is 0' });
  });

  it('the preview of a real run shows values and masks secrets', async () => {
    const { client, run: go } = await openPlatform();
    const { workflow } = await client.workflows.create({ name: 'seen', source: quick('seen') });
    const detail = await go(workflow.source);
    const preview = async (text: string): Promise<Json | undefined> =>
      (await client.workflows.preview({ text, run: detail.id, workflow: 'seen', step: 'a' })).value;
    expect(await preview('${{ steps.a.outputs.x + 1 }}')).toBe(2);
    expect(await preview('key ${{ secrets.ANY }}')).toBe('key ***');
  });
});
