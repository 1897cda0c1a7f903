import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFile, tempFolder } from './here.testing.ts';
import { readLocal, writeLocal } from './localFile.ts';

describe('a file that the command line was pointed to', () => {
  it('is read byte for byte', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    expect(await readLocal(tempFile(bytes))).toEqual(bytes);
  });

  it.each([
    ['that is not there', (folder: string) => join(folder, 'none'), 'there is no such file'],
    ['that is a folder', (folder: string) => folder, 'it is a folder'],
    ['below a file', () => join(tempFile(''), 'x'), 'a folder of its path is a file'],
  ])('%s is refused in words, not in codes of the system', async (_, place, reason) => {
    const file = place(tempFolder());
    await expect(readLocal(file)).rejects.toMatchObject({
      code: 'usage.invalid',
      message: `${file} cannot be read: ${reason}.`,
      hint: 'Check the path.',
    });
  });

  it('is written for this user alone', async () => {
    const file = join(tempFolder(), 'out');
    await writeLocal(file, 'secret');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is not written where its folder is missing, and that is no defect of ours', async () => {
    // Bug caught: `audit export --out` to a wrong path asked people to report a defect.
    await expect(writeLocal(join(tempFolder(), 'none', 'out'), 'x')).rejects.toMatchObject({
      code: 'usage.invalid',
      message: expect.stringContaining('its folder is not there') as string,
    });
  });
});
