import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { MonitoredHost } from '#contract/monitor.ts';
import { Card } from '#renderer/ui/Card.tsx';
import { HostFigure } from './HostFigure.tsx';
import { HostStatus, useHostName } from './HostStatus.tsx';
import { useHostsLive } from './useHostsLive.ts';
import { useMonitoredHosts } from './useMonitoredHosts.ts';

const SHOWN = 8;

/**
 * One host on a line: name, state, an hour of processor and memory. In a narrow place the name has a
 * line to itself, so that the figures stay beside each other.
 */
function HostRow({ host }: { host: MonitoredHost }) {
  const name = useHostName();
  return (
    <li className="@container relative flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 transition-colors hover:bg-surface-3/50">
      <span className="flex min-w-0 flex-[1_1_10rem] items-center gap-2 @max-lg:basis-full">
        <Link
          to="/monitor"
          search={{ host: host.id }}
          className="truncate text-sm font-medium after:absolute after:inset-0"
        >
          {name(host)}
        </Link>
        {host.status !== 'up' && <HostStatus host={host} />}
      </span>
      <HostFigure hostId={host.id} figure="cpu" labelled />
      <HostFigure hostId={host.id} figure="memory" labelled />
    </li>
  );
}

/** The monitored hosts, each on a line that leads to its charts; they move where `useHostsLive` is used. */
export function HostRows({ hosts }: { hosts: readonly MonitoredHost[] }) {
  return (
    <ul className="divide-y divide-border">
      {hosts.map((host) => (
        <HostRow key={host.id} host={host} />
      ))}
    </ul>
  );
}

/** Hosts at a glance, for Home. */
export function HostGlance() {
  const { t } = useTranslation('monitor');
  useHostsLive();
  const { data } = useMonitoredHosts();
  const monitored = (data?.hosts ?? []).filter((host) => host.monitored);
  if (monitored.length === 0) return null;
  const worstFirst = monitored.toSorted(
    (a, b) => Number(b.status === 'down') - Number(a.status === 'down'),
  );
  return (
    <Card
      title={t('glance')}
      flush
      aside={
        <Link to="/monitor" className="text-xs text-accent hover:underline">
          {t('title')}
        </Link>
      }
    >
      <HostRows hosts={worstFirst.slice(0, SHOWN)} />
    </Card>
  );
}
