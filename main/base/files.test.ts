import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { atomicWrite } from './files.ts';

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
