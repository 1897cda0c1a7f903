import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunDetail, RunStep } from '#contract/runs.ts';
import { api } from '#renderer/client/api.ts';
import { asYaml } from '#renderer/features/editor/document/asYaml.ts';
import { DiffView } from '#renderer/features/editor/page/DiffView.tsx';
import { Badge } from '#renderer/ui/Badge.tsx';
import { cn } from '#renderer/ui/cn.ts';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { StatusBadge, StatusIcon } from '#renderer/ui/StatusBadge.tsx';
import { formatDuration } from '#renderer/ui/time.ts';
import { pairSteps, type StepPair, tookMs } from './compareRuns.ts';

function Cell({ step }: { step: RunStep | undefined }) {
  const { t } = useTranslation('runview');
  if (!step) return <span className="text-muted">{t('compare.missing')}</span>;
  const took = tookMs(step);
  return (
    <span className="flex items-center gap-2">
      <StatusIcon status={step.status} label />
      <span className="tabular text-xs text-muted">
        {took === undefined ? '' : formatDuration(took)}
      </span>
    </span>
  );
}

function text(step: RunStep | undefined): string {
  if (!step) return '';
  const { inputs = null, outputs = null, error } = step;
  return asYaml({
    status: step.status,
    inputs,
    outputs,
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
  });
}

function Row(props: { pair: StepPair; open: boolean; onToggle: () => void }) {
  const { t } = useTranslation('runview');
  const { pair } = props;
  return (
    <>
      <tr className={cn('border-t border-border', pair.differs.length > 0 && 'bg-warn/8')}>
        <th scope="row" className="max-w-56 truncate py-1 pr-3 pl-2 text-left font-medium">
          <button
            type="button"
            aria-expanded={props.open}
            className="hover:underline"
            onClick={props.onToggle}
          >
            {pair.label}
          </button>
        </th>
        <td className="py-1 pr-3">
          <Cell step={pair.a} />
        </td>
        <td className="py-1 pr-3">
          <Cell step={pair.b} />
        </td>
        <td className="py-1 pr-2">
          <span className="flex flex-wrap gap-1">
            {pair.differs.map((what) => (
              <Badge key={what} tone="warn">
                {t(`compare.what.${what}`)}
              </Badge>
            ))}
          </span>
        </td>
      </tr>
      {props.open && (
        <tr>
          <td colSpan={4} className="pb-2">
            <DiffView left={text(pair.a)} right={text(pair.b)} />
          </td>
        </tr>
      )}
    </>
  );
}

function Head({ run, label }: { run: RunDetail; label: string }) {
  return (
    <span className="flex flex-wrap items-center gap-2 text-sm font-normal">
      <span className="font-semibold">{label}</span>
      <StatusBadge status={run.status} />
      <RelativeTime at={run.created_at} className="text-xs text-muted" />
    </span>
  );
}

/** Two runs of a workflow side by side, with what differs in each step. */
export function CompareRuns(props: { a: string; b: string; onClose: () => void }) {
  const { t } = useTranslation('runview');
  const { data, error } = useQuery(
    api.runs.compare.queryOptions({ input: { id: props.a, other: props.b } }),
  );
  const [open, setOpen] = useState<string>();
  const pairs = useMemo(() => (data ? pairSteps(data.a, data.b) : []), [data]);
  return (
    <Dialog
      open
      size="wide"
      onOpenChange={props.onClose}
      title={t('compare.title')}
      description={data && t(data.same_definition ? 'compare.same' : 'compare.changed')}
    >
      {error && <ErrorState error={error} />}
      {!data && !error && <Skeleton lines={6} />}
      {data && (
        <table className="w-full text-sm" data-testid="compare">
          <thead>
            <tr>
              <th className="pb-2 pl-2 text-left font-normal text-muted">{t('compare.step')}</th>
              <th className="pb-2 text-left">
                <Head run={data.a} label="A" />
              </th>
              <th className="pb-2 text-left">
                <Head run={data.b} label="B" />
              </th>
              <th className="pb-2 text-left font-normal text-muted">{t('compare.differs')}</th>
            </tr>
          </thead>
          <tbody>
            {pairs.map((pair) => (
              <Row
                key={pair.id}
                pair={pair}
                open={open === pair.id}
                onToggle={() => setOpen(open === pair.id ? undefined : pair.id)}
              />
            ))}
          </tbody>
        </table>
      )}
      {data && !data.same_definition && (
        <details className="mt-3 text-sm">
          <summary className="cursor-pointer text-muted">{t('compare.definition')}</summary>
          <DiffView left={data.a.source} right={data.b.source} />
        </details>
      )}
    </Dialog>
  );
}
