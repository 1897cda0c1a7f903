import { vi } from 'vitest';

// The address of the worker's script; happy-dom starts none, and the script is outside of what the
// test runner serves when node_modules is a link.
vi.mock('elkjs/lib/elk-worker.min.js?url', () => ({ default: 'elk-worker.js' }));

/** The layout's real worker script, run in this thread: happy-dom has no workers. */
export async function giveLayoutWorker(): Promise<void> {
  const script = await vi.importActual<{ default: typeof Worker | { Worker: typeof Worker } }>(
    'elkjs/lib/elk-worker.min.js',
  );
  const { default: found } = script;
  vi.stubGlobal('Worker', 'Worker' in found ? found.Worker : found);
}
