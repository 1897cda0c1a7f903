import type { ProcessInfo } from '#contract/monitor.ts';
import { counterRate } from './counterRate.ts';
import type { CpuTicks, Reading, ReadProcess } from './reading.ts';

const TOP = 10;

/** Metrics by name, as `contract/monitor.ts` describes them, and the busiest processes. */
export interface Figures {
  values: Record<string, number>;
  processes?: { by_cpu: ProcessInfo[]; by_memory: ProcessInfo[] };
}

/**
 * Metrics of a reading. What counts up (processor, disks, network) needs the reading before it:
 * without one, after a restart of the host or of a counter, those are absent instead of wrong.
 *
 * @param elapsed seconds between the two by Nexus's clock; the host's own uptime is preferred,
 *   since it knows nothing of how long the answer was on its way.
 */
export function figuresOf(next: Reading, before?: Reading, elapsed?: number): Figures {
  const values: Record<string, number> = {};
  const seconds = before && secondsBetween(before, next, elapsed);
  const past = seconds === undefined ? undefined : before;
  gauges(values, next);
  if (next.cpuShares) {
    values['cpu.user'] = next.cpuShares.user;
    values['cpu.system'] = next.cpuShares.system;
    values['cpu.total'] = clamp(100 - next.cpuShares.idle);
  }
  if (next.cpu && past?.cpu) cpuShares(values, past.cpu, next.cpu);
  if (past && seconds !== undefined) {
    diskRates(values, past, next, seconds);
    netRates(values, past, next, seconds);
  }
  const processes = next.processes && topProcesses(next, past, seconds);
  return { values, ...(processes ? { processes } : {}) };
}

/** Undefined where the host was started anew between the two, or no time went by. */
function secondsBetween(before: Reading, next: Reading, elapsed?: number): number | undefined {
  if (before.system !== next.system) return undefined;
  // It may be up for longer by now than it was at the look before.
  if (before.boot !== undefined && next.boot !== undefined && before.boot !== next.boot)
    return undefined;
  if (before.uptime !== undefined && next.uptime !== undefined) {
    const own = next.uptime - before.uptime;
    if (own < 0) return undefined;
    // The others tell whole seconds, which are too coarse to divide by.
    if (next.system === 'Linux') return own > 0.1 ? own : undefined;
  }
  return elapsed !== undefined && elapsed > 0.1 ? elapsed : undefined;
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}

function gauges(values: Record<string, number>, reading: Reading): void {
  const { memory, swap, load, uptime } = reading;
  if (memory) {
    for (const [name, value] of Object.entries(memory)) values[`memory.${name}`] = value as number;
    if (memory.total > 0) values['memory.used_percent'] = clamp((memory.used / memory.total) * 100);
  }
  if (swap) {
    values['swap.total'] = swap.total;
    values['swap.used'] = swap.used;
    if (swap.total > 0) values['swap.used_percent'] = clamp((swap.used / swap.total) * 100);
  }
  if (load) [values['load.1'], values['load.5'], values['load.15']] = load;
  if (uptime !== undefined) values['uptime'] = uptime;
  if (reading.processes) values['processes'] = reading.processes.length;
  for (const { mount, total, used, available } of reading.disks) {
    values[`disk.total:${mount}`] = total;
    values[`disk.used:${mount}`] = used;
    // As df counts it: of what users can have, so that 100 means full for them.
    if (used + available > 0)
      values[`disk.used_percent:${mount}`] = clamp((used / (used + available)) * 100);
  }
}

/** Shares of the time between two counts, in percent; undefined where a counter went back. */
function shares(before: CpuTicks, next: CpuTicks): (CpuTicks & { busy: number }) | undefined {
  const delta = {
    user: next.user - before.user,
    system: next.system - before.system,
    // Linux lets these two slip back a little (proc(5)): then nothing was added.
    idle: Math.max(0, next.idle - before.idle),
    iowait: Math.max(0, next.iowait - before.iowait),
    steal: Math.max(0, next.steal - before.steal),
  };
  const all = delta.user + delta.system + delta.idle + delta.iowait + delta.steal;
  if (delta.user < 0 || delta.system < 0 || all <= 0) return undefined;
  const part = (ticks: number) => clamp((ticks / all) * 100);
  return {
    user: part(delta.user),
    system: part(delta.system),
    idle: part(delta.idle),
    iowait: part(delta.iowait),
    steal: part(delta.steal),
    busy: part(all - delta.idle - delta.iowait),
  };
}

type Cpu = NonNullable<Reading['cpu']>;

function cpuShares(values: Record<string, number>, before: Cpu, next: Cpu): void {
  const total = shares(before.total, next.total);
  if (!total) return;
  values['cpu.total'] = total.busy;
  values['cpu.user'] = total.user;
  values['cpu.system'] = total.system;
  values['cpu.iowait'] = total.iowait;
  values['cpu.steal'] = total.steal;
  next.cores.forEach((core, index) => {
    const earlier = before.cores[index];
    const share = earlier && shares(earlier, core);
    if (share) values[`cpu.core:${index}`] = share.busy;
  });
}

function diskRates(
  values: Record<string, number>,
  before: Reading,
  next: Reading,
  seconds: number,
): void {
  for (const device of next.devices) {
    const earlier = before.devices.find(({ name }) => name === device.name);
    if (!earlier) continue;
    // Counted in sectors in a machine word, which we have made bytes.
    const rate = (from: number, to: number) => counterRate(from, to, seconds, undefined);
    const [read, written] = [
      rate(earlier.read, device.read),
      rate(earlier.written, device.written),
    ];
    const busy = rate(earlier.busyMs, device.busyMs);
    if (read === undefined || written === undefined) continue;
    values[`disk.read:${device.name}`] = read;
    values[`disk.write:${device.name}`] = written;
    if (busy !== undefined) values[`disk.busy:${device.name}`] = clamp(busy / 10);
    values['disk.read'] = (values['disk.read'] ?? 0) + read;
    values['disk.write'] = (values['disk.write'] ?? 0) + written;
  }
}

function netRates(
  values: Record<string, number>,
  before: Reading,
  next: Reading,
  seconds: number,
): void {
  const physical = next.interfaces.some((one) => one.physical);
  for (const one of next.interfaces) {
    const earlier = before.interfaces.find(({ name }) => name === one.name);
    const received = earlier && counterRate(earlier.received, one.received, seconds, next.bits);
    const sent = earlier && counterRate(earlier.sent, one.sent, seconds, next.bits);
    if (received === undefined || sent === undefined) continue;
    values[`net.received:${one.name}`] = received;
    values[`net.sent:${one.name}`] = sent;
    // Bridges and tunnels carry what a physical interface carries too; they count where there is none.
    if (physical && !one.physical) continue;
    values['net.received'] = (values['net.received'] ?? 0) + received;
    values['net.sent'] = (values['net.sent'] ?? 0) + sent;
  }
}

function topProcesses(
  next: Reading,
  before: Reading | undefined,
  seconds: number | undefined,
): Figures['processes'] {
  const earlier = new Map(before?.processes?.map((process) => [process.pid, process]));
  const list = (next.processes ?? []).map((process): ProcessInfo => {
    const cpu = process.cpu ?? cpuOf(process, earlier.get(process.pid), next, seconds);
    return {
      pid: process.pid,
      name: process.name,
      ...(cpu === undefined ? {} : { cpu }),
      ...(process.memory === undefined ? {} : { memory: process.memory }),
    };
  });
  const top = (pick: (one: ProcessInfo) => number | undefined) =>
    list
      .filter((one) => (pick(one) ?? 0) > 0)
      .sort((a, b) => pick(b)! - pick(a)! || a.pid - b.pid)
      .slice(0, TOP);
  return { by_cpu: top((one) => one.cpu), by_memory: top((one) => one.memory) };
}

// A process that was not there before has used all its time since; another one with the number is new too.
function cpuOf(
  process: ReadProcess,
  earlier: ReadProcess | undefined,
  reading: Reading,
  seconds: number | undefined,
): number | undefined {
  if (process.ticks === undefined || seconds === undefined) return undefined;
  const same = earlier !== undefined && earlier.start === process.start;
  const ticks = process.ticks - (same ? (earlier.ticks ?? 0) : 0);
  return ticks < 0 ? undefined : (ticks / reading.ticksPerSecond / seconds) * 100;
}
