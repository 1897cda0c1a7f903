import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Keeps the memory of this process, which holds unlocked secrets, out of core dumps: sets the soft
 * limit of their size to 0 (getrlimit(2), RLIMIT_CORE; systemd-coredump heeds it as well), also for
 * the processes below it: Electron's were started before any code of ours, with our environment. The
 * hard limit stays, so that a program in a terminal can have its dumps: `ulimit -c unlimited`. Linux
 * only; macOS and Windows write no memory to disk unless they are told to.
 *
 * @returns whether no dump can be written; false where the system has no `prlimit` (util-linux)
 */
export async function withoutCoreDumps(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  try {
    return await limit(process.pid);
  } catch {
    return false;
  }
}

// A process before those that it started: what it starts from then on inherits the limit.
async function limit(pid: number): Promise<boolean> {
  if ((await coreLimit(pid)) !== '0')
    await promisify(execFile)('prlimit', ['--core=0:', '--pid', String(pid)]);
  // It may have ended meanwhile.
  for (const child of await childrenOf(pid)) await limit(child).catch(() => undefined);
  return (await coreLimit(pid)) === '0';
}

/** The soft limit in bytes, or `unlimited`. */
async function coreLimit(pid: number): Promise<string | undefined> {
  const limits = await readFile(`/proc/${pid}/limits`, 'utf8');
  return /^Max core file size\s+(\S+)/m.exec(limits)?.[1];
}

/** Each thread has its own list, in proc(5) `task/TID/children`. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    threads.map((thread) =>
      readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''),
    ),
  );
  return lists.join(' ').split(' ').filter(Boolean).map(Number);
}
