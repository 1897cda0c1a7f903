import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { said } from '#renderer/i18n/said.ts';
import { api } from '#renderer/client/api.ts';
import { AlertRow } from '#renderer/features/alerts/AlertRow.tsx';
import { useFiring } from '#renderer/features/alerts/useFiring.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { Card } from '#renderer/ui/Card.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { StatusIcon } from '#renderer/ui/StatusBadge.tsx';
import { ListRow, QuietLine } from './ListRow.tsx';

const DAY_MS = 86_400_000;
const SHOWN = 6;

/** Failed runs of the last day, each with the line that says why. */
export function Broken() {
  const { t } = useTranslation('home');
  // Fixed when the page opens, so that the query keeps its key.
  const [since] = useState(() => new Date(Date.now() - DAY_MS).toISOString());
  const { data, error, refetch } = useQuery(
    api.runs.list.queryOptions({ input: { status: 'failed', since, limit: 50 } }),
  );
  const failed = data?.items ?? [];
  const firing = useFiring();
  const alerts = useQuery(api.alerts.states.queryOptions({ input: {} }));
  return (
    <Card
      title={t('broken')}
      flush
      aside={
        failed.length + firing.length > 0 && (
          <>
            <Badge tone="danger">
              {data?.next ? `${failed.length + firing.length}+` : failed.length + firing.length}
            </Badge>
            <Link
              to="/runs"
              search={{ q: 'status:failed' }}
              className="text-xs text-accent hover:underline"
            >
              {t('allRuns')}
            </Link>
          </>
        )
      }
    >
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {alerts.error && <ErrorState error={alerts.error} onRetry={() => void alerts.refetch()} />}
      {data && alerts.data && failed.length + firing.length === 0 && (
        <QuietLine>{t('nothingBroken')}</QuietLine>
      )}
      <ul className="divide-y divide-border">
        {firing.slice(0, SHOWN).map((alert) => (
          <AlertRow key={`${alert.rule} ${alert.host} ${alert.metric}`} alert={alert} />
        ))}
        {failed.slice(0, SHOWN).map((run) => (
          <ListRow
            key={run.id}
            icon={<StatusIcon status="failed" label />}
            title={
              <Link to="/runs/$id" params={{ id: run.id }} className="after:absolute after:inset-0">
                {run.workflow}
                {run.at_step && (
                  <span className="font-normal text-muted">
                    {' '}
                    {t('atStep', { step: run.at_step })}
                  </span>
                )}
              </Link>
            }
            text={
              run.error && (
                <span
                  className="block truncate font-mono text-danger"
                  title={said(run.error).message}
                >
                  {said(run.error).message}
                </span>
              )
            }
            aside={<RelativeTime at={run.ended_at ?? run.created_at} />}
          />
        ))}
      </ul>
    </Card>
  );
}
