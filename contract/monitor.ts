import { z } from 'zod';
import { instant } from './common.ts';
import { operation } from './define.ts';
import { errorShape } from './errors.ts';
import { stream } from './stream.ts';

/** Id of the machine that Nexus runs on, among the hosts. */
export const LOCAL_HOST = 'local';

/**
 * A metric: a dotted name and, where a host has several of the sort, a label after a colon:
 * `cpu.total`, `disk.used_percent:/var`, `net.received:eth0`.
 */
export const metricName = z
  .string()
  .regex(
    /^[a-z]+(\.[a-z0-9_]+){0,3}(:[^\p{Cc}]{1,128})?$/u,
    'a metric such as cpu.total or disk.used_percent:/var',
  );

export const metricUnit = z.enum(['percent', 'bytes', 'bytes_per_second', 'seconds', 'count']);
export type MetricUnit = z.infer<typeof metricUnit>;

/** One process of a host's top list. Names only: command lines may hold secrets. */
export const processInfo = z.object({
  pid: z.number().int(),
  name: z.string(),
  /** Percent of one core since the sample before; absent on the first. */
  cpu: z.number().optional(),
  /** Resident bytes. */
  memory: z.number().optional(),
});
export type ProcessInfo = z.infer<typeof processInfo>;

/** What one look at a host gave. A metric that the host does not tell is absent. */
export const sample = z.object({
  host: z.string(),
  at: instant,
  /** By metric, in the metric's own unit: percent, bytes, bytes per second, seconds or a count. */
  values: z.record(z.string(), z.number()),
  /** The busiest first; at most ten by processor and ten by memory. */
  processes: z.object({ by_cpu: z.array(processInfo), by_memory: z.array(processInfo) }).optional(),
});
export type Sample = z.infer<typeof sample>;

export const monitoredHost = z.object({
  id: z.string(),
  name: z.string(),
  monitored: z.boolean(),
  interval_seconds: z.number(),
  /** `waiting`: monitored, and not yet asked. */
  status: z.enum(['off', 'waiting', 'up', 'down']),
  last_at: instant.optional(),
  /** Why the last look failed. */
  error: errorShape.optional(),
  /** The newest values of a few metrics, for lists. */
  values: z.record(z.string(), z.number()),
});
export type MonitoredHost = z.infer<typeof monitoredHost>;

export const hostFacts = z.object({
  os: z.string().optional(),
  /** Name and version of the distribution. */
  distribution: z.string().optional(),
  kernel: z.string().optional(),
  architecture: z.string().optional(),
  hostname: z.string().optional(),
  cores: z.number().int().optional(),
  processor: z.string().optional(),
  /** Bytes. */
  memory: z.number().optional(),
  swap: z.number().optional(),
  booted_at: instant.optional(),
  disks: z.array(z.object({ mount: z.string(), total: z.number(), used: z.number() })),
  /** `kvm`, `docker`, `none`; absent where it cannot be told. */
  virtualisation: z.string().optional(),
  docker: z.string().optional(),
});
export type HostFacts = z.infer<typeof hostFacts>;

/** One metric over time; the arrays are parallel to `times`, null where nothing is known: a gap. */
export const series = z.object({
  metric: z.string(),
  unit: metricUnit,
  min: z.array(z.number().nullable()),
  avg: z.array(z.number().nullable()),
  max: z.array(z.number().nullable()),
});
export type Series = z.infer<typeof series>;

const host = z.object({ host: z.string().min(1).max(200) });

export const monitor = {
  hosts: operation('GET /monitor/hosts', {
    title: 'List monitored hosts',
    role: 'viewer',
    audit: 'none',
  })
    .input(z.object({}))
    .output(z.object({ hosts: z.array(monitoredHost) })),
  set: operation('PATCH /monitor/hosts/{host}', {
    title: 'Change monitoring of a host',
    role: 'operator',
    audit: 'input',
  })
    .input(
      host.extend({
        monitored: z.boolean().optional(),
        interval_seconds: z.number().min(2).max(3600).optional(),
      }),
    )
    .output(z.object({ host: monitoredHost })),
  metrics: operation('GET /monitor/hosts/{host}/metrics', {
    title: 'List metrics of a host',
    role: 'viewer',
    audit: 'none',
  })
    .input(host)
    .output(z.object({ metrics: z.array(z.object({ metric: z.string(), unit: metricUnit })) })),
  /** The newest sample, as it is held in memory; absent before the first. */
  latest: operation('GET /monitor/hosts/{host}/latest', {
    title: 'Show a host’s newest values',
    role: 'viewer',
    audit: 'none',
  })
    .input(host)
    .output(z.object({ sample: sample.optional() })),
  /** Looks at the host now, also where it is not monitored; takes about a second. */
  look: operation('POST /monitor/hosts/{host}/looks', {
    title: 'Look at a host',
    role: 'operator',
    audit: 'none',
  })
    .input(host)
    .output(z.object({ sample })),
  facts: operation('GET /monitor/hosts/{host}/facts', {
    title: 'Show facts of a host',
    role: 'operator',
    audit: 'none',
  })
    .input(host)
    .output(z.object({ facts: hostFacts })),
  /** History between two instants in at most `points` steps; raw, 1-minute or 15-minute values, whichever fits. */
  series: operation('POST /monitor/series', {
    title: 'Read history of a host',
    role: 'viewer',
    audit: 'none',
  })
    .input(
      host.extend({
        metrics: z.array(metricName).min(1).max(64),
        from: instant,
        to: instant,
        points: z.number().int().min(2).max(2000).default(300),
      }),
    )
    .output(
      z.object({
        level: z.enum(['raw', '1m', '15m']),
        step_seconds: z.number(),
        /** Seconds since the epoch, evenly spaced: the start of each step. */
        times: z.array(z.number()),
        series: z.array(series),
      }),
    ),
  /** The newest sample, then each new one. Without `host`: of every host, without processes. */
  live: operation('GET /monitor/live', {
    title: 'Watch figures of hosts',
    role: 'viewer',
    audit: 'none',
    stream: true,
  })
    .input(host.partial())
    .output(stream(sample)),
};

/** The unit of a metric, by its name. */
export function unitOf(metric: string): MetricUnit {
  const name = metric.split(':', 1)[0]!;
  if (name.startsWith('cpu.') || name.endsWith('_percent') || name === 'disk.busy')
    return 'percent';
  if (/^(disk\.(read|write)|net\.(received|sent))$/.test(name)) return 'bytes_per_second';
  if (/^(memory|swap|disk)\./.test(name)) return 'bytes';
  return name === 'uptime' ? 'seconds' : 'count';
}
