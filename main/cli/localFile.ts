import { readFile, writeFile } from 'node:fs/promises';
import type { NexusError } from '#main/base/errors.ts';
import { usageError } from './io.ts';

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a folder of its path is a file',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
};

const WRITE_REASONS: Record<string, string> = {
  ...REASONS,
  ENOENT: 'its folder is not there',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'you may not write there',
  ENOSPC: 'the disk is full',
};

/** A file that the command line was pointed to. @throws NexusError `usage.invalid` */
export async function readLocal(file: string, hint = 'Check the path.'): Promise<Buffer> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw refused(file, 'read', REASONS, cause, hint);
  });
}

/** Writes a file for this user alone. @throws NexusError `usage.invalid` */
export async function writeLocal(file: string, content: string | Uint8Array): Promise<void> {
  await writeFile(file, content, { mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
    throw refused(file, 'written', WRITE_REASONS, cause, 'Choose another place.');
  });
}

function refused(
  file: string,
  what: string,
  reasons: Record<string, string>,
  cause: NodeJS.ErrnoException,
  hint: string,
): NexusError {
  return usageError(
    `${file} cannot be ${what}: ${reasons[cause.code ?? ''] ?? cause.message}.`,
    hint,
  );
}
