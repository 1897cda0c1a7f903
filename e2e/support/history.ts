import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Gives a home eight days of figures of this machine, with a gap; in a process of its own, from source. */
export async function seedHistory(home: string): Promise<void> {
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'writeHistory.ts'), home]);
}
