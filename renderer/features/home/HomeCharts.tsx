import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { Card } from '#renderer/ui/Card.tsx';
import { Chart } from '#renderer/ui/Chart.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { summarise } from './summarise.ts';

/** Runs per hour with the failed ones in front, and the success rate, over a day. */
export function HomeCharts() {
  const { t, i18n } = useTranslation('home');
  const statistics = useQuery(api.runs.statistics.queryOptions({ input: { hours: 24 } }));
  const { data } = statistics;
  const summary = summarise(data?.buckets ?? []);
  const percent = new Intl.NumberFormat(i18n.language, {
    style: 'percent',
    maximumFractionDigits: 1,
  });
  return (
    <Card title={t('chartRuns')} aside={<span className="text-xs text-muted">{t('last24')}</span>}>
      {!data ? (
        // Nothing known is not nothing failed.
        <QueryState query={statistics} lines={5} />
      ) : summary.total === 0 ? (
        <p className="text-sm text-muted">{t('chartEmpty')}</p>
      ) : (
        <>
          <dl className="mb-3 flex gap-8">
            <div>
              <dt className="text-xs text-muted">{t('series.all')}</dt>
              <dd className="tabular text-2xl font-semibold">
                {summary.total.toLocaleString(i18n.language)}
              </dd>
            </div>
            <div>
              <dt className="text-xs text-muted">{t('chartSuccess')}</dt>
              <dd className="tabular text-2xl font-semibold">
                {summary.rate === null ? '–' : percent.format(summary.rate)}
              </dd>
            </div>
            <div>
              <dt className="text-xs text-muted">{t('series.failed')}</dt>
              <dd
                className={`tabular text-2xl font-semibold ${summary.failed > 0 ? 'text-danger' : ''}`}
              >
                {summary.failed.toLocaleString(i18n.language)}
              </dd>
            </div>
          </dl>
          <Chart
            language={i18n.language}
            label={t('chartRuns')}
            height={128}
            sync="home"
            times={summary.times}
            series={[
              { label: t('series.all'), color: '--accent', kind: 'bars', values: summary.all },
              {
                label: t('series.failed'),
                color: '--danger',
                kind: 'bars',
                values: summary.failures,
              },
            ]}
          />
        </>
      )}
    </Card>
  );
}
