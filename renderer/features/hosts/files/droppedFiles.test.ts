import { describe, expect, it } from 'vitest';
import { chosenFiles, droppedFiles } from './droppedFiles.ts';

type Tree = { [name: string]: string | Tree };

/** An entry as a browser hands it out: a folder gives at most two at a time. */
function entryOf(name: string, content: string | Tree): FileSystemEntry {
  if (typeof content === 'string')
    return {
      name,
      isFile: true,
      isDirectory: false,
      file: (take: (file: File) => void) => take(new File([content], name)),
    } as never;
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => {
      const left = Object.entries(content).map(([child, inside]) => entryOf(child, inside));
      return {
        readEntries: (take: (entries: FileSystemEntry[]) => void) => take(left.splice(0, 2)),
      };
    },
  } as never;
}

const dropped = (tree: Tree) => ({
  files: [] as never,
  items: Object.entries(tree).map(([name, content]) => ({
    webkitGetAsEntry: () => entryOf(name, content),
  })) as never,
});

describe('what is dropped on a page', () => {
  it('is opened to its last folder, however many entries a folder gives at a time', async () => {
    // Bug caught: only the first hundred files of a folder arrive, and nobody is told.
    const tree = {
      site: { a: '1', b: '22', c: '333', deep: { 'd e': '4444', empty: {} }, z: '5' },
      motd: 'x',
    };
    const found = await droppedFiles(dropped(tree));
    expect(
      found.map(({ name, files }) => [name, files.map((one) => [one.name, one.file.size])]),
    ).toEqual([
      [
        'site',
        [
          ['site/a', 1],
          ['site/b', 2],
          ['site/c', 3],
          ['site/deep/d e', 4],
          ['site/z', 1],
        ],
      ],
      ['motd', [['motd', 1]]],
    ]);
  });

  it('is taken file by file where the browser tells of no entries', async () => {
    const files = [new File(['1'], 'a'), new File(['2'], 'b')];
    const data = { files: files as never, items: [{}, {}] as never };
    expect(await droppedFiles(data)).toEqual(chosenFiles(files));
    expect(await droppedFiles({ files: files as never, items: undefined as never })).toHaveLength(
      2,
    );
  });

  it('that cannot be read is an error and no empty folder', async () => {
    const broken = {
      name: 'x',
      isFile: true,
      file: (_: unknown, fail: (error: Error) => void) => fail(new Error('gone')),
    };
    const items = [{ webkitGetAsEntry: () => broken }] as never;
    await expect(droppedFiles({ files: [] as never, items })).rejects.toThrow('gone');
  });
});
