import { describe, expect, test } from 'vitest';
import { parseNetstat } from './bsd.ts';
import { MARK, printed } from './linux.testing.ts';
import { parseReading } from './parse.ts';
import { figuresOf } from './rates.ts';

// The texts are written after the systems' manual pages and published examples of their output.
const freebsd = {
  system: 'FreeBSD',
  sysctl: `hw.pagesize: 4096
hw.physmem: 4194304000
hw.ncpu: 2
vm.loadavg: { 0.35 0.28 0.21 }
kern.boottime: { sec = 1700000000, usec = 123456 } Tue Nov 14 22:13:20 2023
kern.cp_time: 1000 10 500 50 9000
kern.cp_times: 500 5 250 25 4500 500 5 250 25 4500
vm.stats.vm.v_page_count: 1000000
vm.stats.vm.v_free_count: 200000
vm.stats.vm.v_inactive_count: 300000
vm.stats.vm.v_laundry_count: 50000`,
  now: '1700003600',
  swapinfo: `Device          1K-blocks     Used    Avail Capacity
/dev/ada0p3       2097152   524288  1572864    25%`,
  netstat: `Name    Mtu Network       Address              Ipkts Ierrs Idrop     Ibytes    Opkts Oerrs     Obytes  Coll
em0    1500 <Link#1>      08:00:27:aa:bb:cc     5000     0     0    7000000     3000     0     900000     0
em0       - 10.0.2.0/24   10.0.2.15             4900     -     -    6900000     2900     -     890000     -
lo0   16384 <Link#2>      lo0                    100     0     0       9999      100     0       9999     0`,
  df: `Filesystem     1024-blocks    Used    Avail Capacity  Mounted on
/dev/ada0p2      20307196 5000000 13682624    27%    /
devfs                   1       1        0   100%    /dev
zroot/home       90000000 1000000 89000000     1%    /home`,
  ps: `    1   0.0   1200 init
  812  55.5 204800 postgres: checkpointer`,
};

const darwin = {
  system: 'Darwin',
  sysctl: `hw.memsize: 17179869184
hw.pagesize: 16384
hw.ncpu: 8
vm.loadavg: { 1.52 1.61 1.70 }
vm.swapusage: total = 2048.00M  used = 512.50M  free = 1535.50M  (encrypted)
kern.boottime: { sec = 1700000000, usec = 0 } Tue Nov 14 23:13:20 2023`,
  now: '1700000060',
  top: `CPU usage: 3.57% user, 10.71% sys, 85.71% idle
CPU usage: 20.5% user, 9.5% sys, 70.0% idle`,
  vm_stat: `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               10000.
Pages active:                            300000.
Pages inactive:                          290000.
Pages speculative:                         5000.
Pages wired down:                        100000.
Pages purgeable:                           4000.
"Translation faults":                 900000000.
Anonymous pages:                         350000.
Pages stored in compressor:              200000.
Pages occupied by compressor:             60000.`,
  netstat: `Name  Mtu   Network       Address            Ipkts Ierrs     Ibytes    Opkts Oerrs     Obytes  Coll
lo0   16384 <Link#1>                          1000     0     500000     1000     0     500000     0
lo0   16384 127           127.0.0.1           1000     -     500000     1000     -     500000     -
en0   1500  <Link#6>    a0:78:17:00:00:00   200000     0  250000000   100000     0   20000000     0
utun0 1380  <Link#9>                             5     0        500        5     0        500     0
en5*  1500  <Link#10>   a0:78:17:00:00:01        0     0          7        0     0          8     0`,
  df: `Filesystem     1024-blocks      Used Available Capacity  Mounted on
/dev/disk3s1s1   482797652  10000000 200000000     5%    /
devfs                  200       200         0   100%    /dev
/dev/disk3s5     482797652 250000000 200000000    56%    /System/Volumes/Data
/dev/disk3s6     482797652   1048576 200000000     1%    /System/Volumes/VM
map auto_home            0         0         0   100%    /System/Volumes/Data/home`,
  ps: `  321  12.4 524288 WindowServer`,
};

const read = (sections: Record<string, string | undefined>) =>
  parseReading(printed(sections), MARK);

describe('FreeBSD', () => {
  test('counts what can be had without swapping as available', () => {
    expect(read(freebsd).memory).toEqual({
      total: 1000000 * 4096,
      available: 550000 * 4096,
      used: 450000 * 4096,
      free: 200000 * 4096,
    });
  });

  test('processor, load, swap and uptime', () => {
    const reading = read(freebsd);
    expect(reading.cpu?.total).toMatchObject({ user: 1010, system: 550, idle: 9000 });
    expect(reading.cpu?.cores).toHaveLength(2);
    expect(reading.load).toEqual([0.35, 0.28, 0.21]);
    expect(reading.swap).toEqual({ total: 2 * 1024 ** 3, used: 512 * 1024 ** 2 });
    expect(reading.uptime).toBe(3600);
  });

  test('an interface counts once, at its link layer', () => {
    expect(read(freebsd).interfaces).toEqual([
      { name: 'em0', received: 7000000, sent: 900000, physical: true },
    ]);
  });

  test('disks without devfs; their throughput is absent', () => {
    const reading = read(freebsd);
    expect(reading.disks.map(({ mount }) => mount)).toEqual(['/', '/home']);
    expect(reading.devices).toEqual([]);
    expect(figuresOf(reading, reading, 10).values).not.toHaveProperty('disk.read');
  });

  test('processes say their share themselves', () => {
    expect(figuresOf(read(freebsd)).processes?.by_cpu).toEqual([
      { pid: 812, name: 'postgres: checkpointer', cpu: 55.5, memory: 204800 * 1024 },
    ]);
  });

  test('rates from two looks', () => {
    const busier = freebsd.sysctl
      .replace('1000 10 500 50 9000', '1050 10 500 50 9050')
      .replace('kern.cp_times: 500 5 250 25 4500', 'kern.cp_times: 550 5 250 25 4500');
    const { values } = figuresOf(
      read({ ...freebsd, sysctl: busier, now: '1700003610' }),
      read(freebsd),
      10,
    );
    expect(values['cpu.total']).toBe(50);
    expect(values['cpu.core:0']).toBe(100);
  });

  test('without its counters it has no processor and no memory', () => {
    const reading = read({ ...freebsd, sysctl: 'hw.ncpu: 2', swapinfo: undefined });
    for (const name of ['cpu', 'memory', 'swap', 'load', 'uptime'])
      expect(reading).not.toHaveProperty(name);
  });
});

describe('macOS', () => {
  // Bug caught: the first table of top is the average since the start.
  test('takes the second table of top', () => {
    expect(read(darwin).cpuShares).toEqual({ user: 20.5, system: 9.5, idle: 70 });
    const single = { ...darwin, top: darwin.top.split('\n')[0]! };
    expect(read(single)).not.toHaveProperty('cpuShares');
  });

  test('counts memory as Activity Monitor does', () => {
    const used = (350000 - 4000 + 100000 + 60000) * 16384;
    expect(read(darwin).memory).toEqual({
      total: 17179869184,
      used,
      available: 17179869184 - used,
      free: 10000 * 16384,
    });
  });

  test('memory is absent where a part of the sum is', () => {
    const vm_stat = darwin.vm_stat.replace(/Anonymous.*\n/, '');
    expect(read({ ...darwin, vm_stat })).not.toHaveProperty('memory');
  });

  test('an interface without a hardware address has fewer columns', () => {
    expect(read(darwin).interfaces).toEqual([
      { name: 'en0', received: 250000000, sent: 20000000, physical: true },
      { name: 'en5', received: 7, sent: 8, physical: true },
    ]);
  });

  test('the parts of its container that people do not see are left out', () => {
    expect(read(darwin).disks.map(({ mount }) => mount)).toEqual(['/', '/System/Volumes/Data']);
  });

  test('swap, load, uptime, processes', () => {
    const reading = read(darwin);
    expect(reading.swap).toEqual({ total: 2048 * 1024 ** 2, used: 512.5 * 1024 ** 2 });
    expect(reading.load).toEqual([1.52, 1.61, 1.7]);
    expect(reading.uptime).toBe(60);
    expect(reading.processes).toEqual([
      { pid: 321, name: 'WindowServer', cpu: 12.4, memory: 512 * 1024 ** 2 },
    ]);
  });
});

test.each(['', 'nonsense', 'Name Mtu', 'Name Ibytes Obytes\nem0 <Link#1>'])(
  'netstat that says %j gives no interface',
  (text) => {
    expect(parseNetstat(text)).toEqual([]);
  },
);
