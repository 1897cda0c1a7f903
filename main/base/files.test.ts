import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  mkdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { atomicWrite, makeFolder } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('atomicWrite', () => {
  it('creates private files and replaces content whole', async () => {
    const file = join(folder, 'a');
    await atomicWrite(file, 'one, which is longer');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await atomicWrite(file, 'two', { mode: 0o644 });
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  it('leaves nothing behind when it cannot replace the target', async () => {
    mkdirSync(join(folder, 'taken'));
    await expect(atomicWrite(join(folder, 'taken'), 'x')).rejects.toMatchObject({
      syscall: 'rename',
    });
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  it('gives readers one whole version while many write at once', async () => {
    const file = join(folder, 'a');
    const versions = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
    await Promise.all(versions.map((text) => atomicWrite(file, text)));
    expect(versions).toContain(readFileSync(file, 'utf8'));
    expect(readdirSync(folder)).toEqual(['a']);
  });
});

describe('makeFolder', () => {
  it('makes what is missing above it, for this user alone, and is content with what is there', async () => {
    const deep = join(folder, 'a', 'b', 'c');
    await makeFolder(deep);
    await makeFolder(deep);
    for (const path of [deep, join(folder, 'a')]) expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('says that a file is in its place, or in that of a folder above it', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(folder, 'file', 'x'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.runIf(process.platform === 'linux')(
    'ends where a file system has no folders of ours (Node’s own tries for ever)',
    async () => {
      // Bug caught: `nexus --home /proc/nope status` takes a whole processor until somebody kills it.
      await expect(makeFolder('/proc/nope/deeper')).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );
});
