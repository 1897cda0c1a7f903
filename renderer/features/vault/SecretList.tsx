import { useNavigate, useSearch } from '@tanstack/react-router';
import { KeyRound, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { FilterBar } from '#renderer/ui/list/FilterBar.tsx';
import { useFiltered } from '#renderer/ui/filter/useFiltered.ts';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { ListTable } from '#renderer/ui/list/ListTable.tsx';
import { SecretCard } from './SecretCard.tsx';
import { SecretSheet } from './SecretSheet.tsx';
import { secretFields } from './secretFields.ts';
import { useSecretColumns } from './useSecretColumns.tsx';
import { useSecrets } from './useVault.ts';

/** The secrets of an open vault: names and dates, never values. */
export function SecretList(props: { canChange: boolean; onAdd: () => void }) {
  const { t } = useTranslation('vault');
  const search = useSearch({ from: '/vault' });
  const navigate = useNavigate({ from: '/vault' });
  const list = useSecrets(true);
  const columns = useSecretColumns();
  const all = list.data?.secrets;
  const rows = useFiltered(all, search.q, secretFields);
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...change }, replace: true });
  const opened = all?.find((one) => one.name === search.open);
  if (list.isPending || list.isError)
    return <QueryState query={list} lines={8} meaning={t('loadFailed')} />;
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
      <FilterBar
        query={search.q}
        example="state:expiring tag:prod name:GITHUB_*"
        onChange={(q) => set({ q })}
      />
      <ListTable
        rows={rows}
        rowKey={(one) => one.name}
        columns={columns}
        label={t('title')}
        initialSort={{ column: 'name', descending: false }}
        onOpen={(one) => set({ open: one.name })}
        card={(one) => <SecretCard secret={one} />}
      />
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
