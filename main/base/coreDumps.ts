import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Keeps the memory of this process, which holds unlocked secrets, out of core dumps: sets the soft
 * limit of their size to 0 (getrlimit(2), RLIMIT_CORE; systemd-coredump heeds it as well). The hard
 * limit stays, so that a program in a terminal can have its dumps: `ulimit -c unlimited`. Linux only;
 * macOS and Windows write no memory to disk unless they are told to.
 *
 * @returns whether no dump can be written; false where the system has no `prlimit` (util-linux)
 */
export async function withoutCoreDumps(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  try {
    if ((await coreLimit()) === '0') return true;
    await promisify(execFile)('prlimit', ['--core=0:', '--pid', String(process.pid)]);
    return (await coreLimit()) === '0';
  } catch {
    return false;
  }
}

/** The soft limit in bytes, or `unlimited`. */
async function coreLimit(): Promise<string | undefined> {
  const limits = await readFile('/proc/self/limits', 'utf8');
  return /^Max core file size\s+(\S+)/m.exec(limits)?.[1];
}
