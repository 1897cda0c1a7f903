import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unzip } from './unzip.ts';

/** A zip archive with one stored file (APPNOTE.TXT 4.3), made by "Unix" with the given mode. */
function archiveOf(name: string, content: string, mode: number): Buffer {
  const path = Buffer.from(name);
  const body = Buffer.from(content);
  const sizes = [crc32(body), body.length, body.length];
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  sizes.forEach((value, at) => local.writeUInt32LE(value, 14 + 4 * at));
  local.writeUInt16LE(path.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(3 << 8, 4);
  sizes.forEach((value, at) => central.writeUInt32LE(value, 16 + 4 * at));
  central.writeUInt16LE(path.length, 28);
  central.writeUInt32LE((mode << 16) >>> 0, 38);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + path.length, 12);
  end.writeUInt32LE(local.length + path.length + body.length, 16);
  return Buffer.concat([local, path, body, central, path, end]);
}

describe('unzip', () => {
  let folder: string;
  let archive: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nexus-unzip-'));
    archive = join(folder, 'a.zip');
    writeFileSync(archive, archiveOf('dir/run', 'hello', 0o100755));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes what is wanted, under its new name, with its permissions', async () => {
    // Bug caught: the extracted executable cannot be executed.
    expect(await unzip(archive, join(folder, 'out'), () => 'bin/electron')).toBe(1);
    expect(readFileSync(join(folder, 'out', 'bin', 'electron'), 'utf8')).toBe('hello');
    expect(statSync(join(folder, 'out', 'bin', 'electron')).mode & 0o777).toBe(0o755);
  });

  it('leaves what is not wanted', async () => {
    expect(await unzip(archive, join(folder, 'none'), () => undefined)).toBe(0);
  });

  it('does not write outside its folder', async () => {
    // Bug caught: a file name in an archive overwrites a file of the user.
    await expect(unzip(archive, join(folder, 'out'), () => '../evil')).rejects.toThrow('unsafe');
  });
});
