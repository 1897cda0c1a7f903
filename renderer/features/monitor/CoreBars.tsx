import { useTranslation } from 'react-i18next';
import { formatMetric } from './formatMetric.ts';

/** How busy each core is now. */
export function CoreBars({ values }: { values: Readonly<Record<string, number>> }) {
  const { t, i18n } = useTranslation('monitor');
  const cores = Object.entries(values)
    .flatMap(([name, value]) => {
      const index = /^cpu\.core:(\d+)$/.exec(name)?.[1];
      return index === undefined ? [] : [{ index: Number(index), value }];
    })
    .sort((a, b) => a.index - b.index);
  if (cores.length === 0) return null;
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-semibold text-muted">{t('cores')}</h3>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(120px,1fr))] gap-x-4 gap-y-1">
        {cores.map(({ index, value }) => (
          <li key={index} className="flex items-center gap-2 text-xs">
            <span className="tabular w-5 shrink-0 text-right text-muted">{index}</span>
            <span className="h-1.5 min-w-0 flex-1 overflow-hidden rounded-full bg-surface-3">
              <span
                className="block h-full rounded-full bg-accent transition-[width] duration-200"
                style={{ width: `${value}%` }}
              />
            </span>
            <span className="tabular w-11 shrink-0 text-right">
              {formatMetric(Math.round(value), 'percent', i18n.language)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
