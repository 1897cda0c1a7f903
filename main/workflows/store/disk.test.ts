import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WorkflowStore } from './index.ts';
import { codeOf, operationsOn, valid, withStore, type Place } from './store.testing.ts';

let home: string;
let dir: string;
let newStore: Place['newStore'];
let store: WorkflowStore;
withStore((place) => ({ home, dir, newStore, store } = place));

describe('the disk', () => {
  test('a crash while a file is written leaves the old one whole', async () => {
    const file = join(dir, 'one.yaml');
    await writeFile(file, valid(1));
    for (const point of ['workflow.file.written', 'workflow.file.synced']) {
      const script = `import { writeFileAtomically } from '#main/workflows/store/write-file.ts'; await writeFileAtomically(${JSON.stringify(file)}, 'new');`;
      const run = () =>
        execFileSync(process.execPath, ['--input-type=module', '-e', script], {
          env: { ...process.env, NEXUS_FAILPOINT: point },
          stdio: 'pipe',
        });
      expect(run).toThrow(expect.objectContaining({ signal: 'SIGKILL' }));
      expect(await readFile(file, 'utf8')).toBe(valid(1));
    }
    await store.refresh();
    expect(store.files().map((f) => f.name)).toEqual(['one']);
  });

  test('a place that cannot be written is a clear error, and opening goes on', async () => {
    // A file where the folder should be fails for root as well, whom permissions do not stop.
    await rm(dir, { recursive: true });
    await writeFile(dir, 'not a folder');
    const again = newStore();
    await again.open();
    expect(again.files()).toEqual([]);
    expect(await codeOf(again.save('one', valid(), undefined))).toBe('file.unavailable');
  });

  test('no name leads out of the folder', async () => {
    const { create, save, rename, remove, restore, get } = operationsOn(store);
    await create({ name: 'one', source: valid() });
    const evil = fc.oneof(
      fc.constantFrom(
        '../evil',
        '..',
        '.',
        '/etc/evil',
        'a/b',
        'a\\b',
        '',
        'x\0y',
        '.hidden',
        'ü',
        'A',
        'a'.repeat(101),
        'evil.yaml/../../x',
      ),
      fc
        .tuple(fc.string({ maxLength: 5 }), fc.constantFrom('/', '\\', '..', '\0'))
        .map(([a, b]) => `${b}${a}`),
    );
    await fc.assert(
      fc.asyncProperty(evil, async (name) => {
        const codes = await Promise.all(
          [
            async () => create({ name, source: valid() }),
            async () => save({ name, source: valid() }),
            async () => rename('one', name),
            async () => remove(name),
            async () => restore(name),
            async () => restore(`${name}--t_1.yaml`),
            async () => get(name),
          ].map((call) => codeOf(call())),
        );
        expect(['workflow.name', 'workflow.not_found']).toEqual(
          expect.arrayContaining([...new Set(codes)]),
        );
      }),
      { numRuns: 60 },
    );
    expect(await readdir(dir)).toEqual(['one.yaml']);
    expect((await readdir(home)).filter((f) => !f.startsWith('nexus.db'))).toEqual(['workflows']);
    expect(existsSync(join(dir, '..', 'evil'))).toBe(false);
    expect((await stat(join(dir, 'one.yaml'))).mode & 0o077).toBe(0);
  });
});
