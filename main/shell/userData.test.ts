import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userDataFolder } from './userData.ts';

let home: string;
const made: string[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nexus-shell-'));
});
afterEach(() => {
  for (const folder of [home, ...made.splice(0)]) rmSync(folder, { recursive: true, force: true });
});

describe('the folder of the browser in the window', () => {
  it('lies in the home, so that two homes have a window each, for this user alone', () => {
    // Bug caught: a second home finds the lock of the first, and its window never opens.
    const folder = userDataFolder(home);
    expect(folder).toBe(join(home, 'window'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(userDataFolder(home)).toBe(folder);
  });

  it('is made together with a home that is not there yet', () => {
    const deep = join(home, 'a', 'b');
    expect(existsSync(userDataFolder(deep))).toBe(true);
  });

  it('is a temporary one where the home cannot be written, so that the window can say so', () => {
    // Bug caught: on a full or read-only disk nothing opens, and nobody learns why.
    const file = join(home, 'file');
    writeFileSync(file, 'in the way');
    const folder = userDataFolder(file);
    made.push(folder);
    expect(dirname(folder)).toBe(tmpdir());
    expect(basename(folder)).toMatch(/^nexus-window-/);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const other = userDataFolder(file);
    made.push(other);
    expect(other).not.toBe(folder);
  });
});
