/** Processor time since the start of the system, in the system's ticks. */
export interface CpuTicks {
  user: number;
  system: number;
  idle: number;
  /** Idle while a disk was waited for; Linux alone tells. */
  iowait: number;
  /** Taken by the hypervisor for others. */
  steal: number;
}

/** Shares of the processor over the last moment, in percent. */
export interface CpuShares {
  user: number;
  system: number;
  idle: number;
}

export interface Memory {
  total: number;
  used: number;
  available: number;
  free?: number;
  /** Buffers, page cache and reclaimable slab: the `buff/cache` of `free`. */
  cached?: number;
}

export interface ReadProcess {
  pid: number;
  name: string;
  /** Start time in ticks since boot: tells a process from a later one with its number. */
  start?: number;
  /** Processor time so far, in ticks. */
  ticks?: number;
  /** Percent of one core as the system itself says. */
  cpu?: number;
  memory?: number;
}

/**
 * What a host said at one look, in plain units (bytes, seconds) whatever system it has. Counters
 * run since boot or longer; two readings give rates. What a host does not tell is absent.
 */
export interface Reading {
  system: string;
  /** Another one after each start of the system. */
  boot?: string;
  /** Seconds since boot, by the host's own clock. */
  uptime?: number;
  /** Counters of a 32-bit system start again at 2^32. */
  bits?: 32 | 64;
  ticksPerSecond: number;
  cpu?: { total: CpuTicks; cores: CpuTicks[] };
  /** Where the system tells shares and no counters (macOS). */
  cpuShares?: CpuShares;
  memory?: Memory;
  swap?: { total: number; used: number };
  load?: [number, number, number];
  disks: { mount: string; total: number; used: number; available: number }[];
  /** Bytes since boot, and milliseconds in which the device was busy. */
  devices: { name: string; read: number; written: number; busyMs: number }[];
  interfaces: { name: string; received: number; sent: number; physical: boolean }[];
  processes?: ReadProcess[];
}
