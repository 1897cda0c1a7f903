import { isIP } from 'node:net';

/** Whether a request may be answered at all, by the names it uses. */
export interface HostPolicy {
  /**
   * True when `host` (the Host header) is a name of ours. A page that reaches us under a name of its
   * own (DNS rebinding) is stopped here.
   *
   * @param local the address at which the connection arrived: as a literal it cannot be rebound.
   */
  allowsHost(host: string | undefined, local: string | undefined): boolean;
  /**
   * True when a page of `origin` may talk to us: only our own pages may, so it must be the very host
   * that the request names. Absent origins are no pages of others.
   */
  allowsOrigin(origin: string | undefined, host: string): boolean;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * @param port where we listen.
 * @param names further names by which we are reached, with or without a port, e.g. behind a proxy.
 */
export function hostPolicy(port: number, names: readonly string[]): HostPolicy {
  const exact = new Set<string>();
  const anyPort = new Set<string>();
  for (const name of LOOPBACK) {
    exact.add(`${name}:${port}`);
    if (port === 80) exact.add(name);
  }
  for (const name of names) {
    const lower = name.toLowerCase();
    if (/:\d+$/.test(lower) && !/^[^[].*:.*:/.test(lower)) exact.add(lower);
    else anyPort.add(lower);
  }
  return {
    allowsHost(host, local) {
      if (host === undefined) return false;
      const lower = host.toLowerCase();
      if (exact.has(lower)) return true;
      const parts = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/.exec(lower);
      if (!parts) return false;
      const [, name, at] = parts as unknown as [string, string, string | undefined];
      return anyPort.has(name) || (Number(at ?? 80) === port && isLocalLiteral(name, local));
    },
    allowsOrigin(origin, host) {
      if (origin === undefined) return true;
      const lower = origin.toLowerCase();
      const of = host.toLowerCase();
      return lower === `http://${of}` || lower === `https://${of}`;
    },
  };
}

function isLocalLiteral(name: string, local: string | undefined): boolean {
  const bare = name.startsWith('[') ? name.slice(1, -1) : name;
  return local !== undefined && isIP(bare) !== 0 && bare === local.replace(/^::ffff:/, '');
}

/** Whether an address to listen on is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The name as it stands in a URL and in a Host header. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
