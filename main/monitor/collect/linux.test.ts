import { describe, expect, test } from 'vitest';
import { linux, linuxReading } from './linux.testing.ts';

const KIB = 1024;

describe('memory', () => {
  test('is counted as free of procps-ng 4 counts it: what is available is not used', () => {
    const { memory, swap } = linuxReading();
    expect(memory).toEqual({
      total: 8148336 * KIB,
      used: 2095732 * KIB,
      free: 1163112 * KIB,
      cached: 5191092 * KIB,
      available: 6052604 * KIB,
    });
    expect(swap).toEqual({ total: 2097148 * KIB, used: (2097148 - 1572860) * KIB });
  });

  test('of a kernel that does not say what is available is free, buffers and cache', () => {
    const meminfo = linux['/proc/meminfo']!.replace(/MemAvailable.*\n/, '');
    expect(linuxReading({ '/proc/meminfo': meminfo }).memory?.available).toBe(
      (1163112 + 301544 + 4573784 + 315764) * KIB,
    );
  });

  // Bug caught: a container's odd figures give a negative use.
  test('is never more available than there is', () => {
    const meminfo = 'MemTotal: 100 kB\nMemFree: 10 kB\nMemAvailable: 900 kB';
    expect(linuxReading({ '/proc/meminfo': meminfo }).memory).toMatchObject({
      used: 0,
      available: 100 * KIB,
    });
  });

  test('is absent where the host does not tell, instead of zero', () => {
    const reading = linuxReading({ '/proc/meminfo': undefined });
    expect(reading).not.toHaveProperty('memory');
    expect(reading).not.toHaveProperty('swap');
    expect(linuxReading({ '/proc/meminfo': 'MemTotal: 5 kB' })).not.toHaveProperty('memory');
  });
});

describe('processor', () => {
  test('guests are part of user already, interrupts are the system’s', () => {
    expect(linuxReading().cpu?.total).toEqual({
      user: 1020,
      system: 330,
      idle: 5000,
      iowait: 100,
      steal: 30,
    });
  });

  // Bug caught: with core 1 switched off, core 2 takes its place in the charts.
  test('a core that is off leaves its number free', () => {
    const stat = 'cpu 4 0 0 4\ncpu0 2 0 0 2\ncpu2 2 0 0 2';
    const cores = linuxReading({ '/proc/stat': stat }).cpu!.cores;
    expect(Object.keys(cores)).toEqual(['0', '2']);
  });

  test('old kernels have fewer columns', () => {
    expect(linuxReading({ '/proc/stat': 'cpu 1 2 3 4' }).cpu?.total).toEqual({
      user: 3,
      system: 3,
      idle: 4,
      iowait: 0,
      steal: 0,
    });
  });

  test.each(['', 'cpu', 'cpu a b c d', 'cpu 1 2 3', 'intr 5 6 7 8', 'cpu -1 2 3 4'])(
    'is absent for %j',
    (stat) => {
      expect(linuxReading({ '/proc/stat': stat })).not.toHaveProperty('cpu');
    },
  );
});

describe('disks', () => {
  test('file systems in memory, in containers and of snaps are left out, spaces in names stay', () => {
    expect(linuxReading().disks.map(({ mount }) => mount)).toEqual([
      '/',
      '/mnt/nas',
      '/srv/my data',
    ]);
  });

  test('sizes are bytes; a device that is mounted twice counts once', () => {
    expect(linuxReading().disks[0]).toEqual({
      mount: '/',
      total: 20466256 * KIB,
      used: 8202656 * KIB,
      available: 11198908 * KIB,
    });
  });

  // Bug caught: a file system that root has filled has a negative rest, and its share exceeds 100 %.
  test('nothing is available where less than nothing is', () => {
    const df = '/dev/sda1 1000 990 -10 101% /data';
    expect(linuxReading({ df }).disks[0]?.available).toBe(0);
  });

  test('a container’s own root counts though it is an overlay', () => {
    const df = 'overlay 1000 10 990 1% /\noverlay 1000 10 990 1% /somewhere';
    expect(linuxReading({ df }).disks.map(({ mount }) => mount)).toEqual(['/']);
  });

  test('a device’s name may hold spaces', () => {
    const df = 'my pool/data 1000 10 990 1% /tank';
    expect(linuxReading({ df }).disks.map(({ mount }) => mount)).toEqual(['/tank']);
  });

  test('throughput is of whole disks, once: no partitions, no loops, no mapped devices', () => {
    expect(linuxReading().devices).toEqual([
      { name: 'vda', read: 20000 * 512, written: 40000 * 512, busyMs: 1000 },
      { name: 'nvme0n1', read: 8 * 512, written: 16 * 512, busyMs: 1 },
    ]);
  });

  test.each(['sda', 'sdaa', 'hdb', 'xvda', 'vdz', 'nvme10n1', 'mmcblk0', 'dasda'])(
    '%s is a disk',
    (name) => {
      const line = `8 0 ${name} 1 0 2 0 1 0 4 0 0 6 0`;
      expect(linuxReading({ '/proc/diskstats': line }).devices).toHaveLength(1);
    },
  );

  test.each([
    'sda1',
    'nvme0n1p2',
    'mmcblk0p1',
    'mmcblk0boot0',
    'loop0',
    'ram0',
    'sr0',
    'dm-1',
    'md0',
    'zram0',
  ])('%s is none', (name) => {
    const line = `8 0 ${name} 1 0 2 0 1 0 4 0 0 6 0`;
    expect(linuxReading({ '/proc/diskstats': line }).devices).toEqual([]);
  });
});

describe('network', () => {
  test('loopback and containers’ cables are left out; what carries all bytes is known', () => {
    expect(linuxReading().interfaces).toEqual([
      { name: 'eth0', received: 1000000, sent: 500000, physical: true },
      { name: 'docker0', received: 800, sent: 900, physical: false },
    ]);
  });

  // Bug caught: old kernels print no space between the name and a large number.
  test('a name may touch its first number', () => {
    const dev = 'eth0:4294967295 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0';
    expect(linuxReading({ '/proc/net/dev': dev }).interfaces[0]).toMatchObject({
      received: 4294967295,
      sent: 7,
    });
  });

  test.each(['wlan0', 'wlp3s0', 'enp0s31f6', 'eno1', 'wwan0', 'ib0', 'venet0'])(
    '%s carries its own bytes',
    (name) => {
      const dev = `${name}: 1 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0`;
      expect(linuxReading({ '/proc/net/dev': dev }).interfaces[0]?.physical).toBe(true);
    },
  );

  test.each(['br-1f2e', 'bond0', 'wg0', 'tun0', 'eth0.100', 'virbr0', 'tailscale0'])(
    '%s carries what another carries too',
    (name) => {
      const dev = `${name}: 1 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0`;
      expect(linuxReading({ '/proc/net/dev': dev }).interfaces[0]?.physical).toBe(false);
    },
  );
});

describe('the rest', () => {
  test('load, uptime and word size', () => {
    expect(linuxReading()).toMatchObject({
      load: [0.52, 0.58, 0.59],
      uptime: 1000.5,
      bits: 64,
      ticksPerSecond: 100,
    });
  });

  test('processes have names with spaces, and memory in bytes', () => {
    expect(linuxReading().processes).toEqual([
      { pid: 1, name: 'systemd', start: 4, ticks: 120, memory: 2500 * 4096 },
      { pid: 512, name: 'postgres: writer', start: 900, ticks: 4000, memory: 30000 * 4096 },
      { pid: 77, name: 'kworker/0:1', start: 30, ticks: 0, memory: 0 },
    ]);
  });

  // Bug caught: on a 64 KiB kernel every process is shown with a sixteenth of its memory.
  test('without the page size a process’s memory is absent', () => {
    expect(linuxReading({ page: undefined }).processes?.[0]).not.toHaveProperty('memory');
  });

  test('a minimal host that tells almost nothing still gives a reading', () => {
    const nothing = Object.fromEntries(Object.keys(linux).map((name) => [name, undefined]));
    const reading = linuxReading({ ...nothing, system: 'Linux' });
    expect(reading).toEqual({
      system: 'Linux',
      ticksPerSecond: 100,
      disks: [],
      devices: [],
      interfaces: [],
      processes: [],
    });
  });
});
