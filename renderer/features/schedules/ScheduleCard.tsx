import { useTranslation } from 'react-i18next';
import type { Schedule } from '#contract/schedules.ts';
import { wordsSaid } from '#renderer/i18n/said.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';

/** A schedule where there is no room for a table. */
export function ScheduleCard(props: { schedule: Schedule }) {
  const { t } = useTranslation('schedules');
  const { schedule } = props;
  return (
    <div className="space-y-1">
      <div className="flex items-center justify-between gap-2">
        <span className="truncate font-medium">{schedule.workflow}</span>
        {schedule.paused ? (
          <Badge>{t('state.paused')}</Badge>
        ) : (
          schedule.next[0] && <RelativeTime at={schedule.next[0]} className="text-xs" />
        )}
      </div>
      <div className="text-xs text-muted">{wordsSaid(schedule)}</div>
    </div>
  );
}
