import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorker, workerFile } from './worker.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'nexus-worker-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const from = (...path: string[]) => pathToFileURL(join(folder, ...path)).href;

describe('a worker’s file', () => {
  it('is beside its source, and in the bundle also from a chunk one folder deeper', () => {
    // Bug caught: the vault works in the tests, and in the packaged app its worker is not found.
    expect(workerFile(from('kinds', 'code.ts'), 'code.worker')).toBe(
      join(folder, 'kinds', 'code.worker.ts'),
    );
    mkdirSync(join(folder, 'chunks'));
    writeFileSync(join(folder, 'code.worker.cjs'), '');
    for (const caller of [['cli.cjs'], ['chunks', 'vault.cjs']])
      expect(workerFile(from(...caller), 'code.worker')).toBe(join(folder, 'code.worker.cjs'));
  });

  it('has a name even where it is missing, so that the error says which', () => {
    expect(workerFile(from('cli.cjs'), 'none')).toBe(join(folder, 'none.cjs'));
  });
});

describe('startWorker', () => {
  it('hands over data, and nothing of the environment', async () => {
    writeFileSync(
      join(folder, 'probe.cjs'),
      `const { parentPort, workerData } = require('node:worker_threads');
       parentPort.postMessage({ env: Object.keys(process.env), workerData, execArgv: process.execArgv });`,
    );
    process.env['NEXUS_SECRET_PROBE'] = 'not for workers';
    const worker = startWorker(from('main.cjs'), 'probe', { workerData: 42 });
    const [said] = (await once(worker, 'message')) as [object];
    delete process.env['NEXUS_SECRET_PROBE'];
    expect(said).toEqual({ env: [], workerData: 42, execArgv: [] });
    await worker.terminate();
  });
});
