import type { Reading } from './reading.ts';
import { amount, distinct, label, lines } from './text.ts';

/** Kept per host. */
const MOST = 32;

/** File systems that live in memory or are only views of others. */
const UNREAL =
  /^(tmpfs|devtmpfs|ramfs|udev|none|shm|cgroup2?|devfs|procfs|fdescfs|linprocfs|map|squashfuse|rootfs|\/dev\/loop\d.*)$/;
/** Where systems keep what is theirs alone. */
const INNER = /^\/(dev|proc|sys|run|snap|var\/lib\/(docker|containers|kubelet)|boot\/efi)(\/|$)/;
/** macOS shows each part of its container as a volume. */
const APPLE = /^\/(System\/Volumes\/(?!Data$)|private\/var\/vm$)/;

/**
 * Reads `df -Pk` (POSIX format: device, 1024-blocks, used, available, capacity, mount point).
 * Of a device that is mounted several times the shortest mount point counts.
 */
export function parseDisks(section: string | undefined): Reading['disks'] {
  const found = lines(section, 400).flatMap((line) => {
    const words = line.trim().split(/\s+/);
    // A device's name may hold spaces: the numbers are where four columns and a path follow each other.
    const at = words.findIndex(
      (word, i) =>
        i > 0 &&
        /^\d+$/.test(word) &&
        /^-?\d*%$|^-$/.test(words[i + 3] ?? '') &&
        words[i + 4]?.[0] === '/',
    );
    if (at < 0) return [];
    const device = words.slice(0, at).join(' ');
    const mount = label(words.slice(at + 4).join(' '));
    const [total, used] = [amount(words[at]), amount(words[at + 1])];
    if (!total || used === undefined || UNREAL.test(words[0]!)) return [];
    if (INNER.test(mount) || APPLE.test(mount) || (device === 'overlay' && mount !== '/'))
      return [];
    // Beyond what is reserved for root, less than nothing is available: it counts as nothing.
    const available = amount(words[at + 2]) ?? 0;
    return [{ device, mount, total: total * 1024, used: used * 1024, available: available * 1024 }];
  });
  const shortest = found.toSorted((a, b) => a.mount.length - b.mount.length);
  const single = distinct(
    shortest,
    (disk) => (disk.device.startsWith('/') ? disk.device : disk.mount),
    400,
  );
  return distinct(single, (disk) => disk.mount, MOST).map(({ mount, total, used, available }) => ({
    mount,
    total,
    used,
    available,
  }));
}
