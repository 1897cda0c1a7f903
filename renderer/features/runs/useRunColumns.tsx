import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunSummary } from '#contract/runs.ts';
import { said } from '#renderer/i18n/said.ts';
import { CopyId } from '#renderer/ui/CopyId.tsx';
import { Elapsed } from '#renderer/ui/Elapsed.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { StatusBadge } from '#renderer/ui/StatusBadge.tsx';
import type { Column } from '#renderer/ui/table/tableTypes.ts';
import { RunMenu } from './RunMenu.tsx';

/** How long a run took; undefined before it starts. */
function duration(run: RunSummary): number | undefined {
  if (!run.started_at || !run.ended_at) return undefined;
  return Date.parse(run.ended_at) - Date.parse(run.started_at);
}

function WorkflowCell({ run }: { run: RunSummary }) {
  return (
    <span className="flex min-w-0 items-baseline gap-2.5">
      <Link
        to="/runs/$id"
        params={{ id: run.id }}
        className="max-w-full shrink-0 truncate font-medium"
        title={run.workflow}
        onClick={(event) => event.stopPropagation()}
      >
        {run.workflow}
      </Link>
      {run.error && (
        <span className="truncate font-mono text-xs text-danger" title={said(run.error).message}>
          {run.at_step && `${run.at_step}: `}
          {said(run.error).message}
        </span>
      )}
    </span>
  );
}

/** Columns of the list of runs. */
export function useRunColumns(
  selected: ReadonlySet<string>,
  onSelect: (run: RunSummary) => void,
): Column<RunSummary>[] {
  const { t } = useTranslation('runs');
  return useMemo(
    () => [
      {
        id: 'status',
        header: t('column.status'),
        width: '150px',
        sortValue: (run) => run.status,
        cell: (run) => <StatusBadge status={run.status} />,
      },
      {
        id: 'workflow',
        header: t('column.workflow'),
        width: 'minmax(200px, 3fr)',
        sortValue: (run) => run.workflow,
        cell: (run) => <WorkflowCell run={run} />,
      },
      {
        id: 'trigger',
        spare: 2,
        header: t('column.trigger'),
        width: 'minmax(120px, 1fr)',
        sortValue: (run) => run.trigger.kind,
        cell: (run) => (
          <span className="truncate text-xs text-muted">
            {t(`trigger.${run.trigger.kind}`)}
            {run.trigger.by && ` · ${run.trigger.by}`}
          </span>
        ),
      },
      {
        id: 'progress',
        spare: 1,
        header: t('column.progress'),
        width: '72px',
        align: 'end',
        cell: (run) => (
          <span className="tabular text-xs text-muted">
            {run.steps_done}/{run.steps_total}
          </span>
        ),
      },
      {
        id: 'duration',
        header: t('column.duration'),
        width: '100px',
        align: 'end',
        sortValue: duration,
        cell: (run) => <Elapsed from={run.started_at} to={run.ended_at} className="text-xs" />,
      },
      {
        id: 'started',
        header: t('column.started'),
        width: '124px',
        align: 'end',
        sortValue: (run) => run.created_at,
        cell: (run) => <RelativeTime at={run.created_at} className="text-xs text-muted" />,
      },
      {
        id: 'id',
        spare: 3,
        header: t('column.id'),
        width: '136px',
        cell: (run) => <CopyId id={run.id} />,
      },
      {
        id: 'actions',
        header: <span className="sr-only">{t('column.actions')}</span>,
        width: '48px',
        align: 'end',
        cell: (run) => <RunMenu run={run} selected={selected.has(run.id)} onSelect={onSelect} />,
      },
    ],
    [t, selected, onSelect],
  );
}
