import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  alive,
  appeared,
  newFolder,
  nexus,
  serve,
  start,
  until,
  workflowFile,
} from './nexus.testing.ts';

/** A step whose child outlives its shell unless the whole process group is ended. */
const slow = (folder: string) =>
  workflowFile(
    folder,
    'slow',
    `name: slow
steps:
  - id: work
    uses: shell
    with:
      run: |
        sleep 300 &
        echo $! > ${folder}/child.tmp && mv ${folder}/child.tmp ${folder}/child
        wait
`,
  );

const childOf = async (folder: string) => {
  await appeared(join(folder, 'child'));
  return Number(readFileSync(join(folder, 'child'), 'utf8'));
};

describe('Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s cancels the run, ends the whole process group and exits 130',
    async (signal) => {
      const home = newFolder();
      const { child, ended } = start(['workflow', 'run', slow(home), '--wait', '--json'], { home });
      const pid = await childOf(home);
      child.kill(signal);
      const said = await ended;
      expect(said.code).toBe(130);
      expect(said.json.run.status).toBe('cancelled');
      expect(said.json.run.steps[0].status).toBe('cancelled');
      await until(() => !alive(pid));
      expect((await nexus(['run', 'list', '--json'], { home })).json.runs[0].status).toBe(
        'cancelled',
      );
    },
  );

  it('cancels a run that a running platform drives, and the platform stays', async () => {
    const home = newFolder();
    const server = await serve(home);
    const { child, ended } = start(['workflow', 'run', slow(home), '--wait', '--json'], { home });
    const pid = await childOf(home);
    child.kill('SIGINT');
    const said = await ended;
    expect(said.code).toBe(130);
    expect(said.json.run.status).toBe('cancelled');
    await until(() => !alive(pid));
    expect((await nexus(['status', '--json'], { home })).json.pid).toBe(server.pid);
    await server.kill('SIGTERM');
  });

  it('cancels from another command', async () => {
    const home = newFolder();
    const server = await serve(home);
    const started = await nexus(['workflow', 'run', slow(home), '--json'], { home });
    const pid = await childOf(home);
    const { id } = started.json.run;
    expect((await nexus(['run', 'cancel', id, '--json'], { home })).code).toBe(0);
    await until(() => !alive(pid));
    expect((await nexus(['run', 'show', id, '--json'], { home })).json.run.status).toBe(
      'cancelled',
    );
    await server.kill('SIGTERM');
  });
});

describe('a reader that goes away', () => {
  it('does not take the run with it: the work that was asked for ends well', async () => {
    const home = newFolder();
    const file = workflowFile(
      home,
      'chatty',
      `name: chatty
steps:
  - id: talk
    uses: shell
    with: { run: 'echo first; sleep 1; seq 20000; touch ${home}/done' }
`,
    );
    const cli = new URL('../cli.ts', import.meta.url).pathname;
    const pipe = spawn(
      'bash',
      [
        '-c',
        `'${process.execPath}' '${cli}' workflow run '${file}' --wait | head -1; exit \${PIPESTATUS[0]}`,
      ],
      { env: { ...process.env, NEXUS_HOME: home } },
    );
    const [code] = (await once(pipe, 'close')) as [number];
    expect(code).toBe(0);
    const { json } = await nexus(['run', 'list', '--json'], { home });
    expect(json.runs[0].status).toBe('succeeded');
    await appeared(join(home, 'done'));
  });
});

describe('two commands at once on one home', () => {
  it('each finishes its own run, and none sees a broken database', async () => {
    const home = newFolder();
    const said = await Promise.all(
      Array.from({ length: 4 }, () =>
        nexus(['workflow', 'run', 'welcome', '--wait', '--json'], { home }),
      ),
    );
    for (const one of said) expect([one.code, one.stderr]).toEqual([0, '']);
    expect(new Set(said.map((one) => one.json.run.id)).size).toBe(4);
    expect((await nexus(['audit', 'verify', '--json'], { home })).json.ok).toBe(true);
  });
});
