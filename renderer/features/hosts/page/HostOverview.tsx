import { useTranslation } from 'react-i18next';
import { HostMonitor } from '#renderer/features/monitor/HostMonitor.tsx';
import { useHostsLive } from '#renderer/features/monitor/useHostsLive.ts';
import type { HostRow } from '../useHosts.ts';
import { ConnectionCard } from './ConnectionCard.tsx';
import { DetailsCard } from './DetailsCard.tsx';
import { FactsCard } from './FactsCard.tsx';

/** What a host is, how the connection to it is, and how it does. */
export function HostOverview({ host }: { host: HostRow }) {
  const { t } = useTranslation('hosts');
  useHostsLive();
  return (
    <div className="space-y-6 px-3 py-4">
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-3">
        <ConnectionCard host={host} />
        <FactsCard host={host} />
        <DetailsCard host={host} />
      </div>
      <HostMonitor hostId={host.id} title={t('figures')} />
    </div>
  );
}
