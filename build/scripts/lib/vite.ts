import { join } from 'node:path';
import { run } from './exec.ts';
import { root } from './project.ts';

/** What to build: the app that ships, or the platform alone with its failpoints for crash tests. */
export type BuildKind = 'release' | 'failpoints';

/** Runs the bundler; answers its exit code. Output goes to `out/`, or `out-test/` with failpoints. */
export function bundle(kind: BuildKind): Promise<number> {
  const cli = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const failpoints = kind === 'failpoints' ? '1' : '0';
  return run(process.execPath, [cli, 'build', '--logLevel', 'warn'], {
    env: { ...process.env, NEXUS_BUILD_FAILPOINTS: failpoints },
  });
}
