import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download, ScrollText, ShieldCheck } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { FilterBar } from '#renderer/ui/list/FilterBar.tsx';
import { parseFilter } from '#renderer/ui/filter/filterQuery.ts';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { ListTable } from '#renderer/ui/list/ListTable.tsx';
import { usePagedRows } from '#renderer/ui/list/usePagedRows.ts';
import { AuditCard } from './AuditCard.tsx';
import { AuditSheet } from './AuditSheet.tsx';
import { auditFields, auditServerFilter } from './auditQuery.ts';
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
  return { list, ...usePagedRows(list, terms, auditFields) };
}

/** Who did what, and whether the log is still what was written. */
export function AuditPage() {
  const { t } = useTranslation('audit');
  const search = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const { list, rows, loadMore } = useEntries(search.q ?? '');
  const columns = useAuditColumns();
  const exporting = useAuditExport();
  const verify = useMutation(api.audit.verify.mutationOptions());
  const { mutate: startVerify } = verify;
  useEffect(() => {
    if (search.verify) startVerify({});
  }, [search.verify, startVerify]);
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...change }, replace: true });
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
      <QueryState query={list} lines={10} meaning={t('loadFailed')} />
      {isEmpty && <EmptyState icon={<ScrollText />} title={t('empty')} text={t('emptyText')} />}
      {list.data && !isEmpty && (
        <>
          <FilterBar
            query={search.q}
            example="outcome:refused action:runs.* who:owner"
            onChange={(q) => set({ q })}
          />
          <ListTable
            rows={rows}
            rowKey={(entry) => String(entry.seq)}
            columns={columns}
            label={t('title')}
            onOpen={(entry) => set({ open: entry.seq })}
            onEnd={loadMore}
            card={(entry) => <AuditCard entry={entry} />}
          />
        </>
      )}
      {opened && <AuditSheet entry={opened} onClose={() => set({ open: undefined })} />}
    </>
  );
}
