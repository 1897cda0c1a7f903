import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NexusClient, readStream } from '#contract/client.ts';
import type { Question } from '#contract/questions.ts';
import { hostOn } from '#main/ssh/testing/host.ts';
import { startSshd, stopAll, type Sshd } from '#main/ssh/testing/sshd.ts';
import { statuses } from '#main/workflows/engine/testing.ts';
import { hostileValues } from './hostileValues.testing.ts';
import { until } from './nexus.testing.ts';
import { openPlatform, outputsOf } from './platform.testing.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(stopAll);

async function withHosts(names: string[], environment?: string) {
  const platform = await openPlatform();
  await addHosts(platform.client, names, environment);
  return platform;
}

async function addHosts(client: NexusClient, names: string[], environment?: string) {
  for (const name of names)
    await client.hosts.add(
      hostOn(sshd, name, { groups: ['web'], ...(environment ? { environment } : {}) }),
    );
}

describe('uses: ssh', () => {
  it('gives values byte for byte, and none of them ever stands on a command line', async () => {
    const { run } = await withHosts(['a']);
    for (const value of hostileValues) {
      const ended = await run(
        `name: quoting
inputs: { v: { type: string } }
steps:
  - id: say
    uses: ssh
    with:
      hosts: a
      env: { OTHER: "\${{ inputs.v }}" }
      run: |
        printf '%s\\0%s\\0%s' "\${{ inputs.v }}" \${{ inputs.v }} "$OTHER" | base64 -w0
        tr '\\0' ' ' < /proc/$$/cmdline >&2
`,
        { v: value },
      );
      expect(ended.error, JSON.stringify(value)).toBeUndefined();
      const said = outputsOf(ended, 'say');
      const text = Buffer.from(said['stdout'] as string, 'base64').toString();
      expect(text).toBe([value, value, value].join('\0'));
      expect(said['stderr']).not.toContain('printf');
    }
  });

  it('hands on standard input, stops at the first failing command, and reads JSON', async () => {
    const { run } = await withHosts(['a']);
    const ended = await run(`name: streams
steps:
  - id: json
    uses: ssh
    with: { hosts: a, stdin: { n: 3 }, run: cat }
  - id: python
    uses: ssh
    with: { hosts: a, interpreter: python3, run: "import sys\\nprint(len(sys.stdin.read()))", stdin: four }
  - id: fails
    uses: ssh
    with: { hosts: a, run: "echo before; false; echo after" }
`);
    expect(outputsOf(ended, 'json')['json']).toEqual({ n: 3 });
    expect(outputsOf(ended, 'python')['stdout']).toBe('4');
    expect(statuses(ended)['fails']).toBe('failed');
    expect(ended.error).toMatchObject({ code: 'ssh.failed' });
    expect(ended.error?.message).toContain('exit code 1: before');
  });

  it('goes host by host and stops at a failure, and tries one first', async () => {
    const { run } = await withHosts(['h1', 'h2', 'h3']);
    const dir = join(sshd.dir, `roll-${Date.now()}`);
    mkdirSync(dir);
    // Bug caught: rolling by default restarts ten hosts at the same time.
    const text = (strategy: string) => `name: ${strategy}
steps:
  - id: go
    uses: ssh
    with:
      hosts: group:web
      strategy: ${strategy}${strategy === 'rolling' ? '' : '\n      parallel: 1'}
      run: |
        echo x >> ${dir}/${strategy}
        [ "$(wc -l < ${dir}/${strategy})" -lt 2 ]
`;
    const rolling = await run(text('rolling'));
    expect(rolling.error?.details).toMatchObject({
      succeeded: ['h1'],
      failed: ['h2'],
      skipped: ['h3'],
    });
    const all = await run(text('all'));
    expect(all.error?.details).toMatchObject({ failed: ['h2', 'h3'], skipped: [] });
    writeFileSync(join(dir, 'canary'), 'x\nx\n');
    const canary = await run(text('canary'));
    expect(canary.error?.details).toMatchObject({ failed: ['h1'], skipped: ['h2', 'h3'] });
    // Bug caught: the first host is fine, the second one is not, and the third is changed all the same.
    writeFileSync(join(dir, 'canary'), '');
    expect((await run(text('canary'))).error?.details).toMatchObject({
      succeeded: ['h1'],
      failed: ['h2'],
      skipped: ['h3'],
    });
  });

  it('runs once on a host that is named twice', async () => {
    const { run, client } = await withHosts(['h1']);
    const { host } = await client.hosts.get({ name: 'h1' });
    const ended = await run(`name: twice
steps:
  - id: go
    uses: ssh
    with: { hosts: [h1, H1, ${host.id}], run: "true" }
`);
    expect(outputsOf(ended, 'go')['results']).toHaveLength(1);
  });

  it('is cancelled with its run, and the program on the host ends', async () => {
    const { start, platform, client } = await withHosts(['a']);
    const mark = join(sshd.dir, `alive-${Date.now()}`);
    const id = await start(`name: long
steps:
  - id: wait
    uses: ssh
    with: { hosts: a, run: "echo $$ > ${mark}; exec sleep 1000" }
`);
    await until(() => existsSync(mark) && readFileSync(mark, 'utf8').trim() !== '');
    await client.runs.cancel({ id });
    expect((await platform.engine.finished(id)).status).toBe('cancelled');
    const pid = readFileSync(mark, 'utf8').trim();
    await until(
      () =>
        !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(' Z '),
    );
  });
});

describe('production hosts', () => {
  const text = (mark: string) => `name: careful
steps:
  - id: touch
    uses: ssh
    with: { hosts: "env:production", run: "touch ${mark}" }
`;

  it('are left alone until a person approves exactly this, and a rejection does nothing', async () => {
    const { start, platform, client } = await withHosts(['prod'], 'production');
    await client.settings.set({ 'ssh.production_approval': 'on' });
    const mark = join(sshd.dir, `mark-${Date.now()}`);
    const rejected = await start(text(mark));
    await until(async () => (await client.runs.get({ id: rejected })).run.status === 'waiting');
    const { approvals } = await client.runs.approvals({});
    expect(approvals[0]).toMatchObject({ run: rejected, choices: ['approve', 'reject'] });
    expect(approvals[0]?.message).toContain(`touch ${mark}`);
    await client.runs.approve({ id: rejected, choice: 'reject' });
    const first = await platform.engine.finished(rejected);
    expect(first.error?.code).toBe('approval.rejected');
    expect(existsSync(mark)).toBe(false);

    const id = await start(text(mark));
    await until(async () => (await client.runs.get({ id })).run.status === 'waiting');
    await client.runs.approve({ id, choice: 'approve' });
    expect((await platform.engine.finished(id)).status).toBe('succeeded');
    expect(existsSync(mark)).toBe(true);
  });

  it('need a new approval when the hosts changed between the question and the answer', async () => {
    // Bug caught: an approval for one host that is used for another that was added meanwhile.
    const { start, client } = await withHosts(['prod'], 'production');
    await client.settings.set({ 'ssh.production_approval': 'on' });
    const mark = join(sshd.dir, `late-${Date.now()}`);
    const id = await start(text(mark));
    await until(async () => (await client.runs.get({ id })).run.status === 'waiting');
    await addHosts(client, ['prod2'], 'production');
    await client.runs.approve({ id, choice: 'approve' });
    await until(async () => {
      const { approvals } = await client.runs.approvals({});
      return approvals[0]?.message?.includes('prod2') === true;
    });
    expect(existsSync(mark)).toBe(false);
    await client.runs.cancel({ id });
  });

  it('are asked about before a shell, a forward, or a change of files, and reading is free', async () => {
    // Bug caught: a command needs an approval, and the same is done by another way without one.
    const { client } = await withHosts(['prod'], 'production');
    await client.settings.set({ 'ssh.production_approval': 'on' });
    const dir = join(sshd.dir, `guarded-${Date.now()}`);
    mkdirSync(dir);
    const refuse = async () => {
      let open: Question | undefined;
      await until(async () => {
        [open] = (await client.questions.list({})).questions;
        return open !== undefined;
      });
      expect(open).toMatchObject({ kind: 'approval', subject: 'prod' });
      await client.questions.answer({ id: open!.id, values: { decision: 'reject' } });
      return open!.text;
    };
    const file = { host: 'prod', path: dir };
    const ways: [() => Promise<unknown>, string][] = [
      [() => client.hosts.removeFile({ ...file, recursive: true }), `delete ${dir} and all`],
      [() => client.hosts.makeFolder({ ...file, path: `${dir}/x` }), `${dir}/x`],
      [() => client.hosts.renameFile({ ...file, to: `${dir}2` }), `rename ${dir} to ${dir}2`],
      [() => client.hosts.openForward({ host: 'prod', kind: 'dynamic' }), 'dynamic 127.0.0.1:0'],
    ];
    const shell = async () => {
      const size = { host: 'prod', cols: 80, rows: 24 };
      for await (const event of readStream(client, client.hosts.shell(size))) return event;
    };
    ways.push([shell, 'an interactive shell']);
    for (const [begin, text] of ways) {
      const outcome = begin().then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
      expect(await refuse()).toContain(text);
      expect(await outcome).toBe('policy.denied');
    }
    expect((await client.hosts.files(file)).entries).toEqual([]);
  });

  it('are not asked about where the setting is off, and other hosts never', async () => {
    const { run, client } = await withHosts(['prod'], 'production');
    expect((await run(text(join(sshd.dir, 'off')))).status).toBe('succeeded');
    await client.settings.set({ 'ssh.production_approval': 'on' });
    await client.hosts.update({ name: 'prod', change: { environment: 'staging' } });
    const staging = text(join(sshd.dir, 'staging')).replace('env:production', 'prod');
    expect((await run(staging)).status).toBe('succeeded');
  });
});

describe('files of a run', () => {
  it('go to hosts and come back, and nothing outside the workflow’s folders does', async () => {
    const { run } = await withHosts(['a', 'b']);
    const dir = join(sshd.dir, `files-${Date.now()}`);
    const ended = await run(`name: ship
steps:
  - id: make
    uses: shell
    with: { run: "mkdir -p site/sub; echo one > site/index; echo two > site/sub/deep" }
  - id: up
    uses: ssh.upload
    with: { hosts: group:web, from: site, to: ${dir}/ }
  - id: down
    uses: ssh.download
    with: { hosts: group:web, from: ${dir}/site/sub/deep, to: back }
  - id: look
    uses: shell
    with: { run: "cat back/a/deep back/b/deep" }
  - id: refused
    uses: ssh.upload
    with: { hosts: a, from: /etc/passwd, to: ${dir}/ }
`);
    expect(readFileSync(join(dir, 'site/index'), 'utf8')).toBe('one\n');
    expect(outputsOf(ended, 'look')['stdout']).toBe('two\ntwo');
    expect(outputsOf(ended, 'up')['results']).toMatchObject([{ files: 2 }, { files: 2 }]);
    expect(ended.error?.code).toBe('file.outside');
    expect(existsSync(join(dir, 'passwd'))).toBe(false);
  });
});
