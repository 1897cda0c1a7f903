import { readFile } from 'node:fs/promises';

/** Between asking a shell to end and ending it. */
const GRACE_MS = 1500;

/**
 * Ends a shell and what runs in its foreground as a terminal that is closed does: SIGHUP, and
 * SIGKILL for those two process groups when they are still there after a moment. What was put out
 * of reach on purpose (`nohup`, `setsid`, `tmux`) lives on.
 *
 * @param leader process id of the shell, which leads its session and its group
 */
export async function hangUp(leader: number, graceMs = GRACE_MS): Promise<void> {
  const groups = [...new Set([leader, await foregroundGroup(leader)])].filter(
    (group): group is number => group !== undefined && group > 1,
  );
  for (const group of groups) {
    signal(group, 'SIGHUP');
    // One that is stopped would sleep through it.
    signal(group, 'SIGCONT');
  }
  const deadline = Date.now() + graceMs;
  while (groups.some((group) => signal(group, 0)) && Date.now() < deadline)
    await new Promise((go) => setTimeout(go, 20));
  for (const group of groups) signal(group, 'SIGKILL');
}

function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, name);
  } catch {
    return false; // Nobody of the group is left.
  }
}

/**
 * The process group that has the terminal of the session that `pid` leads; undefined where it cannot
 * be told. proc(5): after the name in parentheses come state, ppid, pgrp, session, tty_nr, tpgid.
 */
export async function foregroundGroup(pid: number): Promise<number | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return Number(fields[5]);
  } catch {
    return undefined; // Not on Linux, or gone already: the hang-up of the terminal reaches it.
  }
}
