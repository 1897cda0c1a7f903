import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failpoint } from './failpoint.ts';

/**
 * Replaces a file in one step: a new file beside it is written, synced and renamed over it, and
 * the folder is synced, so that a crash leaves the old content or the new, never a half.
 *
 * @param options.mode permissions of the file; default 0600
 * @param options.failpoint prefix of the failpoints of its steps, for tests that die at each
 */
export async function atomicWrite(
  file: string,
  content: string | Uint8Array,
  options: { mode?: number; failpoint?: string } = {},
): Promise<void> {
  const step = (name: string) =>
    options.failpoint === undefined ? undefined : failpoint(`${options.failpoint}.${name}`);
  const temporary = join(
    dirname(file),
    `.${basename(file).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`,
  );
  try {
    const handle = await open(temporary, 'wx', options.mode ?? 0o600);
    try {
      // The mode given to open() is subject to the umask; a kept mode must be exact.
      if (options.mode !== undefined) await handle.chmod(options.mode);
      step('begun');
      await handle.writeFile(content);
      step('written');
      await handle.sync();
    } finally {
      await handle.close();
    }
    step('synced');
    await rename(temporary, file);
    step('renamed');
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Makes a rename in `folder` survive a power cut. Windows cannot, and does not need to. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Permission bits of a file's mode. */
export const permissions = (stats: Stats): number => stats.mode & 0o7777;

/**
 * Makes a folder for this user alone, with those above it that are missing. Unlike `mkdir` with
 * `recursive` it ends where a file system refuses new folders with ENOENT (procfs, automounts): there
 * Node tries again for ever.
 */
export async function makeFolder(folder: string): Promise<void> {
  const make = () => mkdir(folder, { mode: 0o700 });
  try {
    await make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(folder) !== folder) {
      await makeFolder(dirname(folder));
      await make();
    } else if (code !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error;
  }
}
