import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withWriteLock } from './writeLock.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-lock-'));
  file = join(folder, 'vault', 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sqlite = createRequire(import.meta.url).resolve('better-sqlite3');

/** Another process that takes the lock and keeps it until it dies. */
async function holder() {
  const code = `const db = require(${JSON.stringify(sqlite)})(process.argv[1]); db.exec('BEGIN EXCLUSIVE'); process.stdout.write('held'); process.stdin.resume();`;
  const child = spawn(process.execPath, ['-e', code, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('the write lock', () => {
  it('lets one after the other in, in one process too', async () => {
    let inside = 0;
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3].map((n) =>
        withWriteLock(file, async () => {
          inside += 1;
          expect(inside).toBe(1);
          await new Promise<void>((resolve) => setImmediate(resolve));
          order.push(n);
          inside -= 1;
        }),
      ),
    );
    expect(order.toSorted()).toEqual([1, 2, 3]);
  });

  it('is let go whatever happens inside', async () => {
    await expect(
      withWriteLock(file, () => Promise.reject(new Error('it went wrong'))),
    ).rejects.toThrow('it went wrong');
    expect(await withWriteLock(file, () => Promise.resolve('in'))).toBe('in');
  });

  it('of another process is waited for, then told of, and ends with that process', async () => {
    // Bug caught: a lock file that outlives a crash and keeps the vault closed for ever.
    await withWriteLock(file, () => Promise.resolve());
    const other = await holder();
    await expect(withWriteLock(file, () => Promise.resolve(), 0)).rejects.toMatchObject({
      code: 'vault.busy',
    });
    const waiting = withWriteLock(file, () => Promise.resolve('in'));
    other.kill('SIGKILL');
    expect(await waiting).toBe('in');
  });

  it('holds nothing', async () => {
    await withWriteLock(file, () => Promise.resolve());
    expect(statSync(file).size).toBe(0);
  });
});
