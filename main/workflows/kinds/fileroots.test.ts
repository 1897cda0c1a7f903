import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInside, safePath } from './fileroots.ts';

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'nexus-fileroots-')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a path that a file step may touch', () => {
  const name = fc.constantFrom('a', 'b', 'link', 'up', 'loop', '..', '.', 'c d', '...');
  const path = fc.array(name, { minLength: 1, maxLength: 7 }).map((parts) => parts.join('/'));

  it('lies inside by what the kernel says, whatever dots and links it goes through', async () => {
    const root = join(folder, 'root');
    const outside = join(folder, 'outside');
    mkdirSync(join(root, 'a', 'b'), { recursive: true });
    mkdirSync(join(outside, 'a'), { recursive: true });
    writeFileSync(join(outside, 'a', 'b'), 'secret');
    symlinkSync(outside, join(root, 'link'));
    symlinkSync('..', join(root, 'a', 'up'));
    symlinkSync('../..', join(root, 'a', 'b', 'up'));
    symlinkSync('loop', join(root, 'loop'));
    symlinkSync(join('..', '..', 'outside'), join(root, 'a', 'link'));
    await fc.assert(
      fc.asyncProperty(path, fc.boolean(), async (text, absolute) => {
        const written = absolute ? join(root, text) : text;
        const safe = await safePath(written, [root], true).catch(() => undefined);
        if (safe === undefined) return;
        expect(isInside(safe.path, root), written).toBe(true);
        let real: string;
        try {
          real = realpathSync(resolve(root, text));
        } catch {
          return; // What is not there yet has no real path.
        }
        expect(safe.path).toBe(real);
      }),
      { numRuns: 1500 },
    );
  });

  it('is not refused when it does lie inside', async () => {
    const root = join(folder, 'plain');
    mkdirSync(join(root, 'x', 'y'), { recursive: true });
    const inside = fc.array(fc.constantFrom('x', 'y', 'new', '.', 'é', '..x', '-r'), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(inside, async (parts) => {
        const safe = await safePath(parts.join('/'), [root], true);
        expect(safe).toEqual({ path: resolve(root, parts.join('/')), root });
      }),
    );
  });

  it('is inside a folder exactly when the folder is one of its parents', () => {
    const absolute = fc
      .array(fc.constantFrom('a', 'b', 'aa', '..a'), { maxLength: 4 })
      .map((p) => `/${p.join('/')}`);
    fc.assert(
      fc.property(absolute, absolute, (one, other) => {
        const path = resolve(one);
        const root = resolve(other);
        expect(isInside(path, root)).toBe(
          path === root || root === '/' || path.startsWith(`${root}/`),
        );
      }),
    );
  });
});
