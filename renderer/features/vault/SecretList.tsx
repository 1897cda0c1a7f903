import { useNavigate, useSearch } from '@tanstack/react-router';
import { KeyRound, ListFilter, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { FilterInput } from '#renderer/ui/filter/FilterInput.tsx';
import { matchFilter, parseFilter } from '#renderer/ui/filter/filterQuery.ts';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { DataTable } from '#renderer/ui/table/DataTable.tsx';
import { SecretSheet } from './SecretSheet.tsx';
import { secretFields } from './secretFields.ts';
import { StateBadge } from './StateBadge.tsx';
import { useSecretColumns } from './useSecretColumns.tsx';
import { useSecrets } from './useVault.ts';

/** The secrets of an open vault: names and dates, never values. */
export function SecretList(props: { canChange: boolean; onAdd: () => void }) {
  const { t } = useTranslation(['vault', 'ui']);
  const search = useSearch({ from: '/vault' });
  const navigate = useNavigate({ from: '/vault' });
  const list = useSecrets(true);
  const columns = useSecretColumns();
  const all = list.data?.secrets;
  const rows = useMemo(() => {
    const terms = parseFilter(search.q ?? '');
    return (all ?? []).filter((one) => matchFilter(terms, secretFields(one)));
  }, [all, search.q]);
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...change }, replace: true });
  const opened = all?.find((one) => one.name === search.open);
  if (list.isPending) return <Skeleton lines={8} />;
  if (list.isError)
    return (
      <ErrorState
        error={list.error}
        meaning={t('loadFailed')}
        onRetry={() => void list.refetch()}
      />
    );
  if (all?.length === 0)
    return (
      <EmptyState
        icon={<KeyRound />}
        title={t('empty')}
        text={t('emptyText')}
        action={
          props.canChange && (
            <Button variant="primary" icon={<Plus />} onClick={props.onAdd}>
              {t('secret.add')}
            </Button>
          )
        }
      />
    );
  return (
    <>
      <div className="flex px-6 pb-3 max-narrow:px-4">
        <FilterInput
          value={search.q ?? ''}
          example="state:expiring tag:prod name:GITHUB_*"
          onChange={(q) => set({ q: q || undefined })}
        />
      </div>
      <div className="min-h-0 flex-1 border-t border-border bg-surface-2">
        <DataTable
          rows={rows}
          rowKey={(one) => one.name}
          columns={columns}
          label={t('title')}
          initialSort={{ column: 'name', descending: false }}
          onOpen={(one) => set({ open: one.name })}
          card={(one) => (
            <div className="space-y-1">
              <div className="flex items-center justify-between gap-2">
                <span className="truncate font-mono text-xs">{one.name}</span>
                <StateBadge secret={one} />
              </div>
              <div className="flex gap-3 text-xs text-muted">
                <RelativeTime at={one.changed_at} />
                <span className="truncate">{one.description}</span>
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
      {opened && (
        <SecretSheet
          key={opened.name}
          secret={opened}
          canChange={props.canChange}
          onClose={() => set({ open: undefined })}
        />
      )}
    </>
  );
}
