import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ConnectionHealth, Host, HostEvent } from '#contract/hosts.ts';
import { api, client } from '#renderer/client/api.ts';
import { useStream } from '#renderer/client/useStream.ts';

/** A host with the state of its connection. */
export interface HostRow extends Host {
  health?: ConnectionHealth;
}

/** The connections after these events. Health names its host by name. */
export function applyHealth(
  before: readonly ConnectionHealth[],
  events: readonly HostEvent[],
): ConnectionHealth[] {
  const byHost = new Map(before.map((one) => [one.host, one]));
  for (const event of events) {
    if (event.type === 'health') byHost.set(event.health.host, event.health);
    if (event.type === 'removed') byHost.delete(event.name);
  }
  return [...byHost.values()];
}

/** Keeps hosts and connections in the cache in step with the platform while the component is there. */
export function useHostChanges(): void {
  const cache = useQueryClient();
  useStream(
    'hosts',
    (signal) => client.hosts.watch({}, { signal }),
    (events: HostEvent[]) => {
      cache.setQueryData(api.hosts.health.queryKey({ input: {} }), (old) => ({
        connections: applyHealth(old?.connections ?? [], events),
      }));
      if (events.every((event) => event.type === 'health')) return;
      // What is measured goes by the inventory too.
      for (const key of [api.hosts.list.key(), api.monitor.hosts.key()])
        void cache.invalidateQueries({ queryKey: key });
    },
  );
}

/** Every host with its connection, live. */
export function useHosts() {
  useHostChanges();
  const list = useQuery(api.hosts.list.queryOptions({ input: {} }));
  const health = useQuery(api.hosts.health.queryOptions({ input: {} }));
  const hosts = list.data?.hosts;
  const connections = health.data?.connections;
  const rows = useMemo(() => {
    const byHost = new Map(connections?.map((one) => [one.host, one]));
    return hosts?.map((host): HostRow => {
      const one = byHost.get(host.name) ?? byHost.get(host.id);
      return one ? { ...host, health: one } : host;
    });
  }, [hosts, connections]);
  return { list, rows };
}
