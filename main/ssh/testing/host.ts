import { type Host, host, type HostOptions } from '#contract/hosts.ts';

const NOW = '2026-01-01T00:00:00.000Z';

/** A host of no inventory: `web` at 10.0.0.1, unless said otherwise. */
export function someHost(more: Partial<Host> = {}, options: HostOptions = {}): Host {
  return host.parse({
    id: 'host_web',
    name: 'web',
    address: '10.0.0.1',
    port: 22,
    identity: [],
    jump: [],
    groups: [],
    tags: [],
    source: 'added',
    created_at: NOW,
    updated_at: NOW,
    ...more,
    options: { ...more.options, ...options },
  });
}
