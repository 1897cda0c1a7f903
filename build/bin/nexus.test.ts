import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

describe('the launcher', () => {
  let root: string;
  let launcher: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nexus-bin-'));
    launcher = join(root, 'build', 'bin', 'nexus.mjs');
    cpSync(resolve('build/bin/nexus.mjs'), launcher);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const start = (...args: string[]) =>
    spawnSync(process.execPath, [launcher, ...args], { encoding: 'utf8' });

  /** What a build would have left, and its path. */
  function build(text: string): string {
    mkdirSync(join(root, 'out', 'main'), { recursive: true });
    const cli = join(root, 'out', 'main', 'cli.cjs');
    writeFileSync(cli, text);
    return cli;
  }

  it('says how to build what is not built', () => {
    // Bug caught: a fresh checkout answers with a stack trace of the module loader.
    const { status, stderr } = start('status');
    expect(status).toBe(2);
    expect(stderr).toContain('has not been built');
    expect(stderr).toContain('npm ci && npm run build');
  });

  it('takes the Node that npm ci brings along, where this one is too old', () => {
    // Bug caught: Node 22.12 passed for new enough, and fell over the database's native part.
    build('');
    const older = join(root, 'older.mjs');
    writeFileSync(
      older,
      `Object.defineProperty(process, 'versions', { value: { node: '22.12.0', napi: '9' } });`,
    );
    const startOld = () =>
      spawnSync(process.execPath, ['--import', older, launcher, 'status'], { encoding: 'utf8' });
    expect(startOld()).toMatchObject({
      status: 2,
      stderr: `nexus: Nexus needs Node 22.14, 23.6 or newer; this is 22.12.0.\n       Run: npm ci (in ${root}), which brings one along.\n`,
    });
    const bin = join(root, 'node_modules', 'node', 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'node'), '#!/bin/sh\necho "$NEXUS_LAUNCHER_FD $*"; exit 5\n', {
      mode: 0o755,
    });
    expect(startOld()).toMatchObject({ status: 5, stdout: `3 ${launcher} status\n`, stderr: '' });
  });

  it('ends as what it started ended, also by a signal', () => {
    build(`process.kill(process.pid, 'SIGTERM'); setInterval(() => undefined, 1000);`);
    expect(start('serve').signal).toBe('SIGTERM');
  });

  it('hands over arguments and the exit code', () => {
    // Bug caught: scripts that look at the exit code take every failure for a success.
    const cli = build('console.log(JSON.stringify(process.argv.slice(1))); process.exitCode = 7;');
    const { status, stdout } = start('run', 'list', '--json', 'a b');
    expect(status).toBe(7);
    expect(JSON.parse(stdout)).toEqual([cli, 'run', 'list', '--json', 'a b']);
  });
});
