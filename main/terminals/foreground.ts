import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import type { Foreground } from './channel.ts';
import { foregroundGroup } from './processGroups.ts';

/** `ps` answers in milliseconds; one that does not is not waited for. */
const PS_MS = 2000;

/**
 * What has the terminal of a shell that leads its session. On Windows, which has no foreground, every
 * shell counts as busy.
 */
export async function foregroundOf(shell: number): Promise<Foreground> {
  const group = (await foregroundGroup(shell)) ?? Number(await ask(shell, 'tpgid'));
  // Nobody has it where the shell is just ending.
  if (group === shell || group === -1) return { busy: false };
  if (!Number.isInteger(group) || group <= 0) return { busy: true };
  const program = await nameOf(group);
  return program ? { busy: true, program } : { busy: true };
}

async function nameOf(pid: number): Promise<string | undefined> {
  // The first word: the kernel's own name ends after fifteen characters.
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ask(pid, 'comm'));
  return basename(line?.split('\0')[0]?.trim() ?? '').slice(0, 80) || undefined;
}

async function ask(pid: number, field: 'tpgid' | 'comm'): Promise<string | undefined> {
  try {
    const options = { timeout: PS_MS };
    return (await promisify(execFile)('ps', ['-o', `${field}=`, '-p', String(pid)], options))
      .stdout;
  } catch {
    return undefined; // It is gone, or this system has no such ps.
  }
}
