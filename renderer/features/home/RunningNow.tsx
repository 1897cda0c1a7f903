import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { Card } from '#renderer/ui/Card.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { Elapsed } from '#renderer/ui/Elapsed.tsx';
import { Progress } from '#renderer/ui/Progress.tsx';
import { StatusIcon } from '#renderer/ui/StatusBadge.tsx';
import { ListRow, QuietLine } from './ListRow.tsx';

/** Active runs with how far they are. */
export function RunningNow() {
  const { t } = useTranslation('home');
  const { data, error, refetch } = useQuery(
    api.runs.list.queryOptions({
      input: { status: ['running', 'queued', 'waiting'], limit: 8 },
    }),
  );
  const runs = data?.items ?? [];
  return (
    <Card title={t('running')} flush>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && runs.length === 0 && <QuietLine>{t('nothingRunning')}</QuietLine>}
      <ul className="divide-y divide-border">
        {runs.map((run) => (
          <ListRow
            key={run.id}
            icon={<StatusIcon status={run.status} label />}
            title={
              <Link to="/runs/$id" params={{ id: run.id }} className="after:absolute after:inset-0">
                {run.workflow}
              </Link>
            }
            text={
              <span className="flex items-center gap-2">
                <Progress
                  value={run.steps_done}
                  max={run.steps_total}
                  label={t('steps', { done: run.steps_done, total: run.steps_total })}
                />
                {t('steps', { done: run.steps_done, total: run.steps_total })}
              </span>
            }
            aside={<Elapsed from={run.started_at ?? run.created_at} />}
          />
        ))}
      </ul>
    </Card>
  );
}
