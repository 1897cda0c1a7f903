import { parseReading } from './parse.ts';
import type { Reading } from './reading.ts';

/** For tests: what the script prints on a Linux host, by section; a section may be replaced or left out. */
export const linux: Record<string, string> = {
  system: 'Linux',
  bits: '64',
  tick: '100',
  page: '4096',
  '/proc/uptime': '1000.50 1900.00',
  '/proc/loadavg': '0.52 0.58 0.59 1/467 12345',
  '/proc/stat': `cpu  1000 20 300 5000 100 10 20 30 40 0
cpu0 500 10 150 2500 50 5 10 15 20 0
cpu1 500 10 150 2500 50 5 10 15 20 0`,
  // Debian 12, procps-ng 4.0.2: free says total 8148336, used 2095732, free 1163112, buff/cache 5191092, available 6052604.
  '/proc/meminfo': `MemTotal:        8148336 kB
MemFree:         1163112 kB
MemAvailable:    6052604 kB
Buffers:          301544 kB
Cached:          4573784 kB
SwapCached:            0 kB
SReclaimable:     315764 kB
SwapTotal:       2097148 kB
SwapFree:        1572860 kB
HugePages_Total:       0
DirectMap4k:      161640 kB`,
  '/proc/net/dev': `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 2302827612 1465006    0    0    0     0          0         0 2302827612 1465006    0    0    0     0       0          0
  eth0: 1000000  214708    0    0    0     0          0         0 500000  131094    0    0    0     0       0          0
docker0:  800     10    0    0    0     0          0         0    900      10    0    0    0     0       0          0
vethab12cd@if7: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0`,
  '/proc/diskstats': ` 254       0 vda 100 5 20000 50 200 6 40000 70 0 1000 120 0 0 0 0
 254       1 vda1 90 5 18000 45 190 6 39000 68 0 990 113 0 0 0 0
   7       0 loop0 10 0 100 1 0 0 0 0 0 1 1
 259       0 nvme0n1 1 0 8 0 1 0 16 0 0 1 0
 259       1 nvme0n1p1 1 0 8 0 1 0 16 0 0 1 0
 253       0 dm-0 1 0 8 0 1 0 16 0 0 1 0`,
  df: `Filesystem     1024-blocks      Used Available Capacity Mounted on
/dev/vda1         20466256   8202656  11198908      43% /
tmpfs               815832       104    815728       1% /run
/dev/vda1         20466256   8202656  11198908      43% /var/lib/docker/btrfs
/dev/vdb         103081248  97844964         0     100% /srv/my data
overlay           20466256   8202656  11198908      43% /var/lib/docker/overlay2/a/merged
//nas/share      200000000 100000000 100000000      50% /mnt/nas
/dev/loop3           65280     65280         0     100% /snap/core20/1828`,
  processes: `1 4 120 2500 systemd
512 900 4000 30000 postgres: writer
77 30 0 0 kworker/0:1`,
};

export const MARK = 'abcdef0123456789';

/** The script's output made of sections. */
export function printed(sections: Record<string, string | undefined>, mark = MARK): string {
  const parts = Object.entries(sections).flatMap(([name, text]) =>
    text === undefined ? [] : [`${mark} ${name}\n${text}`],
  );
  return `${parts.join('\n')}\n${mark} end\n`;
}

/** A reading of {@link linux} with some sections changed. */
export function linuxReading(change: Record<string, string | undefined> = {}): Reading {
  return parseReading(printed({ ...linux, ...change }), MARK);
}
