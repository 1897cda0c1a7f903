import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitToScreens, readWindowState, writeWindowState } from './windowState.ts';

const laptop = { x: 0, y: 0, width: 1440, height: 900 };
const second = { x: 1440, y: 0, width: 1920, height: 1080 };

describe("the window's place", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nexus-window-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('survives a restart', async () => {
    const file = join(folder, 'window.json');
    const state = { x: 10, y: 20, width: 800, height: 600, maximized: true };
    await writeWindowState(file, state);
    expect(await readWindowState(file)).toEqual(state);
    expect(readdirSync(folder)).toEqual(['window.json']);
  });

  it.each(['', '{', '[]', '{"width":1e9,"height":1,"maximized":0}', '{"width":"800"}'])(
    'is the initial one when the file says %s',
    async (content) => {
      // Bug caught: a half-written file keeps the app from opening.
      const file = join(folder, 'damaged.json');
      writeFileSync(file, content);
      expect(await readWindowState(file)).toEqual({ width: 1440, height: 900, maximized: false });
    },
  );

  it('ignores a folder that cannot be written', async () => {
    // Bug caught: a read-only home ends the app with an unhandled rejection at closing.
    const file = join(folder, 'none', 'window.json');
    await expect(
      writeWindowState(file, { width: 800, height: 600, maximized: false }),
    ).resolves.toBeUndefined();
  });

  it('stays on its screen, and comes back when that screen is gone', () => {
    // Bug caught: after a monitor was unplugged the window opens where nobody can see it.
    const state = { x: 2000, y: 100, width: 1000, height: 700, maximized: false };
    expect(fitToScreens(state, [laptop, second])).toEqual(state);
    const fitted = fitToScreens(state, [laptop]);
    expect([fitted.x, fitted.y]).toEqual([undefined, undefined]);
  });

  it('is never larger than its screen, for any state', () => {
    // Bug caught: a state from a big monitor puts the window's lower edge out of reach.
    const side = fc.integer({ min: 400, max: 16_384 });
    const place = fc.option(fc.integer({ min: -20_000, max: 20_000 }), { nil: undefined });
    const state = fc.record({ x: place, y: place, width: side, height: side });
    fc.assert(
      fc.property(state, fc.subarray([laptop, second]), (some, areas) => {
        const fitted = fitToScreens({ ...some, maximized: false }, areas);
        const widest = Math.max(some.width, ...areas.map((area) => area.width));
        expect(fitted.width).toBeGreaterThanOrEqual(360);
        expect(fitted.height).toBeGreaterThanOrEqual(400);
        expect(fitted.width).toBeLessThanOrEqual(widest);
      }),
    );
  });
});
