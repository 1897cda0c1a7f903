import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download, ListFilter, ScrollText, ShieldCheck } from 'lucide-react';
import { useCallback, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { textSaid } from '#renderer/i18n/said.ts';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { FilterInput } from '#renderer/ui/filter/FilterInput.tsx';
import { matchFilter, parseFilter } from '#renderer/ui/filter/filterQuery.ts';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { DataTable } from '#renderer/ui/table/DataTable.tsx';
import { AuditSheet } from './AuditSheet.tsx';
import { auditFields, auditServerFilter } from './auditQuery.ts';
import { OutcomeBadge } from './OutcomeBadge.tsx';
import { useAuditColumns } from './useAuditColumns.tsx';
import { useAuditExport } from './useAuditExport.ts';
import { VerifyResult } from './VerifyResult.tsx';

function useEntries(q: string) {
  const terms = useMemo(() => parseFilter(q), [q]);
  const asked = auditServerFilter(terms);
  const list = useInfiniteQuery(
    api.audit.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...asked,
        limit: 200,
        ...(cursor ? { cursor } : {}),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  );
  const rows = useMemo(
    () =>
      (list.data?.pages ?? [])
        .flatMap((page) => page.items)
        .filter((entry) => matchFilter(terms, auditFields(entry))),
    [list.data, terms],
  );
  return { list, rows };
}

/** Who did what, and whether the log is still what was written. */
export function AuditPage() {
  const { t } = useTranslation(['audit', 'ui']);
  const search = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const { list, rows } = useEntries(search.q ?? '');
  const columns = useAuditColumns();
  const exporting = useAuditExport();
  const verify = useMutation(api.audit.verify.mutationOptions());
  const { mutate: startVerify } = verify;
  useEffect(() => {
    if (search.verify) startVerify({});
  }, [search.verify, startVerify]);
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...change }, replace: true });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const opened = rows.find((entry) => entry.seq === search.open);
  const isEmpty = list.data && !search.q && rows.length === 0;
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={
          <>
            <Button
              icon={<Download />}
              busy={exporting.isPending}
              onClick={() => exporting.mutate()}
            >
              {t('export')}
            </Button>
            <Button
              variant="primary"
              icon={<ShieldCheck />}
              busy={verify.isPending}
              onClick={() => startVerify({})}
            >
              {t('verify')}
            </Button>
          </>
        }
      />
      {verify.data && <VerifyResult result={verify.data} onClose={verify.reset} />}
      {list.isPending && <Skeleton lines={10} />}
      {list.isError && (
        <ErrorState
          error={list.error}
          meaning={t('loadFailed')}
          onRetry={() => void list.refetch()}
        />
      )}
      {isEmpty && <EmptyState icon={<ScrollText />} title={t('empty')} text={t('emptyText')} />}
      {list.data && !isEmpty && (
        <>
          <div className="flex px-6 pb-3 max-narrow:px-4">
            <FilterInput
              value={search.q ?? ''}
              example="outcome:refused action:runs.* who:owner"
              onChange={(q) => set({ q: q || undefined })}
            />
          </div>
          <div className="min-h-0 flex-1 border-t border-border bg-surface-2">
            <DataTable
              rows={rows}
              rowKey={(entry) => String(entry.seq)}
              columns={columns}
              label={t('title')}
              onOpen={(entry) => set({ open: entry.seq })}
              onEnd={loadMore}
              card={(entry) => (
                <div className="space-y-1">
                  <div className="flex items-center justify-between gap-2">
                    <span className="truncate font-mono text-xs">{entry.action}</span>
                    <OutcomeBadge outcome={entry.outcome} />
                  </div>
                  <div className="flex gap-3 text-xs text-muted">
                    <RelativeTime at={entry.at} />
                    <span className="truncate">
                      {entry.actor} · {textSaid(entry.face)}
                    </span>
                  </div>
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
      {opened && <AuditSheet entry={opened} onClose={() => set({ open: undefined })} />}
    </>
  );
}
