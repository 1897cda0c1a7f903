import type { ConnectionHealth, Host } from '#contract/hosts.ts';

/** Announced after the commit. */
export type SshEvents = {
  host_added: Host;
  host_changed: Host;
  host_removed: { id: string; name: string };
  /** State, latency or error of a host's connection changed. */
  health: ConnectionHealth;
};
