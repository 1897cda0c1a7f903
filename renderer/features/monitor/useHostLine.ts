import { skipToken, useQuery } from '@tanstack/react-query';
import type { MonitoredHost } from '#contract/monitor.ts';
import { api, client } from '#renderer/client/api.ts';
import { windowOf } from './liveWindow.ts';

const SPAN = 3600;
const POINTS = 60;
const METRICS = ['cpu.total', 'memory.used_percent'];

/** Where the cache holds the hour of a host, and its newest figures. */
export const lineKey = (host: string) => ['monitor', 'line', host];
export const newestKey = (host: string) => ['monitor', 'newest', host];

export interface HostLine {
  /** Absent while it is loaded, and for an id that is none. */
  host: MonitoredHost | undefined;
  /** An hour of each, in percent. */
  cpu: readonly (number | null)[];
  memory: readonly (number | null)[];
  /** The newest figures; none where the host does not answer. */
  values: Readonly<Record<string, number>>;
}

/** An hour of processor and memory of one host; it moves where `useHostsLive` is used. */
export function useHostLine(hostId: string): HostLine {
  const { data: hosts } = useQuery(api.monitor.hosts.queryOptions({ input: {} }));
  const host = hosts?.hosts.find(({ id }) => id === hostId);
  const { data: window } = useQuery({
    queryKey: lineKey(hostId),
    queryFn: host?.monitored
      ? async ({ signal }) => {
          const now = Date.now();
          const answer = await client.monitor.series(
            {
              host: hostId,
              metrics: METRICS,
              from: new Date(now - SPAN * 1000).toISOString(),
              to: new Date(now + 60_000).toISOString(),
              points: POINTS,
            },
            { signal },
          );
          return windowOf(answer, SPAN);
        }
      : skipToken,
  });
  const { data: newest } = useQuery<Readonly<Record<string, number>>>({
    queryKey: newestKey(hostId),
    queryFn: skipToken,
  });
  const alive = host?.status === 'up';
  return {
    host,
    cpu: window?.lines['cpu.total']?.avg ?? [],
    memory: window?.lines['memory.used_percent']?.avg ?? [],
    values: alive ? (newest ?? host.values) : {},
  };
}
