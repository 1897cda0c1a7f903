import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** The built command line. */
export const cliFile = join(root, 'out', 'main', 'cli.cjs');

/**
 * Runs `nexus ARGS --json` on `home` and answers what it printed.
 *
 * @throws Error with its standard error when it exits with another code than `code`.
 */
export function nexus<T = unknown>(home: string, args: readonly string[], code = 0): Promise<T> {
  return new Promise((done, fail) => {
    const all = [cliFile, ...args, '--json', '--home', home];
    execFile(process.execPath, all, { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      const ended = error ? error.code : 0;
      if (ended === code) done(JSON.parse(stdout || 'null') as T);
      else fail(new Error(`nexus ${args.join(' ')} exited with ${String(ended)}: ${stderr}`));
    });
  });
}

/** Puts a workflow into a home; before the platform starts, so that nothing waits for a watcher. */
export function writeWorkflow(home: string, name: string, text: string): void {
  mkdirSync(join(home, 'workflows'), { recursive: true });
  writeFileSync(join(home, 'workflows', `${name}.yaml`), text);
}

/** How often each line was appended to a file that steps write their effects to. */
export function ledger(file: string): Record<string, number> {
  const count: Record<string, number> = {};
  if (existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean))
      count[line] = (count[line] ?? 0) + 1;
  return count;
}
