import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Sample } from '#contract/monitor.ts';
import { api } from '#renderer/client/api.ts';

const PREFIX = 'disk.used_percent:';

/** What is shown of many file systems: more lines than that cannot be told apart. */
const MOST = 4;

/**
 * The file systems whose fill level is drawn over time, by name, the root first.
 *
 * @param metrics names of metrics, in any order
 */
export function storeMetrics(metrics: readonly string[]): { metric: string; mount: string }[] {
  return [...new Set(metrics)]
    .filter((metric) => metric.startsWith(PREFIX))
    .sort()
    .slice(0, MOST)
    .map((metric) => ({ metric, mount: metric.slice(PREFIX.length) }));
}

/** Those of a host that history knows; undefined while it is asked. */
export function useStores(host: string): { metric: string; mount: string }[] | undefined {
  const { data, isPending } = useQuery(api.monitor.metrics.queryOptions({ input: { host } }));
  return isPending ? undefined : storeMetrics((data?.metrics ?? []).map(({ metric }) => metric));
}

/** Asks again what history knows of a new host, when its first samples show file systems. */
export function useNewStores(known: readonly unknown[] | undefined, sample: Sample | undefined) {
  const cache = useQueryClient();
  useEffect(() => {
    if (known?.length === 0 && storeMetrics(Object.keys(sample?.values ?? {})).length > 0)
      void cache.invalidateQueries({ queryKey: api.monitor.metrics.key() });
  }, [cache, known?.length, sample]);
}
