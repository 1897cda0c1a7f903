import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { MonitoredHost, Sample } from '#contract/monitor.ts';
import { api, client } from '#renderer/client/api.ts';
import { useStream } from '#renderer/client/useStream.ts';
import { addSample, type LiveWindow, windowOf } from './liveWindow.ts';

const SPAN = 3600;
const POINTS = 60;
const METRICS = ['cpu.total', 'memory.used_percent'];

export interface HostLine {
  host: MonitoredHost;
  cpu: readonly (number | null)[];
  memory: readonly (number | null)[];
  values: Readonly<Record<string, number>>;
}

/** An hour of processor and memory of many hosts, kept going by one stream. */
export function useHostLines(hosts: readonly MonitoredHost[]): HostLine[] {
  const cache = useQueryClient();
  const answers = useQueries({
    queries: hosts.map(({ id }) => ({
      queryKey: ['monitor', 'line', id],
      queryFn: async () => {
        const now = Date.now();
        const answer = await client.monitor.series({
          host: id,
          metrics: METRICS,
          from: new Date(now - SPAN * 1000).toISOString(),
          to: new Date(now + 60_000).toISOString(),
          points: POINTS,
        });
        return windowOf(answer, SPAN);
      },
    })),
  });
  const [newest, setNewest] = useState<Readonly<Record<string, Sample>>>({});
  useStream(
    hosts.length === 0 ? null : 'monitor all',
    (signal) => client.monitor.live({}, { signal }),
    (samples) => {
      for (const sample of samples) {
        const host = hosts.find(({ id }) => id === sample.host);
        // A host that came, went or answers again is shown as such.
        if (!host || (host.status === 'up') !== (sample.values['up'] === 1))
          void cache.invalidateQueries({ queryKey: api.monitor.hosts.key() });
        cache.setQueryData<LiveWindow>(
          ['monitor', 'line', sample.host],
          (window) => window && addSample(window, sample, host?.interval_seconds ?? 10),
        );
      }
      setNewest((before) => ({
        ...before,
        ...Object.fromEntries(samples.map((sample) => [sample.host, sample])),
      }));
    },
  );
  return hosts.map((host, index) => {
    const lines = answers[index]?.data?.lines;
    return {
      host,
      cpu: lines?.['cpu.total']?.avg ?? [],
      memory: lines?.['memory.used_percent']?.avg ?? [],
      values: newest[host.id]?.values ?? host.values,
    };
  });
}
