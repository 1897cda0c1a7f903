import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LOCAL_HOST } from '#contract/monitor.ts';
import { api } from '#renderer/client/api.ts';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { HostCharts } from './HostCharts.tsx';

/** Charts of the hosts, and the rules that watch them. */
export function MonitorPage() {
  const { t } = useTranslation('monitor');
  const search = useSearch({ from: '/monitor' });
  const navigate = useNavigate({ from: '/monitor' });
  const hosts = useQuery(api.monitor.hosts.queryOptions({ input: {} }));
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...change }, replace: true });
  const all = hosts.data?.hosts ?? [];
  const host = all.find(({ id }) => id === (search.host ?? LOCAL_HOST)) ?? all[0];
  return (
    <div className="mx-auto w-full max-w-6xl pb-8">
      <PageHeader title={t('title')} text={t('text')} />
      <div className="px-6 max-narrow:px-4">
        {hosts.isPending && <Skeleton lines={8} />}
        {hosts.isError && (
          <ErrorState
            error={hosts.error}
            meaning={t('loadFailed')}
            onRetry={() => void hosts.refetch()}
          />
        )}
        {host && (
          <HostCharts
            key={host.id}
            host={host.id}
            interval={host.interval_seconds}
            range={search.range ?? '1h'}
            onRange={(range) => set({ range })}
          />
        )}
      </div>
    </div>
  );
}
