import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { GitCompare, History } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type RunSummary, terminalRunStatuses } from '#contract/runs.ts';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { cn } from '#renderer/ui/cn.ts';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { FilterInput } from '#renderer/ui/filter/FilterInput.tsx';
import { parseFilter } from '#renderer/ui/filter/filterQuery.ts';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { ListTable } from '#renderer/ui/list/ListTable.tsx';
import { usePagedRows } from '#renderer/ui/list/usePagedRows.ts';
import { askToCancel, CancelRun } from './CancelRun.tsx';
import { RunCard } from './RunCard.tsx';
import { runFields, serverFilter } from './runQuery.ts';
import { useRunActions } from './useRunActions.ts';
import { useRunColumns } from './useRunColumns.tsx';

const quick = [
  { id: 'all', q: '' },
  { id: 'active', q: 'status:queued,running,waiting' },
  { id: 'failed', q: 'status:failed' },
  { id: 'waiting', q: 'status:waiting,interrupted' },
] as const;

function useRunPages(q: string) {
  const terms = useMemo(() => parseFilter(q), [q]);
  const asked = serverFilter(terms);
  const list = useInfiniteQuery(
    api.runs.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...asked,
        limit: 200,
        ...(cursor ? { cursor } : {}),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
    }),
  );
  return { list, ...usePagedRows(list, terms, runFields) };
}

/** Every run, live, filtered by what is typed, with the filter in the address. */
export function RunsPage() {
  const { t } = useTranslation(['runs', 'ui']);
  const { q = '' } = useSearch({ from: '/runs' });
  const navigate = useNavigate({ from: '/runs' });
  const { list, rows, loadMore } = useRunPages(q);
  const { retry } = useRunActions();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const setQuery = (next: string) =>
    void navigate({ search: { q: next || undefined }, replace: true });
  const [a, b] = [...selected];
  const toggle = useCallback((run: RunSummary) => {
    setSelected((old) => {
      const next = new Set(old);
      if (!next.delete(run.id)) next.add(run.id);
      return next;
    });
  }, []);
  const columns = useRunColumns(selected, toggle);
  const isEmpty = list.data && q === '' && rows.length === 0;
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          selected.size > 0 && (
            <>
              <span className="text-sm text-muted" aria-live="polite">
                {t('selected', { count: selected.size })}
              </span>
              <Button variant="ghost" onClick={() => setSelected(new Set())}>
                {t('clear')}
              </Button>
              <Button
                variant="primary"
                icon={<GitCompare />}
                disabled={selected.size !== 2}
                title={t('compareHint')}
                onClick={() => {
                  if (a && b) void navigate({ to: '/compare/$a/$b', params: { a, b } });
                }}
              >
                {t('compare')}
              </Button>
            </>
          )
        }
      />
      <QueryState query={list} lines={10} meaning={t('loadFailed')} />
      {isEmpty && (
        <EmptyState
          icon={<History />}
          title={t('empty')}
          text={t('emptyText')}
          action={
            <Button asChild variant="primary">
              <Link to="/workflows">{t('toWorkflows')}</Link>
            </Button>
          }
        />
      )}
      {list.data && !isEmpty && (
        <>
          <div className="flex flex-wrap items-center gap-2 px-6 pb-3 max-narrow:px-4">
            <div
              role="group"
              aria-label={t('quick.label')}
              className="flex rounded-control border border-border bg-surface-2 p-0.5"
            >
              {quick.map((one) => (
                <button
                  key={one.id}
                  type="button"
                  aria-pressed={q === one.q}
                  onClick={() => setQuery(one.q)}
                  className={cn(
                    'h-6.5 rounded-[5px] px-2.5 text-xs whitespace-nowrap transition-colors',
                    q === one.q ? 'bg-surface-3 font-medium' : 'text-muted hover:text-text',
                  )}
                >
                  {t(`quick.${one.id}`)}
                </button>
              ))}
            </div>
            <div className="flex min-w-60 flex-1">
              <FilterInput value={q} onChange={setQuery} example="status:failed workflow:backup*" />
            </div>
          </div>
          <ListTable
            rows={rows}
            rowKey={(run) => run.id}
            columns={columns}
            label={t('title')}
            card={(run) => <RunCard run={run} selected={selected.has(run.id)} onSelect={toggle} />}
            onOpen={(run) => void navigate({ to: '/runs/$id', params: { id: run.id } })}
            selected={selected}
            onSelect={toggle}
            onEnd={loadMore}
            actions={[
              {
                keys: 'r',
                label: t('retry'),
                run: (run) => {
                  if (run.status === 'failed' || run.status === 'cancelled') {
                    retry.mutate({ id: run.id });
                  }
                },
              },
              {
                keys: 'c',
                label: t('cancel'),
                run: (run) => {
                  if (!terminalRunStatuses.includes(run.status)) askToCancel(run);
                },
              },
            ]}
            action={<Button onClick={() => setQuery('')}>{t('ui:filter.clear')}</Button>}
          />
          <CancelRun />
        </>
      )}
    </>
  );
}
