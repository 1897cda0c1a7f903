import type { MonitoredHost, Sample } from '#contract/monitor.ts';

const GIB = 1024 ** 3;

/** A host as the list of monitored hosts tells it. */
export const sampleMonitored = (id: string, more: Partial<MonitoredHost> = {}): MonitoredHost => ({
  id,
  name: id,
  monitored: true,
  interval_seconds: 10,
  status: 'up',
  last_at: new Date().toISOString(),
  values: { 'cpu.total': 12, 'memory.used_percent': 40, 'load.1': 0.5, uptime: 7300 },
  ...more,
});

/** What one look gave, now. */
export const sampleLook = (host: string, values: Record<string, number> = {}): Sample => ({
  host,
  at: new Date().toISOString(),
  values: {
    up: 1,
    'cpu.total': 12,
    'cpu.core:0': 20,
    'cpu.core:1': 4,
    'memory.total': 16 * GIB,
    'memory.used': 4 * GIB,
    'memory.used_percent': 25,
    'load.1': 0.5,
    uptime: 7300,
    'disk.used:/': 9 * GIB,
    'disk.total:/': 10 * GIB,
    'disk.used_percent:/': 90,
    ...values,
  },
  processes: {
    by_cpu: [{ pid: 7, name: 'postgres', cpu: 31, memory: GIB }],
    by_memory: [{ pid: 8, name: 'java', memory: 3 * GIB }],
  },
});

interface Asked {
  input: { host: string; metrics: string[]; from: string; to: string };
}

/** The handler of `monitor.series`: ten steps up to now, each metric at its place in the list, with a gap. */
export const answerSeries = ({ input }: Asked) => {
  const end = Math.floor(Date.now() / 10_000) * 10;
  const times = Array.from({ length: 10 }, (_, i) => end - (9 - i) * 10);
  return {
    level: 'raw',
    step_seconds: 10,
    times,
    series: input.metrics.map((metric, at) => {
      const values = times.map((_, i) => (i === 4 ? null : at + 1));
      return { metric, unit: 'percent', min: values, avg: values, max: values };
    }),
  };
};
