import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failpoint } from '#main/base/failpoint.ts';
import { fileError } from './file-error.ts';

/**
 * Replaces a file in one step that survives a power cut: a temporary file beside it, synced,
 * renamed over it, and the folder synced.
 * @throws NexusError `file.full`, `file.read_only`, `file.unavailable`
 */
export async function writeFileAtomically(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text, 'utf8');
      failpoint('workflow.file.written');
      await handle.sync();
    } finally {
      await handle.close();
    }
    failpoint('workflow.file.synced');
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError(error, file);
  }
}

/** Makes a rename in a folder durable; where the system cannot (Windows), the rename alone must do. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows opens no folders.
  }
}
