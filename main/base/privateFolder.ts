import { constants } from 'node:fs';
import { access, mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux keeps it in memory: what lies there is on no disk, and gone with a power cut. */
const MEMORY = '/dev/shm';
/** Containers have little of it; then the disk has to do. */
const LEAST_FREE = 48 * 1024 * 1024;

/**
 * A new folder (0700) for what must not lie in the home, because it may hold secrets in the clear.
 * Whoever makes it removes it.
 */
export async function privateFolder(name: string): Promise<string> {
  return mkdtemp(join((await hasMemory()) ? MEMORY : tmpdir(), `nexus-${name}-`));
}

async function hasMemory(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    await access(MEMORY, constants.W_OK);
    const { bavail, bsize } = await statfs(MEMORY);
    return bavail * bsize >= LEAST_FREE;
  } catch {
    return false;
  }
}
