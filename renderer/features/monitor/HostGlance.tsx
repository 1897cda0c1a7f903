import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { MonitoredHost } from '#contract/monitor.ts';
import { api } from '#renderer/client/api.ts';
import { Card } from '#renderer/ui/Card.tsx';
import { Sparkline } from '#renderer/ui/Sparkline.tsx';
import { formatMetric } from './formatMetric.ts';
import { HostStatus, useHostName } from './HostStatus.tsx';
import { type HostLine, useHostLines } from './useHostLines.ts';

const SHOWN = 8;

function Figure(props: {
  label: string;
  value: number | undefined;
  values: readonly (number | null)[];
  color: string;
}) {
  const { i18n } = useTranslation('monitor');
  return (
    <div className="flex items-center gap-2">
      <Sparkline values={props.values} ceiling={100} color={props.color} width={64} />
      <span className="w-16 text-right text-xs">
        <span className="block text-2xs text-muted">{props.label}</span>
        <span className="tabular font-medium">
          {props.value === undefined ? '–' : formatMetric(props.value, 'percent', i18n.language)}
        </span>
      </span>
    </div>
  );
}

/** One host on a line: name, state, an hour of processor and memory. */
export function HostRow({ line }: { line: HostLine }) {
  const { t } = useTranslation('monitor');
  const name = useHostName();
  const { host, values } = line;
  const alive = host.status === 'up';
  return (
    <li className="relative flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 transition-colors hover:bg-surface-3/50">
      <span className="flex min-w-0 flex-1 items-center gap-2">
        <Link
          to="/monitor"
          search={{ host: host.id }}
          className="truncate text-sm font-medium after:absolute after:inset-0"
        >
          {name(host)}
        </Link>
        {!alive && <HostStatus host={host} />}
      </span>
      <Figure
        label={t('chart.cpu')}
        value={alive ? values['cpu.total'] : undefined}
        values={line.cpu}
        color="--accent"
      />
      <Figure
        label={t('chart.memory')}
        value={alive ? values['memory.used_percent'] : undefined}
        values={line.memory}
        color="--info"
      />
    </li>
  );
}

/** The monitored hosts, those in trouble first. */
export function HostRows({ hosts }: { hosts: readonly MonitoredHost[] }) {
  const lines = useHostLines(hosts);
  return (
    <ul className="divide-y divide-border">
      {lines.map((line) => (
        <HostRow key={line.host.id} line={line} />
      ))}
    </ul>
  );
}

/** Hosts at a glance, for Home. */
export function HostGlance() {
  const { t } = useTranslation('monitor');
  const { data } = useQuery(api.monitor.hosts.queryOptions({ input: {} }));
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
