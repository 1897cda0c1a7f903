import { posix } from 'node:path';
import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import type { RemoteEntry } from '#contract/hostFiles.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Sessions } from '../connection/connection.ts';
import { sshError } from '../connection/errors.ts';
import { MOST_FILES, tooMany } from './too-many.ts';

const S_IFMT = 0o170000;
const TYPES: Record<number, RemoteEntry['type']> = {
  0o100000: 'file',
  0o040000: 'folder',
  0o120000: 'link',
};

/** Calls a function of SFTP, with its error as one of ours. */
export function ask<T>(
  path: string,
  call: (done: (error: Error | null | undefined, value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(fileError(path, error)) : resolve(value)));
  });
}

/** Status codes of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7). */
function fileError(path: string, error: Error & { code?: unknown }): NexusError {
  const make = (name: string, message: string, hint: string) =>
    sshError(name, message, hint, { cause: error, details: { path, retryable: false } });
  if (error.code === 2)
    return make('file_not_found', `There is no ${path} on the host.`, 'Check the path.');
  if (error.code === 3)
    return make(
      'file_denied',
      `The host does not permit access to ${path}.`,
      'Check its owner and permissions, or log in as another user.',
    );
  return make('file_failed', `${path}: ${error.message}`, 'See the message.');
}

/** Does `work` in a session of SFTP and ends it. @throws NexusError `ssh.sftp_closed` where the host ends it first */
export async function overSftp<T>(
  connection: Pick<Sessions, 'sftp'>,
  work: (sftp: SFTPWrapper) => Promise<T>,
): Promise<T> {
  const sftp = await connection.sftp();
  const closed = new Promise<never>((_, reject) => {
    sftp.once('close', () =>
      reject(sshError('sftp_closed', 'The host ended the file transfer session.', 'Try again.')),
    );
  });
  closed.catch(() => undefined);
  try {
    return await Promise.race([work(sftp), closed]);
  } finally {
    sftp.end();
  }
}

/** One file, without following a link. */
export async function statOf(sftp: SFTPWrapper, path: string): Promise<RemoteEntry> {
  const stats = await ask<Stats>(path, (done) => sftp.lstat(path, done));
  return entryOf(path, stats);
}

/**
 * What is in a folder: folders first, then by name. `.` is the home folder.
 * @throws NexusError `ssh.file_*`, `ssh.too_many_files`
 */
export async function listFolder(
  sftp: SFTPWrapper,
  path: string,
  most?: number,
): Promise<{ path: string; entries: RemoteEntry[] }> {
  const real = await ask<string>(path, (done) => sftp.realpath(path, done));
  const rows = await readFolder(sftp, real, most);
  const entries = rows
    .filter((row) => row.filename !== '.' && row.filename !== '..' && isPlainName(row.filename))
    .map((row) => entryOf(posix.join(real, row.filename), row.attrs as Stats));
  const rank = (entry: RemoteEntry) => (entry.type === 'folder' ? 0 : 1);
  entries.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  return { path: real, entries };
}

// Piece by piece, and no further than `most`: a host may have a folder, or say it has, that fills the memory.
async function readFolder(
  sftp: SFTPWrapper,
  path: string,
  most = MOST_FILES,
): Promise<FileEntryWithStats[]> {
  const handle = await ask<Buffer>(path, (done) => sftp.opendir(path, done));
  const rows: FileEntryWithStats[] = [];
  try {
    for (;;) {
      const piece = await nextPiece(sftp, path, handle);
      if (!piece) return rows;
      for (const row of piece) rows.push(row);
      if (rows.length > most) throw tooMany(most);
    }
  } finally {
    sftp.close(handle, () => undefined);
  }
}

// Undefined at the end (SSH_FX_EOF); a piece of nothing would be asked for again and again.
function nextPiece(
  sftp: SFTPWrapper,
  path: string,
  handle: Buffer,
): Promise<FileEntryWithStats[] | undefined> {
  return ask(path, (done) =>
    sftp.readdir(handle as never, (error, piece) =>
      error && (error as { code?: unknown }).code === 1
        ? done(undefined, undefined)
        : done(error, piece?.length > 0 ? piece : undefined),
    ),
  );
}

// A name with a slash would lead out of the folder: no honest server sends one.
export const isPlainName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name);

/** Removes a file or an empty folder, or with `recursive` all that is in it; links are removed, not followed. Answers how many. */
export async function removePath(
  sftp: SFTPWrapper,
  path: string,
  recursive: boolean,
): Promise<number> {
  if (/^\/*$/.test(path))
    throw new NexusError({
      code: 'ssh.file_refused',
      message: 'The root folder of a host is not deleted.',
      hint: 'Name a folder in it.',
    });
  const entry = await statOf(sftp, path);
  if (entry.type !== 'folder') {
    await ask<void>(path, (done) => sftp.unlink(path, done as never));
    return 1;
  }
  let removed = 0;
  if (recursive)
    for (const child of (await listFolder(sftp, path)).entries)
      removed += await removePath(sftp, child.path, true);
  await ask<void>(path, (done) => sftp.rmdir(path, done as never));
  return removed + 1;
}

function entryOf(path: string, stats: Pick<Stats, 'mode' | 'size' | 'mtime' | 'uid' | 'gid'>) {
  return {
    name: posix.basename(path),
    path,
    type: TYPES[stats.mode & S_IFMT] ?? 'other',
    size: stats.size,
    mode: stats.mode & 0o7777,
    modified_at: new Date(stats.mtime * 1000).toISOString(),
    uid: stats.uid,
    gid: stats.gid,
  } satisfies RemoteEntry;
}
