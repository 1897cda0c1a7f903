import type { MonitoredHost, Sample } from '#contract/monitor.ts';
import type { NexusError } from '#main/base/errors.ts';
import type { HostSetting } from './hostSettings.ts';
import type { Observer } from './observer.ts';
import type { Target } from './targets.ts';

/** Shown in lists. */
const SUMMARY = ['cpu.total', 'memory.used_percent', 'load.1', 'uptime'];

/** What came of looking at a host. */
export interface Seen {
  observer: Observer;
  sample?: Sample;
  /** Epoch milliseconds of the last look, whatever came of it. */
  at?: number;
  error?: NexusError;
}

/** A host as lists show it. */
export function shownHost(
  { id, name }: Target,
  { monitored, intervalMs }: HostSetting,
  seen: Seen | undefined,
): MonitoredHost {
  const values = seen?.error ? {} : (seen?.sample?.values ?? {});
  const status = !monitored ? 'off' : seen?.error ? 'down' : seen?.sample ? 'up' : 'waiting';
  return {
    id,
    name,
    monitored,
    interval_seconds: intervalMs / 1000,
    status,
    ...(seen?.at === undefined ? {} : { last_at: new Date(seen.at).toISOString() }),
    ...(monitored && seen?.error ? { error: seen.error.toShape() } : {}),
    values: Object.fromEntries(
      SUMMARY.flatMap((metric) => (values[metric] === undefined ? [] : [[metric, values[metric]]])),
    ),
  };
}
