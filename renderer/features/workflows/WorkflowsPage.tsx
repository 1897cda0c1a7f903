import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { FileUp, LayoutTemplate, ListFilter, Plus, Workflow } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkflowSummary } from '#contract/workflows.ts';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { FilterInput } from '#renderer/ui/filter/FilterInput.tsx';
import { matchFilter, parseFilter } from '#renderer/ui/filter/filterQuery.ts';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { DataTable } from '#renderer/ui/table/DataTable.tsx';
import { CreateDialog } from './CreateDialog.tsx';
import { RenameDialog } from './RenameDialog.tsx';
import { runWorkflow } from './runDialogStore.ts';
import { useWorkflowActions } from './useWorkflowActions.ts';
import { useWorkflowColumns } from './useWorkflowColumns.tsx';
import { WorkflowCard } from './WorkflowCard.tsx';

/** What a workflow shows to the typed filter. */
export function workflowFields(one: WorkflowSummary) {
  return {
    name: one.name,
    description: one.description,
    tag: one.tags,
    trigger: one.triggers,
    status: one.last_run?.status ?? 'never',
    is: [one.valid ? 'valid' : 'invalid', one.enabled ? 'active' : 'inactive'],
  };
}

/** Every workflow with its last run, its next firing and its problems. */
export function WorkflowsPage() {
  const { t } = useTranslation(['workflows', 'ui']);
  const search = useSearch({ from: '/workflows' });
  const navigate = useNavigate({ from: '/workflows' });
  const list = useQuery(api.workflows.list.queryOptions({ input: {} }));
  const actions = useWorkflowActions();
  const [renaming, setRenaming] = useState<string>();
  const file = useRef<HTMLInputElement>(null);
  const columns = useWorkflowColumns(actions, setRenaming);
  const all = list.data?.workflows;
  const rows = useMemo(() => {
    const terms = parseFilter(search.q ?? '');
    return all?.filter((one) => matchFilter(terms, workflowFields(one))) ?? [];
  }, [all, search.q]);
  const setCreate = (create: boolean) =>
    void navigate({ search: { ...search, create: create || undefined }, replace: true });
  const open = (one: WorkflowSummary) =>
    void navigate({ to: '/workflows/$name', params: { name: one.name } });
  const newButton = (
    <Button variant="primary" icon={<Plus />} onClick={() => setCreate(true)}>
      {t('new')}
    </Button>
  );
  const templatesButton = (
    <Button asChild>
      <Link to="/templates">
        <LayoutTemplate aria-hidden />
        {t('templates')}
      </Link>
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={
          <>
            <Button icon={<FileUp />} onClick={() => file.current?.click()}>
              {t('import')}
            </Button>
            {templatesButton}
            {newButton}
          </>
        }
      />
      <input
        ref={file}
        type="file"
        accept=".yaml,.yml"
        hidden
        aria-label={t('import')}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = '';
          if (chosen) void actions.importFile(chosen);
        }}
      />
      {list.isPending && <Skeleton lines={8} />}
      {list.isError && (
        <ErrorState
          error={list.error}
          meaning={t('loadFailed')}
          onRetry={() => void list.refetch()}
        />
      )}
      {all?.length === 0 && (
        <EmptyState
          icon={<Workflow />}
          title={t('empty')}
          text={t('emptyText')}
          action={
            <>
              {newButton}
              {templatesButton}
            </>
          }
        />
      )}
      {all && all.length > 0 && (
        <>
          <div className="flex px-6 pb-3 max-narrow:px-4">
            <FilterInput
              value={search.q ?? ''}
              example="name:backup* is:invalid"
              onChange={(q) =>
                void navigate({ search: { ...search, q: q || undefined }, replace: true })
              }
            />
          </div>
          <div className="min-h-0 flex-1 border-t border-border bg-surface-2">
            <DataTable
              rows={rows}
              rowKey={(one) => one.name}
              columns={columns}
              label={t('title')}
              card={(one) => <WorkflowCard workflow={one} />}
              onOpen={open}
              initialSort={{ column: 'name', descending: false }}
              actions={[
                { keys: 'r', label: t('run.start'), run: (one) => runWorkflow(one.name) },
                { keys: 'e', label: t('menu.edit'), run: open },
              ]}
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
      {search.create && (
        <CreateDialog taken={all?.map((one) => one.name) ?? []} onClose={() => setCreate(false)} />
      )}
      {renaming && <RenameDialog name={renaming} onClose={() => setRenaming(undefined)} />}
    </>
  );
}
