import { lstat, mkdir } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import type { RemoteEntry, TransferInput } from '#contract/hostFiles.ts';
import type { NexusError } from '#main/base/errors.ts';
import type { Sessions } from '../connection/connection.ts';
import { expandHome } from '../connection/auth-files.ts';
import { sshError } from '../connection/errors.ts';
import { isPlainName, listFolder, overSftp } from './browse.ts';
import { pathWord } from './remote-path.ts';
import { script } from './script.ts';
import { MOST_FILES, tooMany } from './too-many.ts';

/** One file of a transfer. */
export interface Item {
  from: string;
  to: string;
  size: number;
  mtime: number;
}

/** What a transfer is to do. */
export interface Plan {
  items: Item[];
  /** Done before the files. */
  prepare?(): Promise<void>;
  /** Which of the items are there already. */
  present?(): Promise<Set<string>>;
}

/** What fetching a file or a folder comes to. Links are not followed and not copied. @throws NexusError `ssh.*` */
export async function planDownload(connection: Sessions, request: TransferInput): Promise<Plan> {
  const from = request.from;
  const kind = await script(
    connection,
    `s=${pathWord(from)}; if [ -d "$s" ]; then cd "$s" && printf '%s' "$PWD"; else printf f; fi`,
    'download_failed',
  );
  const to = resolve(expandHome(request.to)) + (/[/\\]$/.test(request.to) ? '/' : '');
  if (kind === 'f') return { items: [{ from, to, size: 0, mtime: 0 }] };
  return overSftp(connection, async (sftp) => {
    const there = await lstat(to).catch(() => undefined);
    const inside = there?.isDirectory() === true || to.endsWith('/');
    const name = posix.basename(kind);
    // The root of a host has no name: what is in it goes into the folder itself.
    const base = inside && name !== '' ? join(to, localName(name)) : to;
    const list = async (path: string) => (await listFolder(sftp, path)).entries;
    const { items, folders } = await filesBelow(kind, base, list);
    const prepare = async () => {
      for (const folder of folders) await mkdir(folder, { recursive: true });
    };
    return { items, prepare, present: () => sameHere(items) };
  });
}

/**
 * All files of a host's folder, each with its place below `to`, and the places of the folders. Made of
 * names alone: a path is what the host makes of it, and may lead anywhere. What is neither file nor
 * folder is left out.
 *
 * @param most files, folders and others together
 * @throws NexusError `ssh.name_refused`, `ssh.too_many_files`
 */
export async function filesBelow(
  from: string,
  to: string,
  list: (path: string) => Promise<RemoteEntry[]>,
  most = MOST_FILES,
): Promise<{ items: Item[]; folders: string[] }> {
  const items: Item[] = [];
  let seen = 0;
  const folders = [{ from, to }];
  // Those that are found on the way are gone through too.
  for (const folder of folders)
    for (const { name, path, type, size, modified_at } of await list(folder.from)) {
      // Also of what is left out: a host may make folders without end.
      if ((seen += 1) > most) throw tooMany(most);
      if (type !== 'folder' && type !== 'file') continue;
      const target = join(folder.to, localName(name));
      if (type === 'folder') folders.push({ from: path, to: target });
      else
        items.push({
          from: path,
          to: target,
          size,
          mtime: Math.floor(Date.parse(modified_at) / 1000),
        });
    }
  return { items, folders: folders.map((folder) => folder.to) };
}

const NOT_ON_WINDOWS = /[<>:"\\|?*]/;

/**
 * A name that a host gave, as a name in a folder of this machine; on Windows a backslash or a colon
 * would lead out of it.
 * @throws NexusError `ssh.name_refused`
 */
export function localName(name: string, platform: NodeJS.Platform = process.platform): string {
  if (isPlainName(name) && !(platform === 'win32' && NOT_ON_WINDOWS.test(name))) return name;
  throw sshError(
    'name_refused',
    `${JSON.stringify(name)} cannot be the name of a file on this machine.`,
    'Rename it on the host, or fetch the other files without it.',
    { details: { name, retryable: false } },
  );
}

/** The error for a name that is no UTF-8: a replacement stands where its bytes were, and no file has that name. */
export function nameLost(path: string): NexusError {
  return sshError(
    'name_refused',
    `${path} has a name that is not UTF-8, and cannot be named.`,
    'Rename it, or pack its folder with tar and send the archive.',
    { details: { path, retryable: false } },
  );
}

/** What stands for bytes that are no UTF-8. */
export const REPLACEMENT = '\uFFFD';

async function sameHere(items: Item[]): Promise<Set<string>> {
  const same = new Set<string>();
  for (const item of items) {
    const info = await lstat(item.to).catch(() => undefined);
    if (info?.isFile() && info.size === item.size && Math.floor(info.mtimeMs / 1000) === item.mtime)
      same.add(item.to);
  }
  return same;
}
