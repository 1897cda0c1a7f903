import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ShellExit } from './channel.ts';
import { terminalEnvironment } from './environment.ts';
import { openLocalShell } from './localShell.ts';
import { openTerminals } from './terminals.testing.ts';

async function run(script: string, env: NodeJS.ProcessEnv = process.env) {
  const { folder } = openTerminals();
  const shell = await openLocalShell({
    file: '/bin/bash',
    args: ['--norc', '-c', script],
    cwd: folder,
    env: terminalEnvironment(env),
    cols: 80,
    rows: 24,
  });
  onTestFinished(() => shell.close());
  const pieces: Uint8Array[] = [];
  let wake: () => void = () => undefined;
  shell.onData((data) => {
    pieces.push(Buffer.from(data));
    wake();
  });
  const exit = new Promise<ShellExit>((resolve) => shell.onExit(resolve));
  const output = () => Buffer.concat(pieces);
  return {
    shell,
    folder,
    exit,
    output,
    async until(text: string) {
      while (!output().includes(text)) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    // A zombie is not alive; nobody may have reaped it in a container without an init.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('a local shell', () => {
  it('gives everything that was written right before its end', async () => {
    // Bug caught: node-pty tears the pipe down at the exit, and the last lines are lost.
    for (let i = 0; i < 10; i += 1) {
      const { exit, output } = await run('seq 1 3000; echo last-line; exit 7');
      expect(await exit).toEqual({ code: 7, signal: null });
      expect(output().toString()).toMatch(/\r\n3000\r\nlast-line\r\n$/);
    }
  });

  it('gives everything even when it was paused while the shell ended', async () => {
    // Bug caught: 200 ms after the exit node-pty destroys what it reads from, paused or not.
    const { shell, folder, exit, output, until } = await run(
      'echo ready; read line; seq 1 400; echo last-line; touch done; exit 3',
    );
    await until('ready');
    shell.pause();
    shell.write('\r');
    // Nobody resumes: the shell's own end must bring the rest.
    expect(await exit).toEqual({ code: 3, signal: null });
    expect(existsSync(join(folder, 'done'))).toBe(true);
    expect(output().toString()).toMatch(/\r\n400\r\nlast-line\r\n$/);
  });

  it('ends although something in the background keeps the terminal open', async () => {
    const { exit, output } = await run(
      'trap "" HUP; (trap "" HUP; exec sleep 300) & echo $!; exit 0',
    );
    expect(await exit).toEqual({ code: 0, signal: null });
    process.kill(Number(/\d+/.exec(output().toString())![0]), 'SIGKILL');
  });

  it('takes a megabyte of input without losing a byte', async () => {
    // Bug caught: what the terminal cannot take at once is dropped.
    const sent = randomBytes(750_000).toString('base64');
    const { shell, exit, output, until } = await run(
      `stty raw -echo; echo ready; head -c ${sent.length} | sha256sum`,
    );
    await until('ready');
    shell.write(sent);
    await exit;
    expect(output().toString()).toContain(createHash('sha256').update(sent).digest('hex'));
  });

  it('holds nobody up with input that its program does not read', async () => {
    // Bug caught: a megabyte pasted into a program that is busy stops the whole platform until it is read.
    const { shell, exit, until } = await run('stty raw -echo; echo ready; exec sleep 1000');
    await until('ready');
    for (let n = 0; n < 16; n += 1) shell.write('x'.repeat(65_536));
    // Only a platform that goes on gets here before the program has ended, which nobody ends.
    await new Promise((go) => setImmediate(go));
    expect(shell.unread).toBeGreaterThan(500_000);
    shell.close();
    await exit;
    expect(shell.unread).toBe(0);
  });

  it('ends what runs in its foreground when it is closed, also when that ignores the hang-up', async () => {
    // Bug caught: a closed tab that leaves a build running for ever.
    const { shell, exit, output, until } = await run(
      'set -m; bash -c \'trap "" HUP TERM; echo "pid $$ ready"; while :; do sleep 1; done\'',
    );
    await until('ready');
    const child = Number(/pid (\d+)/.exec(output().toString())![1]);
    expect(isAlive(child)).toBe(true);
    shell.close();
    await exit;
    while (isAlive(child)) await new Promise((go) => setTimeout(go, 20));
    expect(isAlive(shell.pid)).toBe(false);
  });

  it('leaves alone what was put out of its reach', async () => {
    const { shell, folder, exit, until } = await run(
      'setsid nohup sleep 300 >/dev/null 2>&1 & sleep 0.1; pgrep -n -f "^sleep 300$" > pid; echo ready; read x',
    );
    await until('ready');
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    shell.close();
    await exit;
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });

  it('says which signal ended it', async () => {
    const { exit } = await run('kill -KILL $$');
    expect(await exit).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('has none of the platform’s secrets or switches in its environment', async () => {
    // Bug caught: `env` in a terminal shows NEXUS_SECRET_*, ELECTRON_RUN_AS_NODE turns programs into Node.
    const { exit, output } = await run('env; echo "-$TERM-$COLORTERM-"', {
      PATH: process.env['PATH'],
      HOME: '/root',
      LC_TIME: 'C',
      NEXUS_SECRET_TOKEN: 'planted-secret',
      NEXUS_VAULT_PASSPHRASE: 'planted-secret',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: '--inspect',
      AWS_SECRET_ACCESS_KEY: 'planted-secret',
      LD_PRELOAD: '/evil.so',
    });
    await exit;
    const text = output().toString();
    expect(text).not.toMatch(/planted-secret|NEXUS_|ELECTRON|NODE_OPTIONS|LD_PRELOAD/);
    expect(text).toContain('-xterm-256color-truecolor-');
    expect(text).toContain('LC_TIME=C');
    expect(text).toMatch(/LANG=C.UTF-8/);
  });

  it('says that a program cannot be started instead of throwing from inside', async () => {
    const { folder } = openTerminals();
    const file = join(folder, 'no-program');
    writeFileSync(file, 'not executable');
    const { terminals } = openTerminals();
    const owner = { name: 'owner', role: 'admin', face: 'window' } as const;
    const size = { cols: 80, rows: 24 };
    await expect(terminals.openLocal({ ...size, shell: file }, owner)).rejects.toMatchObject({
      code: 'terminal.shell_missing',
    });
    await expect(terminals.openLocal({ ...size, shell: 'bin/sh' }, owner)).rejects.toMatchObject({
      code: 'terminal.shell_missing',
    });
    await expect(
      terminals.openLocal({ ...size, cwd: '/no/such/folder' }, owner),
    ).rejects.toMatchObject({ code: 'terminal.folder_missing' });
    expect(terminals.list(owner)).toEqual([]);
  });
});
