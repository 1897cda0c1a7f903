import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Activity } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MonitoredHost } from '#contract/monitor.ts';
import { api } from '#renderer/client/api.ts';
import { useMay } from '#renderer/client/useMay.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { HostCharts } from './HostCharts.tsx';
import { HostStatus } from './HostStatus.tsx';
import { NoAnswer } from './NoAnswer.tsx';
import type { Range } from './ranges.ts';
import { WatchSettings } from './WatchSettings.tsx';

function NotWatched({ host }: { host: MonitoredHost }) {
  const { t } = useTranslation('monitor');
  const cache = useQueryClient();
  const may = useMay();
  const watch = useMutation(
    api.monitor.set.mutationOptions({
      onSuccess: () => cache.invalidateQueries({ queryKey: api.monitor.hosts.key() }),
    }),
  );
  return (
    <EmptyState
      compact
      icon={<Activity />}
      title={t('offTitle')}
      text={t('offText')}
      action={
        may('operator') && (
          <Button
            variant="primary"
            busy={watch.isPending}
            onClick={() => watch.mutate({ host: host.id, monitored: true })}
          >
            {t('watchVerb')}
          </Button>
        )
      }
    />
  );
}

/**
 * How one host is doing, for a page of its own: whether it answers and why not, whether and how
 * often it is looked at, and its charts, live. Takes care of its own loading, errors and emptiness;
 * that it answers again, or no longer, shows at once where the page uses `useHostsLive`.
 */
export function HostMonitor(props: {
  /** Id of the host, not its name; `local` is this machine. */
  hostId: string;
  range?: Range;
  /** Given where the page keeps the range in its address; else it is kept here. */
  onRange?: (range: Range) => void;
  /** The heading; the host's state stands beside it. */
  title?: string;
}) {
  const { t } = useTranslation('monitor');
  const hosts = useQuery(api.monitor.hosts.queryOptions({ input: {} }));
  const host = hosts.data?.hosts.find(({ id }) => id === props.hostId);
  // A host that was watched once has a history still.
  const known = useQuery({
    ...api.monitor.metrics.queryOptions({ input: { host: props.hostId } }),
    enabled: host?.monitored === false,
  });
  if (hosts.isPending) return <Skeleton lines={8} />;
  if (!host)
    return (
      <ErrorState
        error={hosts.error ?? new Error(t('unknownHost'))}
        meaning={t('loadFailed')}
        onRetry={() => void hosts.refetch()}
      />
    );
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-center gap-3">
        {props.title !== undefined && <h2 className="text-lg font-semibold">{props.title}</h2>}
        <HostStatus host={host} />
        <div className="ml-auto max-narrow:ml-0">
          <WatchSettings host={host} />
        </div>
      </div>
      {host.error && <NoAnswer error={host.error} />}
      {!host.monitored && <NotWatched host={host} />}
      {(host.monitored || (known.data?.metrics.length ?? 0) > 0) && (
        <HostCharts
          key={host.id}
          host={host.id}
          interval={host.interval_seconds}
          {...(props.range === undefined ? {} : { range: props.range })}
          {...(props.onRange === undefined ? {} : { onRange: props.onRange })}
        />
      )}
    </div>
  );
}
