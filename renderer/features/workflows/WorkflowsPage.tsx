import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { FileUp, LayoutTemplate, Plus, Workflow } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkflowSummary } from '#contract/workflows.ts';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { FilterBar } from '#renderer/ui/list/FilterBar.tsx';
import { useFiltered } from '#renderer/ui/filter/useFiltered.ts';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { ListTable } from '#renderer/ui/list/ListTable.tsx';
import { CreateDialog } from './CreateDialog.tsx';
import { RenameDialog } from './RenameDialog.tsx';
import { runWorkflow } from './runDialogStore.ts';
import { useWorkflowActions } from './useWorkflowActions.ts';
import { useWorkflowColumns } from './useWorkflowColumns.tsx';
import { WorkflowCard } from './WorkflowCard.tsx';
import { workflowFields } from './workflowFields.ts';

/** Every workflow with its last run, its next firing and its problems. */
export function WorkflowsPage() {
  const { t } = useTranslation('workflows');
  const search = useSearch({ from: '/workflows' });
  const navigate = useNavigate({ from: '/workflows' });
  const list = useQuery(api.workflows.list.queryOptions({ input: {} }));
  const actions = useWorkflowActions();
  const [renaming, setRenaming] = useState<string>();
  const file = useRef<HTMLInputElement>(null);
  const columns = useWorkflowColumns(actions, setRenaming);
  const all = list.data?.workflows;
  const rows = useFiltered(all, search.q, workflowFields);
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
      <QueryState query={list} lines={8} meaning={t('loadFailed')} />
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
          <FilterBar
            query={search.q}
            example="name:backup* is:invalid"
            onChange={(q) => void navigate({ search: { ...search, q }, replace: true })}
          />
          <ListTable
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
          />
        </>
      )}
      {search.create && (
        <CreateDialog taken={all?.map((one) => one.name) ?? []} onClose={() => setCreate(false)} />
      )}
      {renaming && <RenameDialog name={renaming} onClose={() => setRenaming(undefined)} />}
    </>
  );
}
