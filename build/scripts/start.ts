import { join } from 'node:path';
import { ensurePackages, windowPackages } from './ensure.ts';
import { run } from './lib/exec.ts';
import { main } from './lib/failure.ts';
import { hasDisplay, isRoot, root } from './lib/project.ts';
import { bundle } from './lib/vite.ts';
import { electronExecutable } from './runtime.ts';

// Chromium refuses its sandbox to root.
const sandboxFlags = isRoot ? ['--no-sandbox'] : [];
// Chromium's own log, but for what ends it: in containers it complains of every missing bus.
const quietFlags = ['--log-level=3'];

/**
 * Builds Nexus and opens its window or, where there is no display, starts the headless server,
 * which prints the dashboard's address with a one-time login link. Arguments are passed on.
 */
async function start(): Promise<number> {
  const args = process.argv.slice(2);
  const built = await bundle('release');
  if (built !== 0) return built;
  if (!hasDisplay()) {
    console.log('nexus: no display found, starting the headless server');
    return run(process.execPath, [join(root, 'build', 'bin', 'nexus.mjs'), 'serve', ...args]);
  }
  await ensurePackages(windowPackages);
  const executable = await electronExecutable();
  return run(executable, [...sandboxFlags, ...quietFlags, root, ...args]);
}

await main(start);
