import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '#renderer/ui/Card.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { CoreBars } from './CoreBars.tsx';
import { DiskBars } from './DiskBars.tsx';
import { formatMetric } from './formatMetric.ts';
import { MetricCard } from './MetricCard.tsx';
import { ProcessList } from './ProcessList.tsx';
import { RangePicker } from './RangePicker.tsx';
import { type Range, ranges } from './ranges.ts';
import { useHostHistory } from './useHostHistory.ts';
import { useNewStores, useStores } from './useStores.ts';

const METRICS = [
  'cpu.total',
  'memory.used',
  'memory.cached',
  'load.1',
  'load.5',
  'load.15',
  'net.received',
  'net.sent',
  'disk.read',
  'disk.write',
];

const COLORS = ['--accent', '--info', '--warn', '--running'];

/**
 * Everything that is measured of one host, live: charts over a span of time, cores, disks, processes.
 * Give it a key of the host, so that another host begins anew.
 */
export function HostCharts(props: {
  /** Id of the host; `local` is this machine. */
  host: string;
  /** Seconds between two samples. */
  interval?: number;
  range?: Range;
  /** Given where the range is kept by the page, in its address. */
  onRange?: (range: Range) => void;
}) {
  const { t, i18n } = useTranslation('monitor');
  const [own, setOwn] = useState<Range>('1h');
  const range = props.range ?? own;
  const stores = useStores(props.host);
  const { window, sample, error, retry } = useHostHistory(
    props.host,
    stores && [...METRICS, ...stores.map(({ metric }) => metric)],
    ranges[range],
    props.interval ?? 10,
  );
  useNewStores(stores, sample);
  const picker = <RangePicker value={range} onChange={props.onRange ?? setOwn} />;
  // What is on the screen stays there, it goes on by its stream; and another span can always be asked for.
  if (!window)
    return (
      <div className="space-y-4">
        {picker}
        {error ? (
          <ErrorState error={error} meaning={t('loadFailed')} onRetry={retry} />
        ) : (
          <Skeleton lines={8} />
        )}
      </div>
    );
  const values = sample?.values ?? {};
  const total = values['memory.total'];
  const sync = `host ${props.host}`;
  const shared = { window, sync, now: values };
  const cores = Object.keys(values).filter((name) => name.startsWith('cpu.core:')).length;
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-center gap-3">
        {picker}
        {values['uptime'] !== undefined && (
          <p className="text-xs text-muted">
            {t('uptime', { time: formatMetric(values['uptime'], 'seconds', i18n.language) })}
          </p>
        )}
      </div>
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
        <MetricCard
          {...shared}
          title={t('chart.cpu')}
          unit="percent"
          ceiling={100}
          note={cores > 0 ? t('ofCores', { count: cores }) : undefined}
          metrics={[{ metric: 'cpu.total', label: t('chart.cpu'), color: '--accent' }]}
        />
        <MetricCard
          {...shared}
          title={t('chart.memory')}
          unit="bytes"
          ceiling={total}
          note={
            total === undefined
              ? undefined
              : t('ofTotal', { total: formatMetric(total, 'bytes', i18n.language) })
          }
          metrics={[{ metric: 'memory.used', label: t('used'), color: '--info' }]}
        />
        <MetricCard
          {...shared}
          title={t('chart.network')}
          unit="bytes_per_second"
          metrics={[
            { metric: 'net.received', label: t('received'), color: '--running' },
            { metric: 'net.sent', label: t('sent'), color: '--warn' },
          ]}
        />
        <MetricCard
          {...shared}
          title={t('chart.disk')}
          unit="bytes_per_second"
          metrics={[
            { metric: 'disk.read', label: t('read'), color: '--running' },
            { metric: 'disk.write', label: t('written'), color: '--warn' },
          ]}
        />
        <MetricCard
          {...shared}
          title={t('chart.load')}
          unit="count"
          metrics={[
            { metric: 'load.1', label: t('minutes', { count: 1 }), color: '--accent' },
            { metric: 'load.5', label: t('minutes', { count: 5 }), color: '--info' },
            { metric: 'load.15', label: t('minutes', { count: 15 }), color: '--text-muted' },
          ]}
        />
        {stores !== undefined && stores.length > 0 && (
          <MetricCard
            {...shared}
            title={t('chart.storage')}
            unit="percent"
            ceiling={100}
            metrics={stores.map(({ metric, mount }, index) => ({
              metric,
              label: mount,
              color: COLORS[index] ?? '--text-muted',
            }))}
          />
        )}
      </div>
      {(cores > 0 || values['memory.total'] !== undefined) && (
        <Card title={t('now')}>
          <div className="grid grid-cols-1 gap-x-8 gap-y-4 xl:grid-cols-2">
            <CoreBars values={values} />
            <DiskBars values={values} />
          </div>
        </Card>
      )}
      {sample?.processes && <ProcessList processes={sample.processes} />}
    </div>
  );
}
