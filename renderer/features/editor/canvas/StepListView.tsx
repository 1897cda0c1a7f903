import { CircleAlert, CornerDownRight, Plus, ShieldPlus, Split, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { said } from '#renderer/i18n/said.ts';
import { Prose } from '#renderer/ui/Prose.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { cn } from '#renderer/ui/cn.ts';
import { Elapsed } from '#renderer/ui/Elapsed.tsx';
import { StatusIcon } from '#renderer/ui/StatusBadge.tsx';
import { placeForNew } from '../palette/placeForNew.ts';
import { useDocument, useEditor, useKind, useRunStep } from '../store/context.ts';
import { askForStep } from './canvasStore.ts';
import { ItemProgress } from './ItemProgress.tsx';
import { KindIcon } from './KindIcon.ts';
import { summaryOf } from './summary.ts';

const Row = memo(function Row({ id, previous }: { id: string; previous: string | undefined }) {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const step = useEditor((state) => state.steps.get(id));
  const selected = useEditor((state) => state.selection.includes(id));
  const problem = useEditor((state) => state.problemsOf.get(id)?.[0]);
  const run = useRunStep(id);
  const kind = useKind(step?.uses ?? '');
  if (!step) return null;
  const warning = problem?.severity === 'warning';
  const Problem = warning ? TriangleAlert : CircleAlert;
  const chain = step.after.length === 1 && step.after[0] === previous;
  return (
    <li>
      <button
        type="button"
        aria-pressed={selected}
        data-testid={`list-${id}`}
        onClick={() => document.select([id], 'list')}
        className={cn(
          'flex w-full items-start gap-3 border-b border-border px-4 py-2.5 text-left hover:bg-surface-3',
          selected && 'bg-accent/10',
        )}
      >
        <span
          className={cn(
            'mt-0.5 flex size-8 shrink-0 items-center justify-center rounded-control bg-surface-3',
            step.list === 'on_failure' && 'bg-danger/12 text-danger',
          )}
        >
          <KindIcon name={kind?.icon} className="size-4" />
        </span>
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2">
            <span className="min-w-0 truncate font-medium">{step.name ?? step.id}</span>
            <span className="shrink-0 text-xs text-muted">{kind?.title ?? step.uses}</span>
            {run && run.status !== 'pending' && (
              <span className="ml-auto flex shrink-0 items-center gap-1 text-xs text-muted">
                <ItemProgress step={run} />
                <Elapsed from={run.started_at} to={run.ended_at} />
                <StatusIcon status={run.status} label />
              </span>
            )}
          </span>
          <span className="block truncate font-mono text-xs text-muted">{summaryOf(step)}</span>
          {!chain && step.after.length > 0 && (
            <span className="flex items-center gap-1 text-xs text-muted">
              <CornerDownRight className="size-3" aria-hidden />
              {t('list.after', { steps: step.after.join(', ') })}
            </span>
          )}
          {!chain && step.after.length === 0 && previous !== undefined && (
            <span className="text-xs text-muted">{t('list.atOnce')}</span>
          )}
          {step.condition !== undefined && (
            <span className="flex items-center gap-1 font-mono text-xs text-muted">
              <Split className="size-3 rotate-180" aria-hidden />
              {step.condition}
            </span>
          )}
          {problem && (
            <span
              className={cn(
                'flex items-start gap-1 text-xs',
                warning ? 'text-warn' : 'text-danger',
              )}
            >
              <Problem className="mt-0.5 size-3 shrink-0" aria-hidden />
              <Prose text={said(problem).message} />
            </span>
          )}
        </span>
      </button>
    </li>
  );
});

/** The graph as a list: for narrow windows, for screen readers, and for whoever likes lists. */
export function StepListView() {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const steps = useEditor((state) => state.graph.steps);
  const locked = useEditor((state) => state.readOnly || state.stale);
  return (
    <div className="h-full overflow-y-auto bg-surface-2">
      {steps.length === 0 && <p className="px-4 py-6 text-sm text-muted">{t('empty.text')}</p>}
      <ol aria-label={t('list.label')}>
        {steps.map((step, index) => {
          const before = steps[index - 1];
          return (
            <Row
              key={step.id}
              id={step.id}
              previous={before?.list === step.list ? before.id : undefined}
            />
          );
        })}
      </ol>
      {!locked && (
        <div className="flex flex-wrap gap-2 p-4">
          <Button
            icon={<Plus />}
            data-testid="list-add"
            onClick={() => askForStep({ place: placeForNew(document.state) })}
          >
            {t('add.title')}
          </Button>
          <Button
            icon={<ShieldPlus />}
            variant="ghost"
            data-testid="list-add-on-failure"
            onClick={() => askForStep({ place: { list: 'on_failure' } })}
          >
            {t('add.onFailure')}
          </Button>
        </div>
      )}
    </div>
  );
}
