import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { formatMetric } from './formatMetric.ts';

interface Store {
  name: string;
  used: number;
  total: number;
  percent: number;
}

/** File systems, then swap, the fullest first. */
export function storesOf(values: Readonly<Record<string, number>>, swapName: string): Store[] {
  const disks = Object.entries(values).flatMap(([name, percent]) => {
    if (!name.startsWith('disk.used_percent:')) return [];
    const mount = name.slice('disk.used_percent:'.length);
    const [used, total] = [values[`disk.used:${mount}`], values[`disk.total:${mount}`]];
    return used === undefined || total === undefined ? [] : [{ name: mount, used, total, percent }];
  });
  const [used, total] = [values['swap.used'], values['swap.total']];
  const percent = values['swap.used_percent'];
  return [
    ...disks.sort((a, b) => b.percent - a.percent || a.name.localeCompare(b.name)),
    ...(used !== undefined && total !== undefined && percent !== undefined
      ? [{ name: swapName, used, total, percent }]
      : []),
  ];
}

/** How full each file system is now. */
export function DiskBars({ values }: { values: Readonly<Record<string, number>> }) {
  const { t, i18n } = useTranslation('monitor');
  const stores = storesOf(values, t('swap'));
  if (stores.length === 0) return null;
  const size = (bytes: number) => formatMetric(bytes, 'bytes', i18n.language);
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-semibold text-muted">{t('disks')}</h3>
      <ul className="space-y-2">
        {stores.map(({ name, used, total, percent }) => (
          <li key={name} className="text-xs">
            <div className="mb-0.5 flex items-baseline justify-between gap-3">
              <span className="truncate font-mono" title={name}>
                {name}
              </span>
              <span className="tabular shrink-0 text-muted">
                {t('usedOf', { used: size(used), total: size(total) })} ·{' '}
                <span className="text-text">{formatMetric(percent, 'percent', i18n.language)}</span>
              </span>
            </div>
            <div className="h-1.5 overflow-hidden rounded-full bg-surface-3">
              <div
                className={cn(
                  'h-full rounded-full',
                  percent >= 95 ? 'bg-danger' : percent >= 85 ? 'bg-warn' : 'bg-info',
                )}
                style={{ width: `${percent}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
