import { cpus, freemem, platform, totalmem, uptime } from 'node:os';
import { statfs } from 'node:fs/promises';
import { collect } from './collect.ts';
import { runHere } from './local.ts';
import type { CpuTicks, Reading } from './reading.ts';

/** Looks at the machine that Nexus runs on: by the script, as any host; on Windows by what Node knows. */
export function lookHere(options: { timeoutMs: number; signal?: AbortSignal }): Promise<Reading> {
  return platform() === 'win32' ? readNode() : collect(runHere, options);
}

/** What Node tells of any system: processor, memory and the system's disk. */
export async function readNode(): Promise<Reading> {
  const cores = cpus().map(
    ({ times }): CpuTicks => ({
      user: times.user + times.nice,
      system: times.sys + times.irq,
      idle: times.idle,
      iowait: 0,
      steal: 0,
    }),
  );
  const sum = (pick: (core: CpuTicks) => number) =>
    cores.reduce((all, core) => all + pick(core), 0);
  const total = totalmem();
  const available = freemem();
  return {
    system: 'Node',
    ticksPerSecond: 1000,
    uptime: uptime(),
    ...(cores.length > 0
      ? {
          cpu: {
            total: {
              user: sum((core) => core.user),
              system: sum((core) => core.system),
              idle: sum((core) => core.idle),
              iowait: 0,
              steal: 0,
            },
            cores,
          },
        }
      : {}),
    memory: { total, available, used: total - available, free: available },
    disks: await systemDisk(),
    devices: [],
    interfaces: [],
  };
}

async function systemDisk(): Promise<Reading['disks']> {
  const mount = process.env['SystemDrive'] ? `${process.env['SystemDrive']}\\` : '/';
  try {
    const { blocks, bfree, bavail, bsize } = await statfs(mount);
    return [
      {
        mount,
        total: blocks * bsize,
        used: (blocks - bfree) * bsize,
        available: bavail * bsize,
      },
    ];
  } catch {
    // Absent, as every figure that a system does not give.
    return [];
  }
}
