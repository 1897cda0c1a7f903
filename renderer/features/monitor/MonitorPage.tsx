import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LOCAL_HOST, type MonitoredHost } from '#contract/monitor.ts';
import { AlertsPanel } from '#renderer/features/alerts/AlertsPanel.tsx';
import { useFiring } from '#renderer/features/alerts/useFiring.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { Card } from '#renderer/ui/Card.tsx';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { Tabs } from '#renderer/ui/Tabs.tsx';
import { HostRows } from './HostGlance.tsx';
import { HostMonitor } from './HostMonitor.tsx';
import { useHostName } from './HostStatus.tsx';
import { useHostsLive } from './useHostsLive.ts';
import { useMonitoredHosts } from './useMonitoredHosts.ts';

function Charts({ hosts }: { hosts: readonly MonitoredHost[] }) {
  const { t } = useTranslation('monitor');
  const search = useSearch({ from: '/monitor' });
  const navigate = useNavigate({ from: '/monitor' });
  const name = useHostName();
  const host = hosts.find(({ id }) => id === (search.host ?? LOCAL_HOST)) ?? hosts[0];
  if (!host) return null;
  return (
    <div className="space-y-4">
      {hosts.length > 1 && (
        <Card title={t('hosts')} flush>
          <HostRows hosts={hosts} />
        </Card>
      )}
      <HostMonitor
        hostId={host.id}
        title={name(host)}
        range={search.range ?? '1h'}
        onRange={(range) => void navigate({ search: { ...search, range }, replace: true })}
      />
    </div>
  );
}

/** Charts of the hosts, and the rules that watch them. */
export function MonitorPage() {
  const { t } = useTranslation('monitor');
  const search = useSearch({ from: '/monitor' });
  const navigate = useNavigate({ from: '/monitor' });
  useHostsLive();
  const hosts = useMonitoredHosts();
  const firing = useFiring();
  return (
    <div className="mx-auto w-full max-w-6xl pb-8">
      <PageHeader title={t('title')} text={t('text')} />
      <Tabs
        label={t('title')}
        value={search.tab ?? 'charts'}
        onChange={(tab) => void navigate({ search: { ...search, tab }, replace: true })}
        className="px-3 max-narrow:px-1"
        items={[
          {
            value: 'charts',
            label: t('tabs.charts'),
            content: (
              <div className="px-3 pt-4">
                <QueryState query={hosts} lines={8} meaning={t('loadFailed')} />
                {hosts.data && <Charts hosts={hosts.data.hosts} />}
              </div>
            ),
          },
          {
            value: 'alerts',
            label: (
              <span className="flex items-center gap-1.5">
                {t('tabs.alerts')}
                {firing.length > 0 && <Badge tone="danger">{firing.length}</Badge>}
              </span>
            ),
            content: (
              <div className="px-3 pt-4">
                <AlertsPanel />
              </div>
            ),
          },
        ]}
      />
    </div>
  );
}
