import { execFileSync } from 'node:child_process';

/** A machine of its own on a cable of its own, which can be pulled. */
export interface Network {
  /** Of the network namespace. */
  name: string;
  /** Where what runs in it is reached from here. */
  address: string;
  down(): void;
  up(): void;
  close(): void;
}

const ip = (...words: string[]) => execFileSync('ip', words, { stdio: 'pipe' });

/** Whether network namespaces can be made here: it takes root, and a container may forbid it. */
export function namespacesAllowed(): boolean {
  const name = `nxp-${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return true;
  } catch {
    return false;
  }
}

/** Lays the cable: a pair of interfaces, one of them in a namespace of its own. */
export function openNetwork(): Network {
  const mark = String(process.pid % 60_000);
  const name = `nxt-${mark}`;
  const here = `nxh${mark}`;
  const there = `nxn${mark}`;
  // Addresses for documentation (RFC 5737), one small net for each process.
  const net = `198.51.100.${(process.pid % 62) * 4}`;
  const base = Number(net.split('.')[3]);
  const address = `198.51.100.${base + 2}`;
  ip('netns', 'add', name);
  ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there);
  ip('link', 'set', there, 'netns', name);
  ip('addr', 'add', `198.51.100.${base + 1}/30`, 'dev', here);
  ip('link', 'set', here, 'up');
  ip('netns', 'exec', name, 'ip', 'addr', 'add', `${address}/30`, 'dev', there);
  ip('netns', 'exec', name, 'ip', 'link', 'set', there, 'up');
  ip('netns', 'exec', name, 'ip', 'link', 'set', 'lo', 'up');
  return {
    name,
    address,
    down: () => void ip('netns', 'exec', name, 'ip', 'link', 'set', there, 'down'),
    up: () => void ip('netns', 'exec', name, 'ip', 'link', 'set', there, 'up'),
    close() {
      ip('link', 'del', here);
      ip('netns', 'del', name);
    },
  };
}
