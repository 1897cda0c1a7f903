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

  it('says how to build what is not built', () => {
    // Bug caught: a fresh checkout answers with a stack trace of the module loader.
    const { status, stderr } = start('status');
    expect(status).toBe(2);
    expect(stderr).toContain('has not been built');
    expect(stderr).toContain('npm ci && npm run build');
  });

  it('hands over arguments and the exit code', () => {
    // Bug caught: scripts that look at the exit code take every failure for a success.
    mkdirSync(join(root, 'out', 'main'), { recursive: true });
    const cli = join(root, 'out', 'main', 'cli.cjs');
    writeFileSync(cli, 'console.log(JSON.stringify(process.argv.slice(1))); process.exitCode = 7;');
    const { status, stdout } = start('run', 'list', '--json', 'a b');
    expect(status).toBe(7);
    expect(JSON.parse(stdout)).toEqual([cli, 'run', 'list', '--json', 'a b']);
  });
});
