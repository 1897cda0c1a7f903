import { useQueryClient } from '@tanstack/react-query';
import type { MonitoredHost } from '#contract/monitor.ts';
import { api, client } from '#renderer/client/api.ts';
import { useStream } from '#renderer/client/useStream.ts';
import { addSample, type LiveWindow } from './liveWindow.ts';
import { lineKey, newestKey } from './useHostLine.ts';

/** Keeps the lines of all hosts going by one stream. Used once by whatever shows a list of hosts. */
export function useHostsLive(): void {
  const cache = useQueryClient();
  useStream(
    'monitor all',
    (signal) => client.monitor.live({}, { signal }),
    (samples) => {
      const hosts = cache.getQueryData<{ hosts: MonitoredHost[] }>(
        api.monitor.hosts.queryKey({ input: {} }),
      )?.hosts;
      for (const sample of samples) {
        const host = hosts?.find(({ id }) => id === sample.host);
        // A host that came, went or answers again is shown as such.
        if (!host || (host.status === 'up') !== (sample.values['up'] === 1))
          void cache.invalidateQueries({ queryKey: api.monitor.hosts.key() });
        cache.setQueryData<LiveWindow>(
          lineKey(sample.host),
          (window) => window && addSample(window, sample, host?.interval_seconds ?? 10),
        );
        cache.setQueryData(newestKey(sample.host), sample.values);
      }
    },
  );
}
