import { parseDisks } from './disks.ts';
import type { CpuTicks, Memory, Reading, ReadProcess } from './reading.ts';
import { amount, distinct, label, lines } from './text.ts';

const MOST_CORES = 512;
const MOST_DEVICES = 32;
const MOST_PROCESSES = 4096;

type Sections = ReadonlyMap<string, string>;

/** Reads what the script printed on Linux; formats: proc(5), Documentation/admin-guide/iostats.rst. */
export function parseLinux(sections: Sections): Reading {
  const uptime = amount(sections.get('/proc/uptime')?.split(/\s/, 1)[0]);
  const bits = sections.get('bits')?.trim();
  const { memory, swap } = parseMeminfo(sections.get('/proc/meminfo'));
  const load = (sections.get('/proc/loadavg') ?? '').split(/\s+/, 3).map(amount);
  const cpu = parseStat(sections.get('/proc/stat'));
  const page = amount(sections.get('page')?.trim());
  const boot = /^[0-9a-f-]{36}$/.exec(
    sections.get('/proc/sys/kernel/random/boot_id')?.trim() ?? '',
  );
  return {
    system: 'Linux',
    ...(boot ? { boot: boot[0] } : {}),
    ...(uptime === undefined ? {} : { uptime }),
    ...(bits === '32' || bits === '64' ? { bits: bits === '32' ? 32 : 64 } : {}),
    // Linux shows 100 to programs whatever the kernel counts in; only Alpha ever differed.
    ticksPerSecond: amount(sections.get('tick')?.trim()) || 100,
    ...(cpu ? { cpu } : {}),
    ...(memory ? { memory } : {}),
    ...(swap ? { swap } : {}),
    ...(load.length === 3 && load.every((one) => one !== undefined)
      ? { load: load as [number, number, number] }
      : {}),
    disks: parseDisks(sections.get('df')),
    devices: parseDiskstats(sections.get('/proc/diskstats')),
    interfaces: parseNetDev(sections.get('/proc/net/dev')),
    processes: parseProcesses(sections.get('processes'), page),
  };
}

// user nice system idle iowait irq softirq steal guest guest_nice; guests are counted in user already.
function parseStat(section: string | undefined): Reading['cpu'] {
  let total: CpuTicks | undefined;
  const cores: CpuTicks[] = [];
  for (const line of lines(section)) {
    const [name = '', ...rest] = line.trim().split(/\s+/, 11);
    const core = /^cpu(\d{0,4})$/.exec(name)?.[1];
    const numbers = rest.map(amount);
    if (core === undefined || numbers.length < 4 || numbers.includes(undefined)) continue;
    const [user, nice, kernel, idle, iowait = 0, irq = 0, softirq = 0, steal = 0] =
      numbers as number[];
    const ticks = {
      user: user! + nice!,
      system: kernel! + irq + softirq,
      idle: idle!,
      iowait,
      steal,
    };
    if (core === '') total ??= ticks;
    // A core that is switched off is missing: the others keep their numbers.
    else if (Number(core) < MOST_CORES) cores[Number(core)] ??= ticks;
  }
  return total && { total, cores };
}

/**
 * Memory as `free` of procps-ng 4 counts it: used is total − available. Kernels before 3.14 do not
 * say what is available; there it is free + buffers + cache, as `free` of their time had it.
 */
function parseMeminfo(section: string | undefined): {
  memory?: Memory;
  swap?: { total: number; used: number };
} {
  const bytes = new Map<string, number>();
  for (const line of lines(section)) {
    const [, name = '', kib] = /^([A-Za-z_()0-9]{1,40}):\s+(\d+) kB\s*$/.exec(line) ?? [];
    const value = amount(kib);
    if (value !== undefined && !bytes.has(name)) bytes.set(name, value * 1024);
  }
  const get = (name: string) => bytes.get(name) ?? 0;
  const total = get('MemTotal');
  const swapTotal = bytes.get('SwapTotal');
  const cached = get('Buffers') + get('Cached') + get('SReclaimable');
  const free = get('MemFree');
  const available = Math.min(total, bytes.get('MemAvailable') ?? free + cached);
  return {
    ...(total > 0 && bytes.has('MemFree')
      ? { memory: { total, available, used: total - available, free, cached } }
      : {}),
    ...(swapTotal === undefined
      ? {}
      : { swap: { total: swapTotal, used: Math.max(0, swapTotal - get('SwapFree')) } }),
  };
}

// Whole physical disks: partitions, loops and what lies on other devices (dm, md) would count twice.
const DISK =
  /^((x?v|s|h)d[a-z]{1,3}|nvme\d{1,4}n\d{1,4}|mmcblk\d{1,3}|dasd[a-z]{1,4}|pmem\d{1,3})$/;
const SECTOR = 512;

function parseDiskstats(section: string | undefined): Reading['devices'] {
  const found = lines(section).flatMap((line) => {
    const fields = line.trim().split(/\s+/, 14);
    const name = fields[2] ?? '';
    const [read, written, busyMs] = [fields[5], fields[9], fields[12]].map(amount);
    if (!DISK.test(name) || read === undefined || written === undefined || busyMs === undefined)
      return [];
    return [{ name, read: read * SECTOR, written: written * SECTOR, busyMs }];
  });
  return distinct(found, (device) => device.name, MOST_DEVICES);
}

/** Loopback, and one end of each container's cable. */
const HIDDEN_INTERFACE =
  /^(lo|veth.*|cali.*|lxc.*|ifb\d+|dummy\d+|sit0|tunl0|ip6tnl0|gre0|erspan0)$/;
/** Interfaces whose bytes do not pass through another one that is counted too. */
const PHYSICAL = /^(e(n|th)|wl|ww|ib|venet|usb)[^.@]*$/;

function parseNetDev(section: string | undefined): Reading['interfaces'] {
  const found = lines(section).flatMap((line) => {
    const [, name = '', rest = ''] = /^\s*([^\s|]{1,20}):\s*(.*)$/.exec(line) ?? [];
    const fields = rest.split(/\s+/, 16).map(amount);
    const [received, sent] = [fields[0], fields[8]];
    if (received === undefined || sent === undefined || HIDDEN_INTERFACE.test(name)) return [];
    return [{ name: label(name, 20), received, sent, physical: PHYSICAL.test(name) }];
  });
  const first = found.toSorted((a, b) => Number(b.physical) - Number(a.physical));
  return distinct(first, (one) => one.name, MOST_DEVICES);
}

// pid, start time, ticks, resident pages, name: as the script picked them from /proc/PID/stat.
function parseProcesses(section: string | undefined, page: number | undefined): ReadProcess[] {
  const found = lines(section, MOST_PROCESSES).flatMap((line): ReadProcess[] => {
    const [, pid, start, ticks, pages, name = ''] =
      /^(\d{1,10}) (\d{1,20}) (\d{1,20}) (\d{1,16}) (.*)$/.exec(line) ?? [];
    if (pid === undefined) return [];
    return [
      {
        pid: Number(pid),
        name: label(name, 64) || '?',
        start: Number(start),
        ticks: Number(ticks),
        ...(page ? { memory: Number(pages) * page } : {}),
      },
    ];
  });
  return distinct(found, (process) => String(process.pid), MOST_PROCESSES);
}
