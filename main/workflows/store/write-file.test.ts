import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NexusError } from '#main/base/errors.ts';
import { fileError } from './file-error.ts';
import { writeFileAtomically } from './write-file.ts';
import { withPlace } from './store.testing.ts';

let home: string;
withPlace('memory', (place) => ({ home } = place));

describe('writing a file', () => {
  test('leaves no other file behind, is for its user alone, and keeps every byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (content) => {
        const file = join(home, 'x.yaml');
        const kept = Buffer.from(content).toString();
        await writeFileAtomically(file, kept);
        expect(readFileSync(file, 'utf8')).toBe(kept);
        expect(statSync(file).mode & 0o077).toBe(0);
        expect(readdirSync(home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('that fails leaves nothing behind, and says which file and what to do', async () => {
    const file = join(home, 'missing', 'x.yaml');
    const error = await writeFileAtomically(file, 'x').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'file.unavailable', kind: 'operational' });
    expect((error as NexusError).message).toContain(file);
    expect((error as NexusError).hint).toBeTruthy();
    expect(readdirSync(home)).not.toContain('missing');
  });

  test.each([
    ['ENOSPC', 'file.full'],
    ['EDQUOT', 'file.full'],
    ['EACCES', 'file.read_only'],
    ['EROFS', 'file.read_only'],
    ['EIO', 'file.unavailable'],
  ])('%s is told as %s, once', (code, told) => {
    const thrown = Object.assign(new Error('no'), { code });
    const error = fileError(thrown, '/x') as NexusError;
    expect(error.code).toBe(told);
    expect(fileError(error, '/y')).toBe(error);
  });

  test('a defect of ours is not told as a problem of the disk', () => {
    const defect = new TypeError('x is not a function');
    expect(fileError(defect, '/x')).toBe(defect);
  });
});
