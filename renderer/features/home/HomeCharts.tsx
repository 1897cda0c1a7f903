import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { Card } from '#renderer/ui/Card.tsx';
import { Chart } from '#renderer/ui/Chart.tsx';
import { summarise } from './summarise.ts';

/** Runs per hour with the failed ones in front, and the success rate, over a day. */
export function HomeCharts() {
  const { t, i18n } = useTranslation('home');
  const { data } = useQuery(api.runs.statistics.queryOptions({ input: { hours: 24 } }));
  const summary = summarise(data?.buckets ?? []);
  const percent = new Intl.NumberFormat(i18n.language, {
    style: 'percent',
    maximumFractionDigits: 1,
  });
  return (
    <Card title={t('chartRuns')} aside={<span className="text-xs text-muted">{t('last24')}</span>}>
      {data && summary.total === 0 ? (
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
