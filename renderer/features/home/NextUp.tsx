import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CalendarClock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { wordsSaid } from '#renderer/i18n/said.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Card } from '#renderer/ui/Card.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { upcoming } from '../schedules/upcoming.ts';
import { ListRow, QuietLine } from './ListRow.tsx';

/** The next firings over all schedules. */
export function NextUp() {
  const { t } = useTranslation('home');
  const { data, error, refetch } = useQuery(api.schedules.list.queryOptions({ input: {} }));
  const next = upcoming(data?.schedules ?? [], 7);
  return (
    <Card title={t('next')} flush>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && next.length === 0 && (
        <div className="flex items-center justify-between gap-2 pr-4">
          <QuietLine>{t('nothingNext')}</QuietLine>
          <Button asChild size="sm">
            <Link to="/schedules" search={{ add: '' }}>
              {t('addSchedule')}
            </Link>
          </Button>
        </div>
      )}
      <ul className="divide-y divide-border">
        {next.map(({ schedule, at }) => (
          <ListRow
            key={`${schedule.id} ${at}`}
            icon={<CalendarClock className="text-muted" aria-hidden />}
            title={
              <Link
                to="/schedules"
                search={{ open: schedule.id }}
                className="after:absolute after:inset-0"
              >
                {schedule.workflow}
              </Link>
            }
            text={wordsSaid(schedule)}
            aside={<RelativeTime at={at} />}
          />
        ))}
      </ul>
    </Card>
  );
}
