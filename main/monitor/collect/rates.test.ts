import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counterRate } from './counterRate.ts';
import { linux, linuxReading } from './linux.testing.ts';
import { figuresOf } from './rates.ts';
import type { Reading } from './reading.ts';

const WORD = 2 ** 32;
const stat = (user: number, idle: number, iowait = 0) =>
  `cpu ${user} 0 0 ${idle} ${iowait} 0 0 0\ncpu0 ${user} 0 0 ${idle} ${iowait} 0 0 0`;
const at = (seconds: number) => ({ '/proc/uptime': `${seconds.toFixed(2)} 0.00` });
const net = (received: number, sent: number) =>
  `eth0: ${received} 0 0 0 0 0 0 0 ${sent} 0 0 0 0 0 0 0`;
const values = (before: Reading, next: Reading, elapsed?: number) =>
  figuresOf(next, before, elapsed).values;

describe('a counter', () => {
  test('gives units per second', () => {
    expect(counterRate(100, 300, 10, 64)).toBe(20);
    expect(counterRate(100, 100, 10, 64)).toBe(0);
  });

  test('that went back was set back, and nothing is known', () => {
    expect(counterRate(300, 100, 10, 64)).toBeUndefined();
    expect(counterRate(WORD - 1, 5, 10, 64)).toBeUndefined();
    expect(counterRate(WORD - 1, 5, 10, undefined)).toBeUndefined();
  });

  test('of a 32-bit system goes on from zero', () => {
    expect(counterRate(WORD - 10, 10, 10, 32)).toBe(2);
  });

  // Bug caught: an interface that was taken down and up shows four gigabytes in a second.
  test('of a 32-bit system that was set back far from its end is no wrap', () => {
    expect(counterRate(1000, 10, 10, 32)).toBeUndefined();
    expect(counterRate(WORD - 10, WORD / 2, 10, 32)).toBeUndefined();
    expect(counterRate(WORD * 2, 10, 10, 32)).toBeUndefined();
  });

  test('gives the same rate with a wrap as without', () => {
    const start = fc.integer({ min: WORD * 0.75, max: WORD - 1 });
    fc.assert(
      fc.property(start, fc.integer({ min: 0, max: WORD / 4 - 1 }), (before, delta) => {
        const next = before + delta;
        expect(counterRate(before, next % WORD, 7, 32)).toBeCloseTo(delta / 7, 6);
        expect(counterRate(before, next, 7, 64)).toBeCloseTo(delta / 7, 6);
      }),
    );
  });
});

describe('the processor', () => {
  const before = linuxReading({ '/proc/stat': stat(100, 100), ...at(10) });

  test('is busy for the share that is not idle, and waiting for a disk is idle', () => {
    const next = linuxReading({ '/proc/stat': stat(125, 150, 25), ...at(11) });
    expect(values(before, next)).toMatchObject({
      'cpu.total': 25,
      'cpu.user': 25,
      'cpu.iowait': 25,
      'cpu.core:0': 25,
    });
  });

  // Bug caught: the first chart point is the average since the host's start.
  test('is absent on the first look', () => {
    expect(figuresOf(before).values).not.toHaveProperty('cpu.total');
  });

  test('is absent after the host was started anew', () => {
    const next = linuxReading({ '/proc/stat': stat(500, 500), ...at(3) });
    expect(values(before, next, 10)).not.toHaveProperty('cpu.total');
    expect(values(before, next, 10)).not.toHaveProperty('net.received');
  });

  // Bug caught: a host that starts again and again, seen ten seconds after one start and thirty after
  // the next: figures of two lives are taken for one.
  test('is absent after another start, also where it is up for longer than before', () => {
    const boot = (id: string) => ({ '/proc/sys/kernel/random/boot_id': `${id.repeat(36)}\n` });
    const first = linuxReading({ '/proc/stat': stat(100, 100), ...at(10), ...boot('a') });
    const later = { '/proc/stat': stat(125, 150, 25), ...at(30) };
    expect(figuresOf(linuxReading({ ...later, ...boot('b') }), first).values).not.toHaveProperty(
      'cpu.total',
    );
    expect(figuresOf(linuxReading({ ...later, ...boot('a') }), first).values).toHaveProperty(
      'cpu.total',
    );
  });

  test('idle and iowait may slip back a little', () => {
    const next = linuxReading({ '/proc/stat': stat(150, 99), ...at(11) });
    expect(values(before, next)['cpu.total']).toBe(100);
  });

  test('shares add up and stay between 0 and 100', () => {
    const ticks = fc.integer({ min: 0, max: 1e9 });
    const line = fc.tuple(ticks, ticks, ticks).map(([u, i, w]) => stat(u, i, w));
    fc.assert(
      fc.property(line, line, (a, b) => {
        const found = values(
          linuxReading({ '/proc/stat': a, ...at(1) }),
          linuxReading({ '/proc/stat': b, ...at(2) }),
        );
        for (const [name, value] of Object.entries(found))
          if (name.startsWith('cpu.')) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(100);
          }
      }),
    );
  });

  test('of a system that tells shares itself needs no second look', () => {
    const reading: Reading = {
      system: 'Darwin',
      ticksPerSecond: 128,
      cpuShares: { user: 10, system: 5, idle: 85 },
      disks: [],
      devices: [],
      interfaces: [],
    };
    expect(figuresOf(reading).values).toEqual({
      'cpu.user': 10,
      'cpu.system': 5,
      'cpu.total': 15,
    });
  });
});

describe('the time between two looks', () => {
  const before = linuxReading({ '/proc/net/dev': net(0, 0), ...at(100) });

  // Bug caught: a slow answer makes the rate look lower than it was.
  test('is the host’s own, not how long the answer took', () => {
    const next = linuxReading({ '/proc/net/dev': net(5000, 1000), ...at(105) });
    expect(values(before, next, 50)).toMatchObject({ 'net.received': 1000, 'net.sent': 200 });
  });

  test('of a host that counts whole seconds is ours', () => {
    const whole = (uptime: number, received: number): Reading => ({
      ...linuxReading({ '/proc/net/dev': net(received, 0) }),
      system: 'FreeBSD',
      uptime,
    });
    expect(values(whole(10, 0), whole(11, 1500), 1.5)['net.received']).toBe(1000);
  });

  test('that is none gives no rates', () => {
    const next = linuxReading({ '/proc/net/dev': net(5000, 1000), ...at(100) });
    expect(values(before, next, 0)).not.toHaveProperty('net.received');
  });

  test('between two systems is none', () => {
    const next: Reading = { ...linuxReading(at(110)), system: 'FreeBSD' };
    expect(values(before, next, 10)).not.toHaveProperty('net.received');
  });
});

describe('network and disks', () => {
  const two = (eth: number, docker: number) =>
    `${net(eth, eth)}\ndocker0: ${docker} 0 0 0 0 0 0 0 ${docker} 0 0 0 0 0 0 0`;

  test('the total counts physical interfaces only, each interface is there too', () => {
    const before = linuxReading({ '/proc/net/dev': two(0, 0), ...at(10) });
    const next = linuxReading({ '/proc/net/dev': two(100, 900), ...at(11) });
    expect(values(before, next)).toMatchObject({
      'net.received': 100,
      'net.received:eth0': 100,
      'net.received:docker0': 900,
    });
  });

  test('where there is no physical one, the others are the total', () => {
    const tun = (n: number) => `tun0: ${n} 0 0 0 0 0 0 0 ${n} 0 0 0 0 0 0 0`;
    const before = linuxReading({ '/proc/net/dev': tun(0), ...at(10) });
    const next = linuxReading({ '/proc/net/dev': tun(70), ...at(11) });
    expect(values(before, next)['net.sent']).toBe(70);
  });

  test('an interface that was reset, or is new, is absent until the next look', () => {
    const before = linuxReading({ '/proc/net/dev': net(5000, 5000), ...at(10) });
    const reset = linuxReading({ '/proc/net/dev': net(10, 10), ...at(11) });
    expect(values(before, reset)).not.toHaveProperty('net.received');
    const other = linuxReading({ '/proc/net/dev': net(10, 10).replace('eth0', 'eth1'), ...at(11) });
    expect(values(before, other)).not.toHaveProperty('net.received:eth1');
  });

  test('a disk’s rates and how busy it was', () => {
    const disk = (read: number, written: number, busy: number) =>
      `8 0 sda 1 0 ${read} 0 1 0 ${written} 0 0 ${busy} 0`;
    const before = linuxReading({ '/proc/diskstats': disk(0, 0, 0), ...at(10) });
    const next = linuxReading({ '/proc/diskstats': disk(20, 40, 500), ...at(12) });
    expect(values(before, next)).toMatchObject({
      'disk.read': 5120,
      'disk.write:sda': 10240,
      'disk.busy:sda': 25,
    });
  });

  test('a file system is full as df says: of what users can have', () => {
    const df = '/dev/sda1 1000 900 0 100% /\n/dev/sdb1 1000 450 450 50% /data';
    const found = figuresOf(linuxReading({ df })).values;
    expect(found['disk.used_percent:/']).toBe(100);
    expect(found['disk.used_percent:/data']).toBe(50);
  });
});

describe('processes', () => {
  const list = (...rows: string[]) => rows.join('\n');
  const before = linuxReading({ processes: list('1 5 100 10 init', '7 9 500 20 old'), ...at(10) });

  test('the busiest first, in percent of one core', () => {
    const next = linuxReading({
      processes: list('1 5 101 10 init', '7 9 650 20 old'),
      ...at(11),
    });
    expect(figuresOf(next, before).processes?.by_cpu).toEqual([
      { pid: 7, name: 'old', cpu: 150, memory: 20 * 4096 },
      { pid: 1, name: 'init', cpu: 1, memory: 10 * 4096 },
    ]);
  });

  // Bug caught: a new process with an old one's number has used less than nothing.
  test('a number that was given again is another process', () => {
    const next = linuxReading({ processes: '7 1050 30 20 new', ...at(11) });
    expect(figuresOf(next, before).processes?.by_cpu).toEqual([
      { pid: 7, name: 'new', cpu: 30, memory: 20 * 4096 },
    ]);
  });

  test('without a look before there is an order by memory only', () => {
    const { by_cpu, by_memory } = figuresOf(before).processes!;
    expect(by_cpu).toEqual([]);
    expect(by_memory.map(({ pid }) => pid)).toEqual([7, 1]);
  });

  test('at most ten of each', () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${i + 1} 1 1 ${i + 1} p`);
    expect(figuresOf(linuxReading({ processes: list(...rows) })).processes?.by_memory).toHaveLength(
      10,
    );
  });
});

test('what a host does not tell is absent, never zero', () => {
  const bare = Object.fromEntries(Object.keys(linux).map((name) => [name, undefined]));
  expect(figuresOf(linuxReading({ ...bare, system: 'Linux', ...at(5) })).values).toEqual({
    uptime: 5,
    processes: 0,
  });
});
