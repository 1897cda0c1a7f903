import { CalendarClock, CirclePause, Pause, Play } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schedule } from '#contract/schedules.ts';
import { wordsSaid } from '#renderer/i18n/said.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import type { Column } from '#renderer/ui/table/tableTypes.ts';
import { usePause } from './usePause.ts';

function PauseButton({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('schedules');
  const toggle = usePause();
  return (
    <IconButton
      label={t(schedule.paused ? 'resume' : 'pause')}
      shortcut="p"
      size="icon-sm"
      onClick={(event) => {
        event.stopPropagation();
        toggle(schedule);
      }}
    >
      {schedule.paused ? <Play /> : <Pause />}
    </IconButton>
  );
}

/** Columns of the list of schedules. */
export function useScheduleColumns(): Column<Schedule>[] {
  const { t } = useTranslation('schedules');
  return useMemo(
    () => [
      {
        id: 'workflow',
        header: t('column.workflow'),
        width: 'minmax(160px, 2fr)',
        sortValue: (one) => one.workflow,
        cell: (one) => <span className="truncate font-medium">{one.workflow}</span>,
      },
      {
        id: 'when',
        header: t('column.when'),
        width: 'minmax(220px, 3fr)',
        sortValue: (one) => wordsSaid(one),
        cell: (one) => (
          <span className="flex min-w-0 items-baseline gap-2">
            <span className="truncate">{wordsSaid(one)}</span>
            <code className="truncate font-mono text-2xs text-muted">{one.expression}</code>
          </span>
        ),
      },
      {
        id: 'next',
        header: t('column.next'),
        width: 'minmax(100px, 1fr)',
        sortValue: (one) => (one.paused ? undefined : one.next[0]),
        cell: (one) =>
          one.next[0] && !one.paused ? (
            <RelativeTime at={one.next[0]} className="text-xs" />
          ) : (
            <span className="text-muted">–</span>
          ),
      },
      {
        id: 'last',
        spare: 1,
        header: t('column.last'),
        width: 'minmax(100px, 1fr)',
        sortValue: (one) => one.last_at,
        cell: (one) =>
          one.last_at ? (
            <RelativeTime at={one.last_at} className="text-xs text-muted" />
          ) : (
            <span className="text-muted">–</span>
          ),
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '112px',
        sortValue: (one) => Number(one.paused),
        cell: (one) =>
          one.paused ? (
            <Badge icon={<CirclePause aria-hidden />}>{t('state.paused')}</Badge>
          ) : (
            <Badge tone="ok" icon={<CalendarClock aria-hidden />}>
              {t('state.active')}
            </Badge>
          ),
      },
      {
        id: 'actions',
        header: <span className="sr-only">{t('column.actions')}</span>,
        width: '56px',
        align: 'end',
        cell: (one) => <PauseButton schedule={one} />,
      },
    ],
    [t],
  );
}
