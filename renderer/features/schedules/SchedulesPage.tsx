import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { CalendarClock, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { FilterBar } from '#renderer/ui/list/FilterBar.tsx';
import { useFiltered } from '#renderer/ui/filter/useFiltered.ts';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { ListTable } from '#renderer/ui/list/ListTable.tsx';
import { AddSchedule } from './AddSchedule.tsx';
import { ScheduleCard } from './ScheduleCard.tsx';
import { scheduleFields } from './scheduleFields.ts';
import { ScheduleSheet } from './ScheduleSheet.tsx';
import { usePause } from './usePause.ts';
import { useScheduleColumns } from './useScheduleColumns.tsx';

/** When workflows start by themselves. */
export function SchedulesPage() {
  const { t } = useTranslation('schedules');
  const search = useSearch({ from: '/schedules' });
  const navigate = useNavigate({ from: '/schedules' });
  const list = useQuery(api.schedules.list.queryOptions({ input: {} }));
  const pause = usePause();
  const columns = useScheduleColumns();
  const all = list.data?.schedules;
  const rows = useFiltered(all, search.q, scheduleFields);
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
      <QueryState query={list} lines={6} meaning={t('loadFailed')} />
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
          <FilterBar
            query={search.q}
            example="workflow:backup* is:paused"
            onChange={(q) => set({ q })}
          />
          <ListTable
            rows={rows}
            rowKey={(one) => one.id}
            columns={columns}
            label={t('title')}
            initialSort={{ column: 'next', descending: false }}
            onOpen={(one) => set({ open: one.id })}
            actions={[{ keys: 'p', label: `${t('pause')} / ${t('resume')}`, run: pause }]}
            card={(one) => <ScheduleCard schedule={one} />}
          />
        </>
      )}
      {search.add !== undefined && (
        <AddSchedule workflow={search.add} onClose={() => set({ add: undefined })} />
      )}
      {opened && <ScheduleSheet schedule={opened} onClose={() => set({ open: undefined })} />}
    </>
  );
}
