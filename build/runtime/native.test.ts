import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-native-'));
  const beside = join(folder, 'runtime', 'node_modules', 'better-sqlite3');
  const installed = join(folder, 'app', 'node_modules', 'better-sqlite3');
  for (const [place, text] of [
    [beside, 'of the runtime'],
    [installed, 'of the app'],
  ] as const) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'index.js'), `module.exports = '${text}';`);
  }
  cpSync('build/runtime/native.cjs', join(folder, 'runtime', 'native.cjs'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What an app in its own folder prints, started as the fallback runtime starts it. */
function said(app: string): string {
  const file = join(folder, 'app', 'main.cjs');
  writeFileSync(file, app);
  const native = join(folder, 'runtime', 'native.cjs');
  return execFileSync(process.execPath, ['--require', native, file], { encoding: 'utf8' });
}

describe('the database of the fallback runtime', () => {
  it('takes the place of the one that was installed with the app', () => {
    expect(said(`process.stdout.write(require('better-sqlite3'));`)).toBe('of the runtime');
  });

  it('does so in every worker, and in workers of workers', () => {
    // Bug caught: the page opens, and the first thing that a worker asks the database ends the app.
    const app = `
      const { Worker, isMainThread, workerData } = require('node:worker_threads');
      process.stdout.write((isMainThread ? 0 : workerData.depth) + ' ' + require('better-sqlite3') + '\\n');
      const depth = isMainThread ? 1 : workerData.depth + 1;
      if (depth < 3) new Worker(__filename, { workerData: { depth } });`;
    expect(said(app).trim().split('\n').toSorted()).toEqual([
      '0 of the runtime',
      '1 of the runtime',
      '2 of the runtime',
    ]);
  });

  it('leaves every other module alone, and what a worker was started with', () => {
    const app = `
      const { Worker, isMainThread } = require('node:worker_threads');
      if (isMainThread) new Worker(__filename, { execArgv: ['--no-warnings'], argv: ['own'] });
      else process.stdout.write(process.execArgv.includes('--no-warnings') + ' ' + process.argv.at(-1) + ' ' + typeof require('node:fs').statSync);`;
    expect(said(app)).toBe('true own function');
  });
});
