import { useNavigate, useSearch } from '@tanstack/react-router';
import { FileInput, Plus, Server, SquareChevronRight } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { useMay } from '#renderer/client/useMay.ts';
import { useHostsLive } from '#renderer/features/monitor/useHostsLive.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { FilterBar } from '#renderer/ui/list/FilterBar.tsx';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { Prose } from '#renderer/ui/Prose.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { ListTable } from '#renderer/ui/list/ListTable.tsx';
import { HostDialog } from '../form/HostDialog.tsx';
import { ImportDialog } from '../form/ImportDialog.tsx';
import { RemoveHost } from '../form/RemoveHost.tsx';
import { TestDialog } from '../form/TestDialog.tsx';
import { useHostActions } from '../useHostActions.ts';
import { type HostRow, useHosts } from '../useHosts.ts';
import { expressionOf, isExpression } from './hostSearch.ts';
import { HostCard } from './HostCard.tsx';
import { SelectionBar } from './SelectionBar.tsx';
import { useHostColumns } from './useHostColumns.tsx';
import { useHostSearch } from './useHostSearch.ts';
import { useSelection } from './useSelection.ts';

/** Every machine that Nexus can reach. */
export function HostsPage() {
  const { t } = useTranslation('hosts');
  const search = useSearch({ from: '/hosts' });
  const navigate = useNavigate({ from: '/hosts' });
  const may = useMay();
  const { list, rows: all } = useHosts();
  useHostsLive();
  const found = useHostSearch(all, search.q ?? '');
  const selection = useSelection(all);
  const [removing, setRemoving] = useState<string>();
  const set = useCallback(
    (change: Partial<typeof search>) =>
      void navigate({ search: (old: typeof search) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
  const dialogs = useMemo(
    () => ({
      edit: (edit: string) => set({ edit }),
      test: (test: string) => set({ test }),
      remove: setRemoving,
    }),
    [set],
  );
  const columns = useHostColumns({ ...selection, dialogs });
  const actions = useHostActions();
  const meant = (host: HostRow) =>
    selection.selected.has(host.name) ? [...selection.selected] : [host.name];
  const typed = isExpression(search.q ?? '') ? search.q : undefined;
  const commandHosts = selection.selected.size > 0 ? expressionOf(selection.selected) : typed;
  const admin = may('admin');
  const addButton = admin && (
    <Button variant="primary" icon={<Plus />} onClick={() => set({ add: true })}>
      {t('add')}
    </Button>
  );
  const importButton = admin && (
    <Button icon={<FileInput />} onClick={() => set({ import: true })}>
      {t('import.open')}
    </Button>
  );
  const edited = all?.find((host) => host.name === search.edit);
  const searchError = found.error && toErrorShape(found.error);
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={
          <>
            {may('operator') && all && all.length > 0 && (
              <Button
                icon={<SquareChevronRight />}
                onClick={() => void navigate({ to: '/commands', search: { hosts: commandHosts } })}
              >
                {t('runCommand')}
              </Button>
            )}
            {all && all.length > 0 && (
              <>
                {importButton}
                {addButton}
              </>
            )}
          </>
        }
      />
      <QueryState query={list} lines={6} meaning={t('loadFailed')} />
      {all?.length === 0 && (
        <EmptyState
          icon={<Server />}
          title={t('empty')}
          text={t('emptyText')}
          action={
            <>
              {addButton}
              {importButton}
            </>
          }
        />
      )}
      {all && all.length > 0 && (
        <>
          <FilterBar
            query={search.q}
            example="group:web and not tag:old"
            onChange={(q) => set({ q })}
          >
            {searchError && (
              <p role="alert" className="text-xs text-danger">
                <Prose text={searchError.message} />{' '}
                <span className="text-muted">{searchError.hint}</span>
              </p>
            )}
          </FilterBar>
          <SelectionBar selection={selection} found={found.rows} />
          <ListTable
            rows={found.rows}
            rowKey={(host) => host.name}
            columns={columns}
            label={t('title')}
            initialSort={{ column: 'name', descending: false }}
            selected={selection.selected}
            onSelect={(host) => selection.toggle(host.name)}
            onOpen={(host) => actions.open(host.name)}
            actions={[
              { keys: 'c', label: t('terminal'), run: (host) => actions.terminal(host.name) },
              { keys: 'r', label: t('runCommand'), run: (host) => actions.command(meant(host)) },
              { keys: 't', label: t('test.verb'), run: (host) => dialogs.test(host.name) },
              ...(admin
                ? [
                    {
                      keys: 'e',
                      label: t('edit'),
                      run: (host: HostRow) => dialogs.edit(host.name),
                    },
                  ]
                : []),
            ]}
            card={(host) => <HostCard host={host} dialogs={dialogs} />}
          />
        </>
      )}
      {search.add && (
        <HostDialog
          onClose={() => set({ add: undefined })}
          onTest={(test) => set({ add: undefined, test })}
        />
      )}
      {edited && (
        <HostDialog
          key={edited.id}
          host={edited}
          onClose={() => set({ edit: undefined })}
          onTest={(test) => set({ edit: undefined, test })}
        />
      )}
      {search.import && <ImportDialog onClose={() => set({ import: undefined })} />}
      {search.test && (
        <TestDialog
          key={search.test}
          name={search.test}
          onClose={() => set({ test: undefined })}
          onEdit={() => set({ test: undefined, edit: search.test })}
        />
      )}
      {removing && <RemoveHost name={removing} onClose={() => setRemoving(undefined)} />}
    </>
  );
}
