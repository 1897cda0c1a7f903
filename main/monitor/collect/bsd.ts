import { parseDisks } from './disks.ts';
import type { CpuTicks, Reading, ReadProcess } from './reading.ts';
import { amount, distinct, label, lines } from './text.ts';

type Sections = ReadonlyMap<string, string>;

const MOST_CORES = 512;
const MOST_INTERFACES = 32;

/** `name: value` lines of sysctl(8). */
function sysctls(section: string | undefined): (name: string) => string | undefined {
  const values = new Map<string, string>();
  for (const line of lines(section)) {
    const [, name = '', value = ''] = /^([a-z][A-Za-z0-9._]{1,60}): ?(.*)$/.exec(line) ?? [];
    if (name !== '' && !values.has(name)) values.set(name, value.trim());
  }
  return (name) => values.get(name);
}

// `{ 1.20 1.10 1.00 }`
function loadOf(text: string | undefined): Reading['load'] {
  const load = (text ?? '').replace(/[{}]/g, '').trim().split(/\s+/, 4).map(amount);
  return load.length === 3 && load.every((one) => one !== undefined)
    ? (load as [number, number, number])
    : undefined;
}

// `{ sec = 1700000000, usec = 0 } Tue Nov 14 …`
function uptimeOf(boot: string | undefined, now: string | undefined): number | undefined {
  const since = amount(/\bsec = (\d{1,12})/.exec(boot ?? '')?.[1]);
  const at = amount(now?.trim());
  return since && at && at >= since ? at - since : undefined;
}

/**
 * Reads `netstat -ibn`, whose columns differ between the systems: they are found by their headings.
 * A row of the link layer (`<Link#4>`) counts all bytes of its interface; where it has no hardware
 * address that column is missing, so the numbers are counted from the right.
 */
export function parseNetstat(section: string | undefined): Reading['interfaces'] {
  const [head, ...rows] = lines(section, 400).map((line) => line.trim().split(/\s+/));
  const fromRight = (name: string) => {
    const index = head?.indexOf(name) ?? -1;
    return index < 0 ? undefined : head!.length - index;
  };
  const [inBytes, outBytes] = [fromRight('Ibytes'), fromRight('Obytes')];
  if (!inBytes || !outBytes) return [];
  const found = rows.flatMap((words) => {
    const name = label((words[0] ?? '').replace(/\*$/, ''), 20);
    const received = amount(words[words.length - inBytes]);
    const sent = amount(words[words.length - outBytes]);
    if (!/^<Link#\d+>$/.test(words[2] ?? '') || received === undefined || sent === undefined)
      return [];
    if (/^(lo\d|gif\d|stf\d|utun\d+|awdl\d|llw\d|anpi\d|epair.*|enc\d|pflog\d)/.test(name))
      return [];
    return [{ name, received, sent, physical: !/^(bridge|tap|tun|vlan|lagg|wg)/.test(name) }];
  });
  return distinct(found, (one) => one.name, MOST_INTERFACES);
}

// pid, percent, resident KiB, name: ps says the recent share of a core itself.
function parsePs(section: string | undefined): ReadProcess[] {
  const found = lines(section, 400).flatMap((line): ReadProcess[] => {
    const [, pid, cpu, rss, name = ''] =
      /^ *(\d{1,10}) +(\d{1,6}(?:\.\d{1,3})?) +(\d{1,16}) +(\S.*)$/.exec(line) ?? [];
    if (pid === undefined) return [];
    return [
      { pid: Number(pid), cpu: Number(cpu), memory: Number(rss) * 1024, name: label(name, 64) },
    ];
  });
  return distinct(found, (process) => String(process.pid), 400);
}

/** What both systems say in the same way. */
function common(system: string, sections: Sections): Reading {
  const get = sysctls(sections.get('sysctl'));
  const load = loadOf(get('vm.loadavg'));
  const uptime = uptimeOf(get('kern.boottime'), sections.get('now'));
  return {
    system,
    ticksPerSecond: 128,
    ...(uptime === undefined ? {} : { uptime }),
    ...(load ? { load } : {}),
    disks: parseDisks(sections.get('df')),
    devices: [],
    interfaces: parseNetstat(sections.get('netstat')),
    processes: parsePs(sections.get('ps')),
  };
}

/** Reads what the script printed on FreeBSD: sysctl(8), netstat(1), swapinfo(8). Disk throughput is not told. */
export function parseFreebsd(sections: Sections): Reading {
  const get = sysctls(sections.get('sysctl'));
  const page = amount(get('hw.pagesize'));
  const pages = (name: string) => amount(get(`vm.stats.vm.v_${name}_count`));
  const [all, free, inactive] = [pages('page'), pages('free'), pages('inactive')];
  const cpu = cpuOf(get('kern.cp_time'), get('kern.cp_times'));
  const swap = swapOf(sections.get('swapinfo'));
  const reading = common('FreeBSD', sections);
  if (cpu) reading.cpu = cpu;
  if (swap) reading.swap = swap;
  if (page && all && free !== undefined && inactive !== undefined) {
    // What can be had without swapping; ZFS's cache is wired and counts as used, as in top.
    const available = Math.min(
      all,
      free + inactive + (pages('laundry') ?? 0) + (pages('cache') ?? 0),
    );
    reading.memory = {
      total: all * page,
      available: available * page,
      used: (all - available) * page,
      free: free * page,
    };
  }
  return reading;
}

// kern.cp_time: user nice system interrupt idle; kern.cp_times: the same for each core.
function cpuOf(total: string | undefined, each: string | undefined): Reading['cpu'] {
  const ticks = (numbers: (number | undefined)[]): CpuTicks | undefined => {
    const [user, nice, system, interrupt, idle] = numbers;
    if (numbers.length !== 5 || numbers.includes(undefined)) return undefined;
    return { user: user! + nice!, system: system! + interrupt!, idle: idle!, iowait: 0, steal: 0 };
  };
  const sum = ticks((total ?? '').split(/\s+/, 6).map(amount));
  if (!sum) return undefined;
  const numbers = (each ?? '').split(/\s+/, MOST_CORES * 5).map(amount);
  const cores: CpuTicks[] = [];
  for (let at = 0; at + 5 <= numbers.length; at += 5) {
    const core = ticks(numbers.slice(at, at + 5));
    if (core) cores.push(core);
  }
  return { total: sum, cores };
}

function swapOf(section: string | undefined): Reading['swap'] {
  const devices = lines(section, 50).flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const [total, used] = [amount(words[1]), amount(words[2])];
    return words[0]?.startsWith('/') && total !== undefined && used !== undefined
      ? [{ total: total * 1024, used: used * 1024 }]
      : [];
  });
  if (section === undefined) return undefined;
  return {
    total: devices.reduce((sum, one) => sum + one.total, 0),
    used: devices.reduce((sum, one) => sum + one.used, 0),
  };
}

/** Reads what the script printed on macOS: sysctl(8), top(1), vm_stat(1), netstat(1). Disk throughput is not told. */
export function parseDarwin(sections: Sections): Reading {
  const get = sysctls(sections.get('sysctl'));
  const reading = common('Darwin', sections);
  const total = amount(get('hw.memsize'));
  const shares = sharesOf(sections.get('top'));
  if (shares) reading.cpuShares = shares;
  const memory = total ? memoryOf(sections.get('vm_stat'), total) : undefined;
  if (memory) reading.memory = memory;
  const [, swapTotal, swapUsed] =
    /^total = ([\d.]{1,20})M +used = ([\d.]{1,20})M/.exec(get('vm.swapusage') ?? '') ?? [];
  const swap = { total: amount(swapTotal), used: amount(swapUsed) };
  if (swap.total !== undefined && swap.used !== undefined)
    reading.swap = { total: swap.total * 1024 ** 2, used: swap.used * 1024 ** 2 };
  return reading;
}

// The last table: the first one counts from the start of the system. With a single one nothing is known.
function sharesOf(section: string | undefined): Reading['cpuShares'] {
  const tables = lines(section, 10);
  const [, user, system, idle] =
    /^CPU usage: ([\d.]{1,9})% user, ([\d.]{1,9})% sys, ([\d.]{1,9})% idle/.exec(
      tables.length > 1 ? tables.at(-1)! : '',
    ) ?? [];
  const [u, s, i] = [user, system, idle].map(amount);
  return u === undefined || s === undefined || i === undefined
    ? undefined
    : { user: u, system: s, idle: i };
}

// As Activity Monitor: used is what programs hold (anonymous less purgeable), wired and compressed pages.
function memoryOf(section: string | undefined, total: number): Reading['memory'] {
  const page = amount(/page size of (\d{1,7}) bytes/.exec(section ?? '')?.[1]);
  const pages = new Map<string, number>();
  for (const line of lines(section, 60)) {
    const [, name = '', count] = /^"?([A-Za-z -]{1,50})"?: +(\d{1,16})\.?$/.exec(line.trim()) ?? [];
    const value = amount(count);
    if (value !== undefined && !pages.has(name)) pages.set(name, value);
  }
  const anonymous = pages.get('Anonymous pages');
  const wired = pages.get('Pages wired down');
  const compressed = pages.get('Pages occupied by compressor');
  if (!page || anonymous === undefined || wired === undefined || compressed === undefined)
    return undefined;
  const held = anonymous - (pages.get('Pages purgeable') ?? 0) + wired + compressed;
  const used = Math.min(total, Math.max(0, held * page));
  const free = pages.get('Pages free');
  return {
    total,
    used,
    available: total - used,
    ...(free === undefined ? {} : { free: free * page }),
  };
}
