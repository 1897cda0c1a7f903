import { type Host, host, type HostInput, type HostOptions } from '#contract/hosts.ts';
import type { Sshd } from './sshd.ts';

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

/** What the inventory takes for a host that is this sshd: trusted at first sight, no agent asked. */
export const hostOn = (
  sshd: Sshd,
  name: string,
  more: Partial<HostInput> = {},
): HostInput & { name: string } => ({
  name,
  address: '127.0.0.1',
  port: sshd.port,
  user: sshd.user,
  identity: [sshd.key],
  ...more,
  options: { identity_agent: 'none', accept_new: true, ...more.options },
});
