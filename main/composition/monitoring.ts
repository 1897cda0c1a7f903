import type { Services } from '#main/api/index.ts';
import type { Targets } from '#main/monitor/index.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Parts } from '#main/platform.ts';

/** The hosts besides this machine, as long as there is no inventory. */
export const noTargets: Targets = {
  list: () => [],
  run: async (id) => {
    throw new NexusError({ code: 'monitor.unknown_host', message: `There is no host ${id}.` });
  },
};

/** What the operations about figures are bound to. */
export function monitorService({ monitor }: Parts): Pick<Services, 'monitor'> {
  return {
    monitor: {
      hosts: () => monitor.hosts(),
      set: ({ host, monitored, interval_seconds: seconds }) =>
        monitor.set(host, {
          ...(monitored === undefined ? {} : { monitored }),
          ...(seconds === undefined ? {} : { intervalMs: seconds * 1000 }),
        }),
      metrics: (host) => monitor.metrics(host),
      latest: (host) => monitor.latest(host),
      look: (host) => monitor.look(host),
      facts: (host) => monitor.facts(host),
      series: ({ from, to, ...question }) =>
        monitor.series({ ...question, from: Date.parse(from), to: Date.parse(to) }),
      live: (host, signal) => monitor.live(host, signal),
    },
  };
}
