import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { type Range, rangeNames } from './ranges.ts';

/** Which span of time the charts show. */
export function RangePicker(props: { value: Range; onChange: (range: Range) => void }) {
  const { t } = useTranslation('monitor');
  return (
    <div
      role="group"
      aria-label={t('range.label')}
      className="flex flex-wrap gap-0.5 rounded-control border border-border bg-surface-2 p-0.5"
    >
      {rangeNames.map((range) => (
        <button
          key={range}
          type="button"
          aria-pressed={range === props.value}
          title={t(`range.${range}`)}
          onClick={() => props.onChange(range)}
          className={cn(
            'tabular h-7 rounded-[4px] px-2.5 text-xs max-narrow:px-2 font-medium text-muted transition-colors hover:text-text',
            range === props.value && 'bg-surface-3 text-text',
          )}
        >
          {t(`range.short.${range}`)}
        </button>
      ))}
    </div>
  );
}
