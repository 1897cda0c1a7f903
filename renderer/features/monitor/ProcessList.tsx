import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProcessInfo, Sample } from '#contract/monitor.ts';
import { Card } from '#renderer/ui/Card.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { formatMetric } from './formatMetric.ts';

/** The ten busiest or largest processes of a host. */
export function ProcessList({ processes }: { processes: NonNullable<Sample['processes']> }) {
  const { t, i18n } = useTranslation('monitor');
  const [by, setBy] = useState<'by_cpu' | 'by_memory'>('by_cpu');
  const shown: readonly ProcessInfo[] = processes[by];
  return (
    <Card
      title={t('processes.title')}
      flush
      aside={
        <Select
          className="w-44"
          label={t('processes.order')}
          value={by}
          onChange={setBy}
          options={[
            { value: 'by_cpu', label: t('processes.by_cpu') },
            { value: 'by_memory', label: t('processes.by_memory') },
          ]}
        />
      }
    >
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b border-border text-left text-xs text-muted">
            <th className="px-4 py-1.5 font-medium">{t('processes.name')}</th>
            <th className="px-4 py-1.5 text-right font-medium">{t('processes.pid')}</th>
            <th className="px-4 py-1.5 text-right font-medium">{t('processes.cpu')}</th>
            <th className="px-4 py-1.5 text-right font-medium">{t('processes.memory')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ pid, name, cpu, memory }) => (
            <tr key={pid} className="border-b border-border last:border-0">
              <td className="max-w-0 truncate px-4 py-1 font-mono text-xs">{name}</td>
              <td className="tabular w-24 px-4 py-1 text-right text-muted">{pid}</td>
              <td className="tabular w-28 px-4 py-1 text-right">
                {cpu === undefined ? '–' : formatMetric(cpu, 'percent', i18n.language)}
              </td>
              <td className="tabular w-32 px-4 py-1 text-right">
                {memory === undefined ? '–' : formatMetric(memory, 'bytes', i18n.language)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p className="px-4 py-3 text-sm text-muted">{t('processes.idle')}</p>}
    </Card>
  );
}
