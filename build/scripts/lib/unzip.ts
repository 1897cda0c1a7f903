import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, isAbsolute } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry } from 'yauzl';

/**
 * Extracts from a zip archive the files for which `target` answers a path below `into`, with the
 * permissions they carry. Directories are made as needed.
 *
 * @returns the number of files written.
 * @throws when the archive is damaged or a target leaves `into`.
 */
export async function unzip(
  archive: string,
  into: string,
  target: (name: string) => string | undefined,
): Promise<number> {
  const zip = await openPromise(archive, { lazyEntries: true, autoClose: false });
  let written = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.endsWith('/') ? undefined : target(entry.fileName);
      if (name === undefined) continue;
      const path = join(into, name);
      const inside = relative(into, path);
      if (inside.startsWith('..') || isAbsolute(inside)) throw new Error(`unsafe path: ${name}`);
      await mkdir(dirname(path), { recursive: true });
      const content = await zip.openReadStreamPromise(entry);
      await pipeline(content, createWriteStream(path, { mode: modeOf(entry) }));
      written += 1;
    }
  } finally {
    zip.close();
  }
  return written;
}

// The high half of the external attributes is the Unix mode (APPNOTE.TXT 4.4.15, host 3).
function modeOf(entry: Entry): number {
  return (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
}
