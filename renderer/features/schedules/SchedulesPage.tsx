import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { CalendarClock, ListFilter, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsSaid } from '#renderer/i18n/said.ts';
import { api } from '#renderer/client/api.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { FilterInput } from '#renderer/ui/filter/FilterInput.tsx';
import { matchFilter, parseFilter } from '#renderer/ui/filter/filterQuery.ts';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { DataTable } from '#renderer/ui/table/DataTable.tsx';
import { AddSchedule } from './AddSchedule.tsx';
import { ScheduleSheet } from './ScheduleSheet.tsx';
import { usePause } from './usePause.ts';
import { useScheduleColumns } from './useScheduleColumns.tsx';

/** When workflows start by themselves. */
export function SchedulesPage() {
  const { t } = useTranslation(['schedules', 'ui']);
  const search = useSearch({ from: '/schedules' });
  const navigate = useNavigate({ from: '/schedules' });
  const list = useQuery(api.schedules.list.queryOptions({ input: {} }));
  const pause = usePause();
  const columns = useScheduleColumns();
  const all = list.data?.schedules;
  const rows = useMemo(() => {
    const terms = parseFilter(search.q ?? '');
    return (
      all?.filter((one) =>
        matchFilter(terms, {
          workflow: one.workflow,
          when: [wordsSaid(one), one.expression],
          zone: one.timezone,
          is: one.paused ? 'paused' : 'active',
        }),
      ) ?? []
    );
  }, [all, search.q]);
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...change }, replace: true });
  const opened = all?.find((one) => one.id === search.open);
  const addButton = (
    <Button variant="primary" icon={<Plus />} onClick={() => set({ add: '' })}>
      {t('add')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} actions={addButton} />
      {list.isPending && <Skeleton lines={6} />}
      {list.isError && (
        <ErrorState
          error={list.error}
          meaning={t('loadFailed')}
          onRetry={() => void list.refetch()}
        />
      )}
      {all?.length === 0 && (
        <EmptyState
          icon={<CalendarClock />}
          title={t('empty')}
          text={t('emptyText')}
          action={addButton}
        />
      )}
      {all && all.length > 0 && (
        <>
          <div className="flex px-6 pb-3 max-narrow:px-4">
            <FilterInput
              value={search.q ?? ''}
              example="workflow:backup* is:paused"
              onChange={(q) => set({ q: q || undefined })}
            />
          </div>
          <div className="min-h-0 flex-1 border-t border-border bg-surface-2">
            <DataTable
              rows={rows}
              rowKey={(one) => one.id}
              columns={columns}
              label={t('title')}
              initialSort={{ column: 'next', descending: false }}
              onOpen={(one) => set({ open: one.id })}
              actions={[{ keys: 'p', label: `${t('pause')} / ${t('resume')}`, run: pause }]}
              card={(one) => (
                <div className="space-y-1">
                  <div className="flex items-center justify-between gap-2">
                    <span className="truncate font-medium">{one.workflow}</span>
                    {one.paused ? (
                      <Badge>{t('state.paused')}</Badge>
                    ) : (
                      one.next[0] && <RelativeTime at={one.next[0]} className="text-xs" />
                    )}
                  </div>
                  <div className="text-xs text-muted">{wordsSaid(one)}</div>
                </div>
              )}
              empty={
                <EmptyState
                  icon={<ListFilter />}
                  title={t('ui:filter.none')}
                  text={t('ui:filter.noneText')}
                />
              }
            />
          </div>
        </>
      )}
      {search.add !== undefined && (
        <AddSchedule workflow={search.add} onClose={() => set({ add: undefined })} />
      )}
      {opened && <ScheduleSheet schedule={opened} onClose={() => set({ open: undefined })} />}
    </>
  );
}
