import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { vaultError } from './errors.ts';

const PATIENCE_MS = 10_000;
const LOOK_MS = 15;

/**
 * Does `work` while no other process writes the vault. The lock is SQLite's, on a file of its own:
 * the operating system lets it go when a process dies, on every system, and the platform's own
 * database is not held up meanwhile.
 *
 * @param file the lock file; it never holds anything
 * @throws NexusError `vault.busy`
 */
export async function withWriteLock<T>(
  file: string,
  work: () => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const db = new Sqlite(file, { timeout: 0 });
  try {
    // Not the time of day: somebody may set that back meanwhile.
    const until = performance.now() + patienceMs;
    while (!tryLock(db)) {
      if (performance.now() > until) throw vaultError.busy();
      await sleep(LOOK_MS);
    }
    return await work();
  } finally {
    db.close();
  }
}

function tryLock(db: Sqlite.Database): boolean {
  try {
    db.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) return false;
    throw vaultError.unavailable('The vault’s lock cannot be taken', error);
  }
}
