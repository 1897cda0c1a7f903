import { constants } from 'node:fs';
import { lstat, open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { NexusError } from '#main/base/errors.ts';

/** A path that was found to lie inside an allowed folder. */
export interface SafePath {
  /** Absolute; every existing folder on the way is real (no symlink). */
  path: string;
  /** The allowed folder, real. */
  root: string;
}

/**
 * Turns a path from a workflow into one inside the allowed folders. A relative path is below the
 * first of them. The deepest existing folder is resolved through all symlinks before it is
 * compared, so that neither `..` nor a link leads out.
 *
 * @param follow whether a symlink at the very end is followed (and must lead inside) or meant itself
 * @throws NexusError `file.outside`
 */
export async function safePath(
  text: string,
  roots: readonly string[],
  follow: boolean,
): Promise<SafePath> {
  if (text.includes('\0')) throw outside(text);
  const home = text === '~' || text.startsWith('~/') ? join(homedir(), text.slice(1)) : text;
  const wanted = isAbsolute(home) ? resolve(home) : resolve(roots[0] ?? '/nonexistent', home);
  const real = await realPart(wanted, follow);
  for (const root of roots) {
    const realRoot = await realPart(resolve(root), true);
    if (isInside(real, realRoot)) return { path: real, root: realRoot };
  }
  throw outside(text);
}

/** Whether `path` is `root` or lies below it; both absolute. */
export function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Resolves what exists of a path and appends the rest. A link that leads nowhere is refused, since writing would follow it. */
async function realPart(path: string, follow: boolean): Promise<string> {
  const missing: string[] = [];
  let at = path;
  for (;;) {
    if (at === path && !follow) {
      missing.unshift(relative(dirname(at), at));
      at = dirname(at);
      continue;
    }
    try {
      return join(await realpath(at), ...missing);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' && (await isLink(at))) throw outside(path);
      if (code !== 'ENOENT' || at === dirname(at)) throw fileError(error, path);
      missing.unshift(relative(dirname(at), at));
      at = dirname(at);
    }
  }
}

const isLink = (path: string) =>
  lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );

/**
 * Opens a file that {@link safePath} approved. A symlink that was put there since is refused
 * (O_NOFOLLOW), devices and pipes are (O_NONBLOCK keeps a pipe from blocking the open), and on
 * Linux the opened file itself is asked where it lies, so that a folder swapped for a link in
 * between does not lead out.
 */
export async function openInside(
  { path, root }: SafePath,
  flags: number,
  mode = 0o600,
): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(
      path,
      flags | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
      mode,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw outside(path);
    throw fileError(error, path);
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile())
      throw new NexusError({
        code: 'file.not_a_file',
        message: `${path} is not an ordinary file.`,
        hint: 'Name a file. Folders can be listed, copied nowhere, and deleted with `recursive`.',
        details: { retryable: false },
      });
    if (process.platform === 'linux') {
      const real = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => path);
      if (!isInside(real.replace(/ \(deleted\)$/, ''), root)) throw outside(path);
    }
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function outside(path: string): NexusError {
  return new NexusError({
    code: 'file.outside',
    message: `${path} lies outside the folders that this workflow may touch, or leads out of them.`,
    hint: 'Add its folder to `file_roots` of the workflow, or use a path below the run’s own folder.',
    details: { retryable: false },
  });
}

const MESSAGES: Record<string, [code: string, what: string, hint: string]> = {
  ENOENT: ['missing', 'does not exist', 'Check the path, or set `missing: ignore`.'],
  EEXIST: ['exists', 'exists already', 'Set `overwrite: true`, or choose another name.'],
  EACCES: ['denied', 'may not be accessed', 'Give the user that runs Nexus access to it.'],
  EPERM: ['denied', 'may not be changed', 'Give the user that runs Nexus access to it.'],
  ENOSPC: ['disk_full', 'cannot be written: the disk is full', 'Free some space and retry.'],
  EROFS: ['denied', 'lies on a read-only disk', 'Choose another folder.'],
  EISDIR: ['not_a_file', 'is a folder', 'Name a file.'],
  ENOTDIR: ['missing', 'leads through something that is no folder', 'Check the path.'],
  ENOTEMPTY: ['not_empty', 'is not empty', 'Set `recursive: true` to delete what is in it.'],
};

/** The {@link NexusError} for what the file system said about `path`; a NexusError passes through. */
export function fileError(error: unknown, path: string): NexusError {
  if (error instanceof NexusError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const [name, what, hint] = MESSAGES[code] ?? [
    'failed',
    `cannot be used: ${message}`,
    'See the message.',
  ];
  return new NexusError({
    code: `file.${name}`,
    message: `${path} ${what}.`,
    hint,
    kind: 'operational',
    cause: error,
  });
}
