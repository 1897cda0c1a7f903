import { Play, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { WorkflowSummary } from '#contract/workflows.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { StatusBadge } from '#renderer/ui/StatusBadge.tsx';
import { runWorkflow } from './runDialogStore.ts';
import { TriggerIcons } from './useWorkflowColumns.tsx';

/** A workflow in a narrow window. */
export function WorkflowCard({ workflow }: { workflow: WorkflowSummary }) {
  const { t } = useTranslation('workflows');
  return (
    <div className="flex items-center gap-3">
      <div className="min-w-0 flex-1 space-y-1">
        <div className="flex items-center gap-2">
          <span className="truncate font-medium">{workflow.name}</span>
          {workflow.problems.length > 0 && (
            <Badge tone={workflow.valid ? 'warn' : 'danger'} icon={<TriangleAlert aria-hidden />}>
              {workflow.problems.length}
            </Badge>
          )}
        </div>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
          {workflow.last_run ? (
            <>
              <StatusBadge status={workflow.last_run.status} />
              <RelativeTime at={workflow.last_run.created_at} />
            </>
          ) : (
            t('never')
          )}
          <TriggerIcons workflow={workflow} />
        </div>
      </div>
      <Button
        size="icon"
        aria-label={t('run.start')}
        disabled={!workflow.valid}
        onClick={(event) => {
          event.stopPropagation();
          runWorkflow(workflow.name);
        }}
      >
        <Play />
      </Button>
    </div>
  );
}
