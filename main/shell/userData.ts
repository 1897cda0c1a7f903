import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder for what Chromium itself keeps (cache, the single-instance lock). It lies in the home,
 * so that each NEXUS_HOME has a window of its own; where the home cannot be written, a temporary
 * folder takes its place, so that the window can still open and say so.
 */
export function userDataFolder(home: string): string {
  const folder = join(home, 'window');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return mkdtempSync(join(tmpdir(), 'nexus-window-'));
  }
}
