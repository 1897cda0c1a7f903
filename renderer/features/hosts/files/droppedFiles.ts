import type { BrowserFile } from './browserFiles.ts';

/** What was dropped at once: a file, or a folder with all that is in it. */
export interface Dropped {
  name: string;
  files: BrowserFile[];
}

/** Files that the person chose, each for itself. */
export function chosenFiles(files: Iterable<File>): Dropped[] {
  return Array.from(files, (file) => ({ name: file.name, files: [{ name: file.name, file }] }));
}

/**
 * What was dropped on a page of a browser, folders opened. To be called in the very event: what was
 * dropped is gone when it is over.
 */
export async function droppedFiles(
  data: Pick<DataTransfer, 'items' | 'files'>,
): Promise<Dropped[]> {
  const entries = Array.from(data.items ?? [], (item) => item.webkitGetAsEntry?.() ?? undefined);
  const known = entries.filter((entry) => entry !== undefined);
  if (known.length === 0) return chosenFiles(data.files);
  return Promise.all(
    known.map(async (entry) => ({ name: entry.name, files: await filesOf(entry, '') })),
  );
}

async function filesOf(entry: FileSystemEntry, before: string): Promise<BrowserFile[]> {
  const name = `${before}${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ name, file }];
  }
  const found: BrowserFile[] = [];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives a hundred at a time, and nothing when that was all.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    for (const one of some) found.push(...(await filesOf(one, `${name}/`)));
  }
}
