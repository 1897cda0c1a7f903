import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { HostEvent } from '#contract/hosts.ts';
import { api, client } from '#renderer/client/api.ts';
import { useStream } from '#renderer/client/useStream.ts';

/** This machine and every host of the inventory, as they come and go. */
export function useMonitoredHosts() {
  const cache = useQueryClient();
  useStream(
    'monitored hosts',
    (signal) => client.hosts.watch({}, { signal }),
    (events: HostEvent[]) => {
      if (events.some(({ type }) => type !== 'health'))
        void cache.invalidateQueries({ queryKey: api.monitor.hosts.key() });
    },
  );
  return useQuery(api.monitor.hosts.queryOptions({ input: {} }));
}
