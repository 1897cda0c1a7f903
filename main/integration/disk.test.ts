// oxlint-disable typescript/no-explicit-any -- JSON of another process, looked into freely
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newFolder, nexus, serve, until, workflowFile } from './nexus.testing.ts';

const HELLO = 'name: hello\nsteps:\n  - { id: a, uses: shell, with: { run: echo hi } }\n';

/** A small disk of its own; undefined where this machine does not let us mount one. */
function smallDisk(size: string, options = ''): string | undefined {
  const folder = newFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}${options}`, 'nexus', folder], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}
const mounts = process.platform === 'linux' && process.getuid?.() === 0 && canMount();

function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'nexus', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    process.stderr.write('\nSKIPPED: full and read-only disks (this needs root and mount).\n\n');
    return false;
  }
}

describe.skipIf(!mounts)('a disk', () => {
  it('that is full: a clear error, nothing that was committed is lost, and it works again later', async () => {
    const home = smallDisk('3m')!;
    expect((await nexus(['workflow', 'run', 'welcome', '--wait', '--json'], { home })).code).toBe(
      0,
    );
    const file = workflowFile(newFolder(), 'hello', HELLO);
    const filler = join(home, 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(4 << 20));
    } catch {
      // Full: that is what it is for.
    }
    const said = await nexus(['workflow', 'run', file, '--wait', '--json'], { home });
    expect(said.code).toBe(1);
    expect(said.json.error).toMatchObject({
      code: expect.stringMatching(/full|unavailable|failed/),
      message: expect.any(String),
      hint: expect.stringMatching(/space/i),
    });
    expect(said.stderr).not.toContain('    at ');
    truncateSync(filler, 0);
    const after = await nexus(['run', 'list', '--json'], { home });
    expect(
      after.json.runs.some((run: any) => run.workflow === 'welcome' && run.status === 'succeeded'),
    ).toBe(true);
    expect((await nexus(['workflow', 'run', file, '--wait', '--json'], { home })).code).toBe(0);
    expect((await nexus(['audit', 'verify', '--json'], { home })).json.ok).toBe(true);
  });

  it('that fills up while serve runs: the platform says so, stays, and goes on when there is space', async () => {
    const home = smallDisk('6m')!;
    const server = await serve(home);
    const file = workflowFile(newFolder(), 'hello', HELLO);
    const filler = join(home, 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(8 << 20));
    } catch {
      // Full: that is what it is for.
    }
    const said = await until(async () => {
      const one = await nexus(['workflow', 'run', file, '--json'], { home });
      return one.code !== 0 && one;
    });
    expect(said.json.error).toMatchObject({ hint: expect.stringMatching(/space|disk/i) });
    expect((await nexus(['status', '--json'], { home })).json.pid).toBe(server.pid);
    truncateSync(filler, 0);
    await until(async () => {
      const again = await nexus(['workflow', 'run', file, '--wait', '--json'], { home });
      return again.code === 0;
    });
    await server.kill('SIGTERM');
  });

  it('that is read-only: a clear error with exit code 1', async () => {
    const home = smallDisk('8m')!;
    expect((await nexus(['workflow', 'list'], { home })).code).toBe(0);
    execFileSync('mount', ['-o', 'remount,ro', home]);
    for (const args of [
      ['workflow', 'run', 'welcome', '--wait'],
      ['serve', '--port', '0'],
      ['cron', 'list'],
    ]) {
      const said = await nexus([...args, '--json'], { home });
      expect(said.code, args.join(' ')).toBe(1);
      expect(said.json.error, args.join(' ')).toMatchObject({
        code: 'database.read_only',
        hint: expect.any(String),
      });
    }
    expect((await nexus(['status', '--json'], { home })).code).toBe(0);
  });
});

describe('a home that is not as it should be', () => {
  it('a damaged database is an error that says what to do, and is left as it is', async () => {
    const home = newFolder();
    writeFileSync(
      join(home, 'nexus.db'),
      'this is no database, but a text of some length\n'.repeat(200),
    );
    const before = readFileSync(join(home, 'nexus.db'));
    for (const args of [
      ['run', 'list'],
      ['serve', '--port', '0'],
    ]) {
      const said = await nexus([...args, '--json'], { home });
      expect(said.code).toBe(1);
      expect(said.json.error).toMatchObject({
        code: 'database.corrupt',
        hint: expect.stringContaining('backup'),
      });
    }
    expect(readFileSync(join(home, 'nexus.db')).equals(before)).toBe(true);
  });

  it('a database that is damaged in its middle does not crash with a stack trace', async () => {
    const home = newFolder();
    await nexus(['workflow', 'run', 'welcome', '--wait'], { home });
    const file = join(home, 'nexus.db');
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4096 * 2, 4096 * 12);
    writeFileSync(file, bytes);
    const said = await nexus(['run', 'list', '--json'], { home });
    expect(said.code).toBe(1);
    expect(said.json.error.code).toMatch(/^database\./);
    expect(said.json.error.hint).toMatch(/recover|backup/);
  });

  it('a folder where the database should be, a file where the home should be', async () => {
    const home = newFolder();
    mkdirSync(join(home, 'nexus.db'));
    const folder = await nexus(['run', 'list', '--json'], { home });
    expect([folder.code, folder.json.error.code.split('.')[0]]).toEqual([1, 'database']);
    expect(folder.json.error.hint).toEqual(expect.any(String));
    const file = join(newFolder(), 'file');
    writeFileSync(file, 'x');
    const said = await nexus(['run', 'list', '--json'], { home: file });
    expect([said.code, said.json.error.code.split('.')[0]]).toEqual([1, 'database']);
    expect(readFileSync(file, 'utf8')).toBe('x');
  });

  it('a file where the folder of the workflows should be is an error with a hint', async () => {
    const home = newFolder();
    writeFileSync(join(home, 'workflows'), 'x');
    const said = await nexus(['workflow', 'list', '--json'], { home });
    expect(said.code).toBe(1);
    expect(said.json.error).toMatchObject({ code: expect.any(String), hint: expect.any(String) });
    expect(said.json.error.code).not.toBe('internal');
  });

  it('a file where the folder of the logs should be stops nothing', async () => {
    const home = newFolder();
    writeFileSync(join(home, 'logs'), 'x');
    expect((await nexus(['workflow', 'run', 'welcome', '--wait', '--json'], { home })).code).toBe(
      0,
    );
  });

  it('a half-written, a strange and an unreadable workflow file stand beside those that work', async () => {
    const home = newFolder();
    const folder = join(home, 'workflows');
    mkdirSync(folder);
    writeFileSync(join(folder, 'good.yaml'), HELLO.replace('hello', 'good'));
    writeFileSync(join(folder, 'half.yaml'), 'name: half\nsteps:\n  - id: [');
    writeFileSync(join(folder, 'binary.yaml'), Buffer.from([0, 255, 254, 10, 0]));
    mkdirSync(join(folder, 'folder.yaml'));
    writeFileSync(join(folder, 'BAD NAME.yaml'), HELLO);
    const { json, code } = await nexus(['workflow', 'list', '--json'], { home });
    expect(code).toBe(0);
    const valid = Object.fromEntries(json.workflows.map((one: any) => [one.name, one.valid]));
    expect(valid).toMatchObject({ good: true, half: false, binary: false });
    expect((await nexus(['workflow', 'run', 'good', '--wait'], { home })).code).toBe(0);
    expect((await nexus(['workflow', 'run', 'half', '--wait'], { home })).code).toBe(2);
  });

  it('runs on with the last valid version while a file is half written', async () => {
    const home = newFolder();
    const folder = join(home, 'workflows');
    mkdirSync(folder);
    const text = `name: hook\non: { webhook: { path: /hook, auth: none, respond: when_finished } }\nsteps:\n  - { id: a, uses: transform, with: { set: { v: 1 } } }\n`;
    writeFileSync(join(folder, 'hook.yaml'), text);
    const server = await serve(home);
    const post = () => server.call('/hooks/hook', { method: 'POST', body: '{}' });
    expect((await post()).status).toBe(200);
    writeFileSync(join(folder, 'hook.yaml'), `${text}  - id: [`);
    const token = await server.token('viewer');
    await until(async () => {
      const answer = await server.call('/api/v1/workflows/hook', { token });
      return !((await answer.json()) as any).workflow.valid;
    });
    expect((await post()).status).toBe(200);
    await server.kill('SIGTERM');
  });

  it('keeps what it records for its owner alone, also in a folder that everybody may enter', async () => {
    const home = newFolder();
    chmodSync(home, 0o755);
    await nexus(['workflow', 'run', 'welcome', '--wait'], { home });
    const server = await serve(home);
    const open = [
      'nexus.db',
      'nexus.db-wal',
      'nexus.db-shm',
      'nexus.sock',
      'logs',
      'outputs',
    ].filter(
      (name) => existsSync(join(home, name)) && (statSync(join(home, name)).mode & 0o077) !== 0,
    );
    expect(open).toEqual([]);
    await server.kill('SIGTERM');
  });
});
