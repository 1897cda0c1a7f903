import { useTranslation } from 'react-i18next';
import { said } from '#renderer/i18n/said.ts';
import { Card } from '#renderer/ui/Card.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { formatLatency, HealthBadge } from '../HealthBadge.tsx';
import type { HostRow } from '../useHosts.ts';
import { FactList } from './FactList.tsx';

/** How the connection to a host is, and why it is not. */
export function ConnectionCard({ host }: { host: HostRow }) {
  const { t, i18n } = useTranslation('hosts');
  const { health } = host;
  return (
    <Card title={t('connection.title')} aside={<HealthBadge health={health} />}>
      {health ? (
        <div className="space-y-3">
          <FactList
            facts={[
              [t('connection.since'), <RelativeTime key="since" at={health.since} />],
              [
                t('connection.latency'),
                health.latency_ms === undefined
                  ? undefined
                  : formatLatency(health.latency_ms, i18n.language),
              ],
              [t('connection.channels'), health.channels],
              [t('connection.client'), health.client && t(`form.clients.${health.client}`)],
              [
                t('connection.retry'),
                health.retry_at && <RelativeTime key="retry" at={health.retry_at} />,
              ],
            ]}
          />
          {health.error && (
            <p role="alert" className="rounded-control bg-danger/8 p-2 text-sm break-words">
              {said(health.error).message}
              <span className="mt-1 block font-mono text-2xs text-muted">{health.error.code}</span>
            </p>
          )}
        </div>
      ) : (
        <p className="text-sm text-pretty text-muted">{t('connection.none')}</p>
      )}
    </Card>
  );
}
