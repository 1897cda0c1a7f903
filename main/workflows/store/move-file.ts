import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from './file-error.ts';
import { syncFolder } from './write-file.ts';

/** Moves a file, its new folder made where it is missing; durable once it resolves. @throws NexusError `file.*` */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
    await Promise.all([syncFolder(dirname(from)), syncFolder(dirname(to))]);
  } catch (error) {
    throw fileError(error, from);
  }
}

/** Deletes a file; durable once it resolves. @throws NexusError `file.*` */
export async function deleteFile(file: string): Promise<void> {
  try {
    await rm(file);
    await syncFolder(dirname(file));
  } catch (error) {
    throw fileError(error, file);
  }
}
