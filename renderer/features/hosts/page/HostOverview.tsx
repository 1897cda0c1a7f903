import { useQuery } from '@tanstack/react-query';
import { Activity } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { HostCharts } from '#renderer/features/monitor/HostCharts.tsx';
import { WatchSettings } from '#renderer/features/monitor/WatchSettings.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { useMay } from '#renderer/client/useMay.ts';
import type { HostRow } from '../useHosts.ts';
import { ConnectionCard } from './ConnectionCard.tsx';
import { DetailsCard } from './DetailsCard.tsx';
import { FactsCard } from './FactsCard.tsx';

function Figures({ host }: { host: HostRow }) {
  const { t } = useTranslation('hosts');
  const may = useMay();
  const { data } = useQuery(api.monitor.hosts.queryOptions({ input: {} }));
  const watched = data?.hosts.find(({ id }) => id === host.id);
  if (!watched) return null;
  return (
    <section className="space-y-3">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="flex-1 text-lg font-semibold">{t('figures')}</h2>
        {may('operator') && <WatchSettings host={watched} />}
      </div>
      {watched.monitored ? (
        <HostCharts key={host.id} host={host.id} interval={watched.interval_seconds} />
      ) : (
        <EmptyState
          compact
          icon={<Activity />}
          title={t('figuresOff')}
          text={t('figuresOffText')}
        />
      )}
    </section>
  );
}

/** What a host is, how the connection to it is, and how it does. */
export function HostOverview({ host }: { host: HostRow }) {
  return (
    <div className="space-y-6 px-3 py-4">
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-3">
        <ConnectionCard host={host} />
        <FactsCard host={host} />
        <DetailsCard host={host} />
      </div>
      <Figures host={host} />
    </div>
  );
}
