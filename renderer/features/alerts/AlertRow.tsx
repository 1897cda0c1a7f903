import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AlertState } from '#contract/alerts.ts';
import { formatMetric } from '#renderer/features/monitor/formatMetric.ts';
import { useHostName } from '#renderer/features/monitor/HostStatus.tsx';
import { ListRow } from '#renderer/features/home/ListRow.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { SeverityIcon } from './SeverityBadge.tsx';

/** One open alert: which rule, where, what the value is. Leads to the host's charts. */
export function AlertRow({ alert }: { alert: AlertState }) {
  const { t, i18n } = useTranslation('alerts');
  const name = useHostName();
  const words = (value: number) => formatMetric(value, alert.unit, i18n.language);
  return (
    <ListRow
      icon={<SeverityIcon severity={alert.severity} />}
      title={
        <Link to="/monitor" search={{ host: alert.host }} className="after:absolute after:inset-0">
          {alert.name}
          <span className="font-normal text-muted">
            {' · '}
            {name({ id: alert.host, name: alert.host_name })}
          </span>
        </Link>
      }
      text={
        <span className="block truncate">
          <span className="font-mono">{alert.metric}</span>{' '}
          {alert.state === 'no_data'
            ? t('silent')
            : t('reads', {
                value: alert.value === undefined ? '–' : words(alert.value),
                limit: `${alert.comparison} ${words(alert.threshold)}`,
              })}
        </span>
      }
      aside={<RelativeTime at={alert.since} />}
    />
  );
}
