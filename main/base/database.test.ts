import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from './database.ts';

describe('a database that cannot be opened', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nexus-database-'));
    writeFileSync(join(folder, 'file'), 'not a folder');
    writeFileSync(join(folder, 'damaged.db'), 'this is no database, '.repeat(100));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['file/nexus.db', 'file/deeper/nexus.db'])(
    'says that a file is in the place of a folder: %s',
    (path) => {
      // Bug caught: a person reads EEXIST and is sent to a log that cannot exist either.
      expect(() => openDatabase(join(folder, path))).toThrow(
        expect.objectContaining({
          code: 'database.unavailable',
          hint: expect.stringContaining('NEXUS_HOME') as string,
        }) as Error,
      );
    },
  );

  it('says that it is damaged, and how to rescue what can be read', () => {
    expect(() => openDatabase(join(folder, 'damaged.db'))).toThrow(
      expect.objectContaining({
        code: 'database.corrupt',
        hint: expect.stringContaining('.recover') as string,
      }) as Error,
    );
  });
});
