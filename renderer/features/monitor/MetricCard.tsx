import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MetricUnit } from '#contract/monitor.ts';
import { Card } from '#renderer/ui/Card.tsx';
import { formatMetric } from './formatMetric.ts';
import type { LiveWindow } from './liveWindow.ts';
import { MetricChart } from './MetricChart.tsx';

export interface CardMetric {
  metric: string;
  label: string;
  color: string;
}

/** The chart of a few metrics of one unit, with what they are now (or were, under the crosshair) large above it. */
export function MetricCard(props: {
  title: string;
  metrics: readonly CardMetric[];
  unit: MetricUnit;
  window: LiveWindow;
  /** The newest values; without a crosshair they are shown. */
  now: Readonly<Record<string, number>>;
  sync: string;
  ceiling?: number | undefined;
  /** Small, beside the newest value of a single metric, e.g. "of 24 GiB". */
  note?: string | undefined;
}) {
  const { t, i18n } = useTranslation('monitor');
  const [cursor, setCursor] = useState<number | null>(null);
  const { window, metrics, unit } = props;
  const at = cursor !== null && cursor < window.times.length ? cursor : window.times.length - 1;
  const single = metrics.length === 1;
  const read = metrics.map(({ metric }) => {
    const then = window.lines[metric]?.avg[at] ?? null;
    // The last step of a long span is a mean of minutes; what is large beside it is now.
    if (cursor !== null) return then;
    return props.now[metric] ?? (props.now['up'] === 0 ? null : then);
  });
  const words = (value: number | null) =>
    value === null ? t('noValue') : formatMetric(value, unit, i18n.language);
  const time =
    cursor === null || window.times[at] === undefined
      ? undefined
      : new Intl.DateTimeFormat(i18n.language, {
          ...(window.span > 86_400 ? { day: 'numeric', month: 'short' } : {}),
          hour: '2-digit',
          minute: '2-digit',
          ...(window.step < 60 ? { second: '2-digit' } : {}),
        }).format(window.times[at] * 1000);
  const lines = metrics.map(({ metric, label, color }) => {
    const line = window.lines[metric] ?? { min: [], avg: [], max: [] };
    // A band where a step holds several samples; two lines with bands would hide each other.
    const band = single && window.step >= 60 ? { low: line.min, high: line.max } : {};
    return { label, color, values: line.avg, ...band };
  });
  const summary = metrics.map(({ label }, i) => `${label}: ${words(read[i] ?? null)}`).join(', ');
  return (
    <Card
      title={props.title}
      aside={time && <span className="tabular text-xs text-muted">{time}</span>}
    >
      <dl className="mb-2 flex min-h-8 flex-wrap items-baseline gap-x-5 gap-y-1">
        {metrics.map(({ metric, label, color }, i) => (
          <div key={metric} className="flex min-w-0 items-baseline gap-2">
            <dt className={single ? 'sr-only' : 'flex items-center gap-1.5 text-xs text-muted'}>
              <span
                aria-hidden
                className="inline-block h-0.5 w-3 rounded-full"
                style={{ background: `var(${color})` }}
              />
              {label}
            </dt>
            <dd className={`tabular font-semibold ${single ? 'text-2xl' : 'text-lg'}`}>
              {words(read[i] ?? null)}
              {single && props.note && (
                <span className="ml-2 text-xs font-normal text-muted">{props.note}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <MetricChart
        times={window.times}
        lines={lines}
        unit={unit}
        span={window.span}
        sync={props.sync}
        language={i18n.language}
        label={props.title}
        reading={time ? `${time}: ${summary}` : summary}
        cursor={cursor}
        onCursor={setCursor}
        {...(props.ceiling === undefined ? {} : { ceiling: props.ceiling })}
      />
    </Card>
  );
}
