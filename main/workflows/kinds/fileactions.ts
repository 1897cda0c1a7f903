import { constants } from 'node:fs';
import { lstat, mkdir, opendir, readFile, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import { atomicWrite, permissions } from '#main/base/files.ts';
import { utf8Text } from '#main/base/utf8.ts';
import { fileError, openInside, safePath, type SafePath } from './fileroots.ts';

/** Limits and choices shared by the actions. */
export interface FileOptions {
  encoding: 'utf8' | 'base64';
  maxBytes: number;
  overwrite: boolean;
  recursive: boolean;
  mode: number | undefined;
}

/** @throws NexusError `file.missing`, `file.too_large`, `file.not_text`, `file.outside`, … */
export async function readContent(
  at: SafePath,
  options: FileOptions,
): Promise<Record<string, Json>> {
  const bytes = await readBytes(at, options.maxBytes);
  return {
    path: at.path,
    bytes: bytes.length,
    content: options.encoding === 'base64' ? bytes.toString('base64') : textOf(bytes, at.path),
  };
}

async function readBytes(at: SafePath, limit: number): Promise<Buffer> {
  const handle = await openInside(at, constants.O_RDONLY);
  try {
    const { size } = await handle.stat();
    if (size > limit) throw tooLarge(at.path, size, limit);
    const bytes = await handle.readFile();
    // Files in /proc, and files that grow, have more than their size says.
    if (bytes.length > limit) throw tooLarge(at.path, bytes.length, limit);
    return bytes;
  } finally {
    await handle.close();
  }
}

function textOf(bytes: Buffer, path: string): string {
  const text = utf8Text(bytes, true);
  if (text !== undefined) return text;
  throw new NexusError({
    code: 'file.not_text',
    message: `${path} is not UTF-8 text.`,
    hint: 'Read it with `encoding: base64`.',
    details: { retryable: false },
  });
}

/** Replaces a file whole; permissions of one that was there are kept. */
export async function writeContent(at: SafePath, bytes: Buffer, options: FileOptions) {
  checkSize(at.path, bytes, options.maxBytes);
  await mkdir(dirname(at.path), { recursive: true });
  const before = await statOf(at.path);
  if (before && !options.overwrite)
    throw fileError(Object.assign(new Error(), { code: 'EEXIST' }), at.path);
  if (before && !before.isFile())
    throw fileError(Object.assign(new Error(), { code: 'EISDIR' }), at.path);
  const mode = options.mode ?? (before ? permissions(before) : undefined);
  // The folders that were just made may have been swapped: look again.
  await safePath(at.path, [at.root], false);
  await atomicWrite(at.path, bytes, mode === undefined ? {} : { mode });
  return { path: at.path, bytes: bytes.length, created: before === undefined };
}

/** Adds to the end of a file, in one write, and syncs it. */
export async function appendContent(at: SafePath, bytes: Buffer, options: FileOptions) {
  checkSize(at.path, bytes, options.maxBytes);
  await mkdir(dirname(at.path), { recursive: true });
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
  const handle = await openInside(at, flags, options.mode ?? 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    return { path: at.path, bytes: bytes.length, size: (await handle.stat()).size };
  } finally {
    await handle.close();
  }
}

/** Copies one file, atomically at its destination. */
export async function copyFile(from: SafePath, to: SafePath, options: FileOptions) {
  const bytes = await readBytes(from, options.maxBytes);
  const mode = permissions(await lstat(from.path)) & 0o777;
  const written = await writeContent(to, bytes, { ...options, mode: options.mode ?? mode });
  return { ...written, from: from.path };
}

/** Renames; across file systems a file is copied and then removed. */
export async function moveFile(from: SafePath, to: SafePath, options: FileOptions) {
  await mkdir(dirname(to.path), { recursive: true });
  if (!options.overwrite && (await statOf(to.path)))
    throw fileError(Object.assign(new Error(), { code: 'EEXIST' }), to.path);
  await safePath(to.path, [to.root], false);
  try {
    await rename(from.path, to.path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw fileError(error, from.path);
    await copyFile(from, to, { ...options, maxBytes: Number.MAX_SAFE_INTEGER });
    await unlink(from.path);
  }
  return { path: to.path, from: from.path };
}

/** Deletes a file, a link (not what it points to), or a folder. */
export async function deleteFile(at: SafePath, options: FileOptions) {
  if (at.path === at.root)
    throw new NexusError({
      code: 'file.outside',
      message: `${at.path} is an allowed folder itself and is not deleted.`,
      hint: 'Delete what is in it.',
      details: { retryable: false },
    });
  const stats = await statOf(at.path);
  if (!stats) return { path: at.path, deleted: false };
  if (!stats.isDirectory()) await unlink(at.path);
  // rm does not follow links inside: it removes them.
  else if (options.recursive) await rm(at.path, { recursive: true });
  else await rmdir(at.path);
  return { path: at.path, deleted: true };
}

const MAX_ENTRIES = 100_000;

/** The entries below a folder, sorted by path; links are named, not followed. */
export async function listFolder(at: SafePath, options: FileOptions) {
  const entries: { path: string; name: string; type: string; size: number; modified_at: string }[] =
    [];
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for await (const entry of await opendir(join(at.path, folder))) {
      const path = join(folder, entry.name);
      const stats = await statOf(join(at.path, path));
      if (!stats) continue; // Gone since.
      if (entries.length >= MAX_ENTRIES) throw tooMany(at.path);
      entries.push({
        path,
        name: basename(path),
        type: stats.isDirectory()
          ? 'folder'
          : stats.isFile()
            ? 'file'
            : stats.isSymbolicLink()
              ? 'link'
              : 'other',
        size: stats.size,
        modified_at: stats.mtime.toISOString(),
      });
      if (stats.isDirectory() && options.recursive) pending.push(path);
    }
  }
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { path: at.path, entries, count: entries.length };
}

/** What is at a path, without following a link there; undefined where there is nothing. */
export async function statOf(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError(error, path);
  }
}

/**
 * Copies what a write is about to replace to `backup`, for its rollback; where nothing was there,
 * an empty file `backup.none` says so. What an earlier attempt kept is the truth and stays.
 */
export async function keepPrevious(at: SafePath, backup: string, limit: number) {
  if (await statOf(`${backup}.none`)) return { created: true };
  if (await statOf(backup)) return { created: false, backup };
  const stats = await statOf(at.path);
  if (!stats) {
    await atomicWrite(`${backup}.none`, '');
    return { created: true };
  }
  if (!stats.isFile() || stats.size > limit) return { created: false };
  await atomicWrite(backup, await readBytes(at, limit), { mode: permissions(stats) });
  return { created: false, backup };
}

/** Puts a kept copy back. */
export async function putBack(at: SafePath, backup: string): Promise<void> {
  await atomicWrite(at.path, await readFile(backup), { mode: permissions(await lstat(backup)) });
  await rm(backup, { force: true });
}

function checkSize(path: string, bytes: Buffer, limit: number): void {
  if (bytes.length > limit) throw tooLarge(path, bytes.length, limit);
}

function tooLarge(path: string, bytes: number, limit: number): NexusError {
  return new NexusError({
    code: 'file.too_large',
    message: `${path} has ${bytes} bytes, more than the limit of ${limit}.`,
    hint: 'Raise `max_bytes`, or work on the file with a shell step.',
    details: { bytes, limit, retryable: false },
  });
}

function tooMany(path: string): NexusError {
  return new NexusError({
    code: 'file.too_many',
    message: `There are more than ${MAX_ENTRIES} entries below ${path}.`,
    hint: 'List a smaller folder.',
    details: { retryable: false },
  });
}
