import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-runtime-'));
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('the Electron that is run', () => {
  it('is the one that a person names, looked for once, and no stand-in', async () => {
    // What the package calls its executable; without its download there is only the usual name.
    const pathFile = join('node_modules', 'electron', 'path.txt');
    const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
    writeFileSync(join(folder, name), '');
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder);
    const { electronExecutable, findRuntime } = await import('./runtime.ts');
    const found = await findRuntime();
    expect(found).toMatchObject({ executable: join(folder, name), fallback: false });
    expect(found.version).toMatch(/^\d+\.\d+\.\d+/);
    rmSync(join(folder, name));
    expect(basename(await electronExecutable())).toBe(name);
    expect(await findRuntime()).toBe(found);
  });
});
