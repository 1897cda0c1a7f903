import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Where a worker's file is: beside its source when run from source (`code.worker.ts`), and in the
 * folder of the bundle when built (`out/main/code.worker.cjs`, an entry of its own; the caller may
 * sit in a chunk one folder deeper).
 *
 * @param from `import.meta.url` of the caller
 * @param name the worker's file name without its ending, e.g. `code.worker`
 */
export function workerFile(from: string, name: string): string {
  const folder = dirname(fileURLToPath(from));
  const candidates = from.endsWith('.ts')
    ? [join(folder, `${name}.ts`)]
    : [join(folder, `${name}.cjs`), join(folder, '..', `${name}.cjs`)];
  return candidates.find((file) => existsSync(file)) ?? candidates[0]!;
}

/**
 * Starts a worker thread with nothing of the platform's environment (secrets among it) and no
 * arguments of the parent's node.
 */
export function startWorker(from: string, name: string, options: WorkerOptions = {}): Worker {
  return new Worker(workerFile(from, name), { env: {}, execArgv: [], ...options });
}
