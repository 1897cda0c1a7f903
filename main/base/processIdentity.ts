import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells a process from every other one that ever had its number. */
export interface ProcessIdentity {
  host: string;
  pid: number;
  /** Boot and start time; empty where that cannot be known. */
  started: string;
}

/** The identity of this process. */
export function thisProcess(): ProcessIdentity {
  return { host: hostIdentity(), pid: process.pid, started: startOf(process.pid) ?? '' };
}

/** Whether a process is gone; undefined where that cannot be seen from here (another host or container). */
export function processGone({ host, pid, started }: ProcessIdentity): boolean | undefined {
  if (host !== hostIdentity()) return undefined;
  const now = startOf(pid);
  if (now !== undefined) return now !== started;
  return !exists(pid);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What tells two processes with one number apart (proc_pid_stat(5), field 22, and the boot); undefined where that cannot be known. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Dead already, though its parent has not looked yet.
    if (fields[0] === 'Z') return 'zombie';
    const ticks = fields[19];
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${ticks}`;
  } catch {
    return undefined;
  }
}

let identity: string | undefined;

/** The host and, on Linux, the process namespace: two containers share neither. */
function hostIdentity(): string {
  if (identity === undefined) {
    let namespace = '';
    try {
      namespace = readlinkSync('/proc/self/ns/pid');
    } catch {
      // Not Linux.
    }
    identity = `${hostname()} ${namespace}`.trim();
  }
  return identity;
}
