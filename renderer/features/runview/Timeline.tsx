import { useTranslation } from 'react-i18next';
import { useDocument, useEditor, useRun } from '#renderer/features/editor/store/context.ts';
import { cn } from '#renderer/ui/cn.ts';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { StatusIcon } from '#renderer/ui/StatusBadge.tsx';
import { formatDuration } from '#renderer/ui/time.ts';
import { useNow } from '#renderer/ui/useNow.ts';
import { runSpan } from './replay.ts';
import { type Bar, ticks, timelineBars } from './timeline.ts';

const colours: Record<Bar['status'], string> = {
  pending: 'bg-border-strong',
  running: 'bg-running animate-breathe',
  waiting: 'bg-info/60',
  interrupted: 'bg-warn',
  succeeded: 'bg-ok/80',
  failed: 'bg-danger',
  skipped: 'bg-border-strong',
  cancelled: 'bg-border-strong',
};

/** A bar from edge to edge has its label inside. */
function wide(bar: Bar): boolean {
  return bar.to > 0.85 && bar.from < 0.15;
}

function labelPlace(bar: Bar): { left: string } | { right: string } {
  if (wide(bar)) return { right: `${(1 - bar.to) * 100}%` };
  return bar.to > 0.85 ? { right: `${(1 - bar.from) * 100}%` } : { left: `${bar.to * 100}%` };
}

/** A tick at the very end keeps its line; its label would be cut off. */
function tickLabel(tick: number, duration: number): string {
  if (tick === 0) return '0';
  return tick / duration > 0.94 ? '' : formatDuration(tick);
}

function Row({ bar, selected }: { bar: Bar; selected: boolean }) {
  const { t } = useTranslation('ui');
  const document = useDocument();
  const width = Math.max(bar.to - bar.from, 0.003) * 100;
  return (
    <li>
      <button
        type="button"
        data-testid={bar.index === undefined ? `bar-${bar.step}` : `bar-${bar.step}-${bar.index}`}
        onClick={() => document.select([bar.step], 'list')}
        className={cn(
          'grid w-full grid-cols-[minmax(120px,220px)_1fr] items-center gap-3 px-3 py-0.5 text-left hover:bg-surface-3',
          selected && 'bg-accent/10',
        )}
      >
        <span
          className={cn(
            'flex min-w-0 items-center gap-2 text-sm',
            bar.index !== undefined && 'pl-5 text-muted',
          )}
        >
          <StatusIcon status={bar.status} label />
          <span className="truncate">{bar.label}</span>
        </span>
        <span className="relative h-6">
          {bar.duration !== undefined && (
            <>
              <span
                title={`${t(`status.${bar.status}`)}, ${formatDuration(bar.duration)}`}
                className={cn('absolute top-1.5 h-3 min-w-0.5 rounded-sm', colours[bar.status])}
                style={{
                  left: `${bar.from * 100}%`,
                  width: `${Math.min(width, 100 - bar.from * 100)}%`,
                }}
              />
              <span
                className={cn(
                  'tabular absolute top-1 px-1.5 text-2xs leading-4 whitespace-nowrap',
                  wide(bar) ? 'text-surface-2' : 'text-muted',
                )}
                style={labelPlace(bar)}
              >
                {formatDuration(bar.duration)}
              </span>
            </>
          )}
        </span>
      </button>
    </li>
  );
}

function Live(props: { children: (now: number) => React.ReactNode }) {
  return props.children(useNow());
}

/** When each step ran and how long: a Gantt chart that grows while the run goes on. */
export function Timeline() {
  const { t } = useTranslation('runview');
  const run = useRun((state) => state.run);
  const at = useRun((state) => state.at);
  const selected = useEditor((state) => state.selection[0]);
  if (!run || run.steps.every((step) => step.started_at === undefined)) {
    return <EmptyState compact title={t('timeline.none')} />;
  }
  const chart = (now: number) => {
    const [start, end] = runSpan(run, now);
    return (
      <div className="relative min-w-120 py-1">
        <div
          className="grid grid-cols-[minmax(120px,220px)_1fr] gap-3 px-3 text-2xs text-muted"
          aria-hidden
        >
          <span />
          <span className="relative h-5">
            {ticks(end - start).map((tick) => (
              <span
                key={tick}
                className="tabular absolute border-l border-border pl-1 whitespace-nowrap"
                style={{ left: `${(tick / Math.max(end - start, 1)) * 100}%` }}
              >
                {tickLabel(tick, end - start)}
              </span>
            ))}
            {at !== undefined && (
              <span
                className="absolute top-0 z-10 h-5 w-0.5 bg-accent"
                style={{ left: `${((at - start) / Math.max(end - start, 1)) * 100}%` }}
              />
            )}
          </span>
        </div>
        <ol aria-label={t('timeline.label')}>
          {timelineBars(run, now).map((bar) => (
            <Row
              key={`${bar.step} ${bar.index ?? ''}`}
              bar={bar}
              selected={bar.step === selected}
            />
          ))}
        </ol>
      </div>
    );
  };
  return (
    <div className="h-full overflow-auto" data-testid="timeline">
      {run.ended_at === undefined ? <Live>{chart}</Live> : chart(0)}
    </div>
  );
}
