// oxlint-disable typescript/no-explicit-any -- JSON of another process, looked into freely
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  appeared,
  newFolder,
  nexus,
  serve,
  start,
  until,
  workflowFile,
  type Server,
} from './nexus.testing.ts';

/** Two steps before and one after the step that is killed; each leaves a line behind. */
const JOURNEY = (home: string, options = '') => `name: journey
${options}steps:
  - { id: one, uses: shell, with: { run: 'echo one >> ${home}/trace' } }
  - id: two
    uses: shell
    with:
      run: |
        echo two >> ${home}/trace
        [ -e ${home}/go ] || sleep 300
  - { id: three, uses: shell, with: { run: 'echo three >> ${home}/trace' } }
`;

const trace = (home: string) => readFileSync(join(home, 'trace'), 'utf8').trim().split('\n');

async function runOf(server: Server, id: string) {
  const token = await server.token('operator');
  const read = async () => {
    const answer = await server.call(`/api/v1/runs/${id}`, { token });
    return ((await answer.json()) as { run: any }).run;
  };
  return { read, reaches: (status: string) => until(async () => (await read()).status === status) };
}

async function startAndKill(home: string, text: string): Promise<string> {
  const file = workflowFile(home, 'journey', text);
  const server = await serve(home);
  const { json } = await nexus(['workflow', 'run', file, '--json'], { home });
  await until(() => existsSync(join(home, 'trace')) && trace(home).includes('two'));
  await server.kill('SIGKILL');
  writeFileSync(join(home, 'go'), '');
  return json.run.id;
}

describe('kill -9 in the middle of a run', () => {
  it.each([
    ['retry', 'succeeded', ['one', 'two', 'two', 'three']],
    ['skip', 'succeeded', ['one', 'two', 'three']],
    ['fail', 'failed', ['one', 'two']],
  ])('interrupts a step that runs once; %s decides it', async (action, status, expected) => {
    const home = newFolder();
    const id = await startAndKill(home, JOURNEY(home));
    const server = await serve(home);
    const run = await runOf(server, id);
    await run.reaches('interrupted');
    expect((await run.read()).steps.map((step: any) => step.status)).toEqual([
      'succeeded',
      'interrupted',
      'pending',
    ]);
    const resolved = await nexus(['run', 'resolve', id, action, '--json'], { home });
    expect([resolved.code, resolved.stderr]).toEqual([0, '']);
    await run.reaches(status);
    expect(trace(home)).toEqual(expected);
    await server.kill('SIGTERM');
  });

  it('goes on by itself where the workflow says retry', async () => {
    const home = newFolder();
    const id = await startAndKill(home, JOURNEY(home, 'on_interrupted: retry\n'));
    const server = await serve(home);
    await (await runOf(server, id)).reaches('succeeded');
    expect(trace(home)).toEqual(['one', 'two', 'two', 'three']);
    await server.kill('SIGTERM');
  });

  it('keeps waits, approvals and their due times, also of a command that was killed', async () => {
    const home = newFolder();
    const file = workflowFile(
      home,
      'patient',
      `name: patient
steps:
  - { id: nap, uses: wait, with: { duration: 2s } }
  - { id: ask, uses: approval, with: { title: Go on, timeout: 1s, default: approve } }
  - { id: end, uses: transform, with: { set: { choice: '\${{ steps.ask.outputs.choice }}' } } }
`,
    );
    const command = start(['workflow', 'run', file, '--wait', '--json'], { home });
    const run = await until(async () => {
      const { json } = await nexus(['run', 'list', '--json'], { home });
      return json.runs[0];
    });
    command.child.kill('SIGKILL');
    await command.ended;
    const server = await serve(home);
    const seen = await runOf(server, run.id);
    await seen.reaches('succeeded');
    expect((await seen.read()).steps.at(-1).outputs).toEqual({ choice: 'approve' });
    await server.kill('SIGTERM');
  });
});

describe('two processes on one home', () => {
  it('the second serve says that the first runs, and leaves it alone', async () => {
    const home = newFolder();
    const first = await serve(home);
    const second = await nexus(['serve', '--port', '0', '--json'], { home });
    expect(second.code).toBe(1);
    expect(second.json.error).toMatchObject({
      code: 'platform.running',
      hint: expect.stringContaining('nexus status'),
    });
    expect((await nexus(['status', '--json'], { home })).json.pid).toBe(first.pid);
    const stopped = await first.kill('SIGTERM');
    expect(stopped.code).toBe(0);
    expect(existsSync(join(home, 'nexus.sock'))).toBe(false);
  });

  it('a socket that a killed process left behind stops nobody', async () => {
    const home = newFolder();
    const first = await serve(home);
    await first.kill('SIGKILL');
    expect(existsSync(join(home, 'nexus.sock'))).toBe(true);
    expect((await nexus(['status', '--json'], { home })).json.running).toBe(false);
    expect((await nexus(['workflow', 'list', '--json'], { home })).code).toBe(0);
    const second = await serve(home);
    expect((await nexus(['status', '--json'], { home })).json.pid).toBe(second.pid);
    await second.kill('SIGTERM');
  });

  it('serve starts beside a command, and neither repeats the other’s step', async () => {
    const home = newFolder();
    const file = workflowFile(home, 'journey', JOURNEY(home));
    const command = start(['workflow', 'run', file, '--wait', '--json'], { home });
    await until(() => existsSync(join(home, 'trace')) && trace(home).includes('two'));
    const server = await serve(home);
    const { json } = await nexus(['run', 'list', '--json'], { home });
    expect(json.runs).toHaveLength(1);
    expect((await nexus(['run', 'cancel', json.runs[0].id, '--json'], { home })).code).toBe(0);
    const said = await command.ended;
    expect(said.code).toBe(1);
    expect(said.json.run.status).toBe('cancelled');
    expect(trace(home)).toEqual(['one', 'two']);
    await server.kill('SIGTERM');
  });

  it('a platform that is stopped (SIGSTOP) is an error that says so, not an endless wait', async () => {
    const home = newFolder();
    const server = await serve(home);
    server.child.kill('SIGSTOP');
    const said = await nexus(['status', '--json'], { home });
    server.child.kill('SIGCONT');
    expect(said.code).toBe(1);
    expect(said.json.error).toMatchObject({ code: 'socket.failed', hint: expect.any(String) });
    expect((await nexus(['status', '--json'], { home })).json.pid).toBe(server.pid);
    await server.kill('SIGTERM');
  });

  it('a command whose platform is killed says so and exits 1', async () => {
    const home = newFolder();
    const file = workflowFile(home, 'journey', JOURNEY(home));
    const server = await serve(home);
    const command = start(['workflow', 'run', file, '--wait', '--json'], { home });
    await until(() => existsSync(join(home, 'trace')) && trace(home).includes('two'));
    await server.kill('SIGKILL');
    const said = await command.ended;
    expect(said.code).toBe(1);
    const { run } = said.json.error.details as { run: string };
    expect(said.json.error).toMatchObject({
      code: 'connection.failed',
      hint: `The run goes on as soon as Nexus runs again. Follow it: nexus run watch ${run}`,
    });
    expect((await nexus(['run', 'show', run, '--json'], { home })).json.run).toMatchObject({
      id: run,
      workflow: 'journey',
    });
  });
});

describe('schedules', () => {
  const scheduled = (home: string, missed: string) =>
    `name: tick
on: { schedule: { every: 1s, missed: ${missed}, max_missed: 3 } }
steps:
  - { id: mark, uses: shell, with: { run: 'echo x >> ${home}/ticks' } }
`;

  it('fire while serve runs, and what was missed is made up for as they say', async () => {
    const home = newFolder();
    mkdirSync(join(home, 'workflows'));
    writeFileSync(join(home, 'workflows', 'tick.yaml'), scheduled(home, 'last'));
    const server = await serve(home);
    await appeared(join(home, 'ticks'));
    await server.kill('SIGKILL');
    const before = (await nexus(['cron', 'list', '--json'], { home })).json.schedules[0];
    expect(before.workflow).toBe('tick');
    const again = await serve(home);
    const token = await again.token('viewer');
    const { json } = await nexus(['cron', 'list', '--json'], { home });
    expect(json.schedules).toHaveLength(1);
    const answer = await again.call(`/api/v1/schedules/${json.schedules[0].id}/history`, { token });
    expect(answer.status).toBe(200);
    await again.kill('SIGTERM');
  });

  it('a command fires none of them', async () => {
    const home = newFolder();
    mkdirSync(join(home, 'workflows'));
    writeFileSync(join(home, 'workflows', 'tick.yaml'), scheduled(home, 'all'));
    const slow = workflowFile(
      home,
      'slow',
      'name: slow\nsteps:\n  - { id: a, uses: wait, with: { duration: 3s } }\n',
    );
    expect((await nexus(['workflow', 'run', slow, '--wait', '--json'], { home })).code).toBe(0);
    expect(existsSync(join(home, 'ticks'))).toBe(false);
  });
});
