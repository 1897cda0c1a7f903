import { Link, useNavigate } from '@tanstack/react-router';
import {
  BellRing,
  CalendarClock,
  CornerDownRight,
  Ellipsis,
  Hand,
  History,
  PencilLine,
  Play,
  TextCursorInput,
  Trash2,
  TriangleAlert,
  Webhook,
} from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkflowSummary } from '#contract/workflows.ts';
import { said } from '#renderer/i18n/said.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { StatusBadge } from '#renderer/ui/StatusBadge.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import { Tooltip } from '#renderer/ui/Tooltip.tsx';
import type { Column } from '#renderer/ui/table/tableTypes.ts';
import { runWorkflow } from './runDialogStore.ts';
import type { WorkflowActions } from './useWorkflowActions.ts';

const triggerIcons = {
  manual: Hand,
  schedule: CalendarClock,
  webhook: Webhook,
  workflow_completed: CornerDownRight,
  alert: BellRing,
};

/** Icons of the triggers a workflow has, named on hover. */
export function TriggerIcons({ workflow }: { workflow: WorkflowSummary }) {
  const { t } = useTranslation('workflows');
  return (
    <span className="flex gap-1.5 text-muted">
      {workflow.triggers.map((trigger) => {
        const Icon = triggerIcons[trigger];
        return (
          <Tooltip key={trigger} label={t(`trigger.${trigger}`)}>
            <span role="img" aria-label={t(`trigger.${trigger}`)}>
              <Icon className="size-4" aria-hidden />
            </span>
          </Tooltip>
        );
      })}
    </span>
  );
}

/** Run and the menu of one workflow. */
export function RowActions(props: {
  workflow: WorkflowSummary;
  actions: WorkflowActions;
  onRename: (name: string) => void;
}) {
  const { t } = useTranslation('workflows');
  const navigate = useNavigate();
  const { name } = props.workflow;
  return (
    // Presses here belong to the buttons, not to the row around them.
    <span className="flex" onClick={(event) => event.stopPropagation()} role="presentation">
      <IconButton
        label={t('run.start')}
        shortcut="r"
        disabled={!props.workflow.valid}
        onClick={() => runWorkflow(name)}
      >
        <Play />
      </IconButton>
      <Menu
        trigger={
          <IconButton label={t('menu.more', { name })}>
            <Ellipsis />
          </IconButton>
        }
        items={[
          {
            id: 'edit',
            label: t('menu.edit'),
            icon: <PencilLine />,
            shortcut: 'e',
            onSelect: () => void navigate({ to: '/workflows/$name', params: { name } }),
          },
          {
            id: 'runs',
            label: t('menu.runs'),
            icon: <History />,
            onSelect: () => void navigate({ to: '/runs', search: { q: `workflow:${name}` } }),
          },
          {
            id: 'rename',
            label: t('menu.rename'),
            icon: <TextCursorInput />,
            onSelect: () => props.onRename(name),
          },
          { id: '-' },
          {
            id: 'delete',
            label: t('menu.delete'),
            icon: <Trash2 />,
            danger: true,
            onSelect: () => void props.actions.remove(name),
          },
        ]}
      />
    </span>
  );
}

function NameCell({ workflow }: { workflow: WorkflowSummary }) {
  const { t } = useTranslation('workflows');
  const errors = workflow.problems.length;
  return (
    <span className="flex min-w-0 items-baseline gap-2.5">
      <Link
        to="/workflows/$name"
        params={{ name: workflow.name }}
        className="max-w-full shrink-0 truncate font-medium"
        onClick={(event) => event.stopPropagation()}
      >
        {workflow.name}
      </Link>
      {errors > 0 && (
        <Badge
          tone={workflow.valid ? 'warn' : 'danger'}
          icon={<TriangleAlert aria-hidden />}
          title={workflow.problems.map((problem) => said(problem).message).join('\n')}
          className="shrink-0 self-center"
        >
          {t('problems', { count: errors })}
        </Badge>
      )}
      <span className="truncate text-xs text-muted">{workflow.description}</span>
    </span>
  );
}

/** Columns of the list of workflows. */
export function useWorkflowColumns(
  actions: WorkflowActions,
  onRename: (name: string) => void,
): Column<WorkflowSummary>[] {
  const { t } = useTranslation('workflows');
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(220px, 3fr)',
        sortValue: (one) => one.name,
        cell: (one) => <NameCell workflow={one} />,
      },
      {
        id: 'lastRun',
        header: t('column.lastRun'),
        width: 'minmax(190px, 1.2fr)',
        sortValue: (one) => one.last_run?.created_at,
        cell: (one) =>
          one.last_run ? (
            <span className="flex items-center gap-2">
              <StatusBadge status={one.last_run.status} />
              <RelativeTime at={one.last_run.created_at} className="text-xs text-muted" />
            </span>
          ) : (
            <span className="text-xs text-muted">{t('never')}</span>
          ),
      },
      {
        id: 'next',
        header: t('column.next'),
        width: 'minmax(90px, 0.7fr)',
        sortValue: (one) => one.next_at,
        cell: (one) =>
          one.next_at ? (
            <RelativeTime at={one.next_at} className="text-xs" />
          ) : (
            <span className="text-muted">–</span>
          ),
      },
      {
        id: 'steps',
        spare: 1,
        header: t('column.steps'),
        width: '72px',
        align: 'end',
        sortValue: (one) => one.steps,
        // Of a file that cannot be read nobody knows how many.
        cell: (one) => (
          <span className="tabular text-muted">{one.valid || one.steps > 0 ? one.steps : '–'}</span>
        ),
      },
      {
        id: 'triggers',
        spare: 2,
        header: t('column.triggers'),
        width: '104px',
        cell: (one) => <TriggerIcons workflow={one} />,
      },
      {
        id: 'active',
        header: t('column.active'),
        width: '72px',
        sortValue: (one) => Number(one.enabled),
        cell: (one) => (
          <span onClick={(event) => event.stopPropagation()} role="presentation" className="flex">
            <Switch
              checked={one.enabled}
              label={t('toggle', { name: one.name })}
              onChange={(enabled) => void actions.enable(one.name, enabled)}
            />
          </span>
        ),
      },
      {
        id: 'actions',
        header: <span className="sr-only">{t('column.actions')}</span>,
        width: '84px',
        align: 'end',
        cell: (one) => <RowActions workflow={one} actions={actions} onRename={onRename} />,
      },
    ],
    [t, actions, onRename],
  );
}
