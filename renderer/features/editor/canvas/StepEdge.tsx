import {
  BaseEdge,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getBezierPath,
} from '@xyflow/react';
import { Plus, Split } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { useEditor, useRunStep } from '../store/context.ts';
import { askForStep, useCanvas } from './canvasStore.ts';
import { shortCondition } from './summary.ts';

export type StepEdgeType = Edge<{ kind: 'needs' | 'goto' | 'start'; label: boolean }, 'step'>;

function colour(
  selected: boolean,
  kind: string,
  from: string | undefined,
  to: string | undefined,
): string {
  if (selected) return 'var(--accent)';
  if (kind === 'goto') return 'var(--danger)';
  if (to === 'running') return 'var(--running)';
  if (from === 'succeeded' && to === 'succeeded') return 'var(--ok)';
  return 'var(--border-strong)';
}

function Condition({ target }: { target: string }) {
  const condition = useEditor((state) => state.steps.get(target)?.condition);
  if (condition === undefined) return null;
  return (
    <span
      title={condition}
      data-testid={`condition-${target}`}
      className="flex h-5 max-w-64 items-center gap-1 rounded-full border border-border bg-surface-2 px-2 font-mono text-2xs text-muted"
    >
      <Split className="size-3 shrink-0 rotate-180" aria-hidden />
      <span className="truncate">{shortCondition(condition)}</span>
    </span>
  );
}

/** A connection: its condition is drawn on it, a plus on it adds a step between, and it moves while data flows. */
export const StepEdge = memo(function StepEdge(props: EdgeProps<StepEdgeType>) {
  const { t } = useTranslation('editor');
  const { id, source, target, selected = false } = props;
  const kind = props.data?.kind ?? 'needs';
  const hovered = useCanvas((state) => state.hoverEdge === id);
  const readOnly = useEditor((state) => state.readOnly || state.stale);
  const from = useRunStep(source)?.status;
  const to = useRunStep(target)?.status;
  const [path, x, y] = getBezierPath({ ...props, curvature: 0.3 });
  const plus = (hovered || selected) && kind === 'needs' && !readOnly;
  const labelled = (kind === 'needs' || kind === 'start') && props.data?.label === true;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={18}
        style={{
          stroke: colour(selected, kind, from, to),
          strokeWidth: selected || hovered ? 2 : 1.5,
          ...(kind === 'needs' ? {} : { strokeDasharray: kind === 'goto' ? '6 4' : '3 4' }),
        }}
        {...(to === 'running' ? { className: 'animate-flow' } : {})}
        {...(props.markerEnd === undefined ? {} : { markerEnd: props.markerEnd })}
      />
      {(plus || labelled || kind === 'goto') && (
        <EdgeLabelRenderer>
          <div
            data-edge={id}
            className="nodrag nopan absolute flex flex-col items-center gap-1"
            style={{
              transform: `translate(-50%, -50%) translate(${x}px, ${y}px)`,
              pointerEvents: 'all',
            }}
          >
            {kind === 'goto' && (
              <span className="rounded-full border border-danger/40 bg-surface-2 px-2 text-2xs leading-4 text-danger">
                {t('edge.onError')}
              </span>
            )}
            {labelled && <Condition target={target} />}
            {plus && (
              <button
                type="button"
                aria-label={t('edge.insert')}
                title={t('edge.insert')}
                data-testid={`insert-${id}`}
                onClick={() => askForStep({ place: { between: [source, target] } })}
                onMouseEnter={() => useCanvas.setState({ hoverEdge: id })}
                className={cn(
                  'flex size-5 items-center justify-center rounded-full bg-accent text-on-accent shadow-pop',
                )}
              >
                <Plus className="size-3.5" aria-hidden />
              </button>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
