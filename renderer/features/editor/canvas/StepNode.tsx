import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { CircleAlert, GitFork, Pin, Repeat, RotateCcw, TriangleAlert, Undo2 } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { said } from '#renderer/i18n/said.ts';
import { cn } from '#renderer/ui/cn.ts';
import { Elapsed } from '#renderer/ui/Elapsed.tsx';
import { StatusIcon } from '#renderer/ui/StatusBadge.tsx';
import { useEditor, useKind, useRunStep } from '../store/context.ts';
import { ItemProgress } from './ItemProgress.tsx';
import { KindIcon } from './KindIcon.ts';
import { summaryOf } from './summary.ts';

export type StepNodeType = Node<Record<string, never>, 'step'>;

const edge: Record<string, string> = {
  running: 'border-running',
  succeeded: 'border-ok/70',
  failed: 'border-danger',
  waiting: 'border-info',
  interrupted: 'border-warn',
};

const handle =
  '!size-3 !border-2 !border-surface-2 !bg-accent opacity-0 transition-opacity group-hover:opacity-100';

function Marks({ id }: { id: string }) {
  const { t } = useTranslation('editor');
  const step = useEditor((state) => state.steps.get(id));
  const pinned = useEditor((state) => Object.hasOwn(state.pins, id));
  if (!step) return null;
  const marks = [
    step.foreach && ([Repeat, t('node.foreach')] as const),
    step.retry && ([RotateCcw, t('node.retry')] as const),
    step.rollback && ([Undo2, t('node.rollback')] as const),
    step.continues && ([GitFork, t('node.continues')] as const),
    pinned && ([Pin, t('node.pinned')] as const),
  ].filter((mark) => mark !== false);
  if (marks.length === 0) return null;
  return (
    <span className="flex items-center gap-1 text-muted">
      {marks.map(([Icon, label]) => (
        <span key={label} title={label} role="img" aria-label={label}>
          <Icon className="size-3" aria-hidden />
        </span>
      ))}
    </span>
  );
}

function Status({ id }: { id: string }) {
  const { t } = useTranslation(['editor', 'ui']);
  const step = useRunStep(id);
  if (!step || step.status === 'pending') return null;
  return (
    <span
      className="flex shrink-0 items-center gap-1 text-2xs text-muted"
      data-testid={`status-${id}`}
      data-status={step.status}
    >
      <ItemProgress step={step} />
      {step.attempts > 1 && (
        <span title={t('node.attempts', { count: step.attempts })}>×{step.attempts}</span>
      )}
      <Elapsed from={step.started_at} to={step.ended_at} />
      <span title={t(`ui:status.${step.status}`)}>
        <StatusIcon status={step.status} label />
      </span>
    </span>
  );
}

function Problems({ id }: { id: string }) {
  const problems = useEditor((state) => state.problemsOf.get(id))?.map((one) => said(one));
  const first = problems?.[0];
  if (!problems || !first) return null;
  const failing = problems.some((problem) => problem.severity === 'error');
  const Icon = failing ? CircleAlert : TriangleAlert;
  return (
    <span
      role="img"
      aria-label={first.message}
      title={problems.map((problem) => problem.message).join('\n')}
      data-testid={`problem-${id}`}
      className={cn(
        'absolute -top-2.5 -right-2.5 flex size-5 items-center justify-center rounded-full bg-surface-2',
        failing ? 'text-danger' : 'text-warn',
      )}
    >
      <Icon className="size-4.5" aria-hidden />
    </span>
  );
}

function frameOf(selected: boolean, status: string | undefined, failing: boolean): string {
  const border = failing
    ? 'border-danger'
    : ((status && edge[status]) ?? 'border-border-strong/80');
  return cn(
    'group relative flex h-[60px] w-[244px] items-center gap-2.5 rounded-card border bg-surface-2 px-2.5 text-text',
    border,
    selected && 'border-accent ring-2 ring-accent/35',
    status === 'skipped' && 'opacity-55',
  );
}

/** One step on the canvas: icon, name, kind, what it does, status and time; its problems sit on it. */
export const StepNode = memo(function StepNode({ id, selected }: NodeProps<StepNodeType>) {
  const { t } = useTranslation('editor');
  const step = useEditor((state) => state.steps.get(id));
  const failing = useEditor(
    (state) => state.problemsOf.get(id)?.some((p) => p.severity === 'error') ?? false,
  );
  const readOnly = useEditor((state) => state.readOnly);
  const status = useRunStep(id)?.status;
  const kind = useKind(step?.uses ?? '');
  if (!step) return null;
  const summary = summaryOf(step);
  return (
    <div
      className={frameOf(selected, status, failing)}
      data-testid={`node-${id}`}
      data-status={status}
    >
      <Handle type="target" position={Position.Top} className={handle} isConnectable={!readOnly} />
      <span
        className={cn(
          'flex size-9 shrink-0 items-center justify-center rounded-control bg-surface-3 text-text',
          step.list === 'on_failure' && 'bg-danger/12 text-danger',
          status === 'running' && 'animate-breathe bg-running/15 text-running',
        )}
      >
        <KindIcon name={kind?.icon} className="size-4.5" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5">
          <span
            className="min-w-0 flex-1 truncate text-sm leading-5 font-medium"
            title={step.name ?? step.id}
          >
            {step.name ?? step.id}
          </span>
          <Marks id={id} />
          <Status id={id} />
        </span>
        <span className="flex gap-1.5 text-2xs leading-4 text-muted">
          <span className="shrink-0">{kind?.title ?? (step.uses || t('node.noKind'))}</span>
          {summary !== '' && (
            <span className="min-w-0 truncate font-mono" title={summary}>
              {summary}
            </span>
          )}
        </span>
      </span>
      <Problems id={id} />
      <Handle
        type="source"
        position={Position.Bottom}
        className={handle}
        isConnectable={!readOnly}
      />
    </div>
  );
});
