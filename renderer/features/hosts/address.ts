import type { Host } from '#contract/hosts.ts';

/** Where a host is, as people write it: `root@web.example.org:2222`; the usual port is left out. */
export function addressOf(host: Pick<Host, 'address' | 'port' | 'user'>): string {
  const address = host.address.includes(':') ? `[${host.address}]` : host.address;
  const port = host.port === 22 ? '' : `:${host.port}`;
  return `${host.user ? `${host.user}@` : ''}${address}${port}`;
}
