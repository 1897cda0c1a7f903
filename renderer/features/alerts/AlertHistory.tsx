import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { formatMetric } from '#renderer/features/monitor/formatMetric.ts';
import { useHostName } from '#renderer/features/monitor/HostStatus.tsx';
import { QuietLine } from '#renderer/features/home/ListRow.tsx';
import { Card } from '#renderer/ui/Card.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { formatDuration } from '#renderer/ui/time.ts';
import { SeverityIcon } from './SeverityBadge.tsx';

/** Alerts that have fired, the newest first, and what they started. */
export function AlertHistory() {
  const { t, i18n } = useTranslation('alerts');
  const name = useHostName();
  const history = useQuery(api.alerts.history.queryOptions({ input: { limit: 50 } }));
  const { data } = history;
  const alerts = data?.alerts ?? [];
  return (
    <Card title={t('history')} flush>
      <QueryState query={history} lines={3} />
      {data && alerts.length === 0 && <QuietLine>{t('noHistory')}</QuietLine>}
      <ul className="divide-y divide-border">
        {alerts.map((one) => (
          <li key={one.id} className="flex items-start gap-3 px-4 py-2 text-sm">
            <span className="mt-0.5 shrink-0 [&_svg]:size-4">
              <SeverityIcon severity={one.severity} />
            </span>
            <div className="min-w-0 flex-1">
              <p className="truncate">
                <span className="font-medium">{one.name}</span>
                <span className="text-muted">
                  {' · '}
                  {name({ id: one.host, name: one.host_name })}
                </span>
              </p>
              <p className="truncate text-xs text-muted">
                <span className="font-mono">{one.metric}</span>{' '}
                {formatMetric(one.value, one.unit, i18n.language)}
                {one.runs.map(({ run, workflow }) => (
                  <span key={run}>
                    {' · '}
                    <Link
                      to="/runs/$id"
                      params={{ id: run }}
                      className="text-accent underline underline-offset-2"
                    >
                      {workflow}
                    </Link>
                  </span>
                ))}
              </p>
            </div>
            <div className="shrink-0 text-right text-xs text-muted">
              <RelativeTime at={one.fired_at} />
              <div>
                {one.resolved_at
                  ? t('lasted', {
                      duration: formatDuration(
                        Date.parse(one.resolved_at) - Date.parse(one.fired_at),
                      ),
                    })
                  : t('open')}
              </div>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
