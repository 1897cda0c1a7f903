import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Equal, GitCompare } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type RunDetail, stepStatus } from '#contract/runs.ts';
import { api } from '#renderer/client/api.ts';
import { Card } from '#renderer/ui/Card.tsx';
import { CopyId, shortId } from '#renderer/ui/CopyId.tsx';
import { Elapsed } from '#renderer/ui/Elapsed.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { JsonView } from '#renderer/ui/JsonView.tsx';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { StatusBadge } from '#renderer/ui/StatusBadge.tsx';
import { formatDuration } from '#renderer/ui/time.ts';

type What = 'status' | 'outputs' | 'inputs' | 'missing' | 'duration';

function Side({ what, value }: { what: What; value: unknown }) {
  const { t } = useTranslation('runs');
  if (value === undefined) return <span className="text-muted">{t('comparePage.absent')}</span>;
  const status = stepStatus.safeParse(value);
  if (what === 'status' && status.success) return <StatusBadge status={status.data} />;
  if (what === 'duration' && typeof value === 'number') return formatDuration(value);
  return <JsonView value={value} />;
}

function RunHead({ run }: { run: RunDetail }) {
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <Link to="/runs/$id" params={{ id: run.id }} className="truncate font-medium hover:underline">
        {run.workflow}
      </Link>
      <StatusBadge status={run.status} />
      <RelativeTime at={run.created_at} className="text-xs text-muted" />
      <Elapsed from={run.started_at} to={run.ended_at} className="text-xs text-muted" />
      <CopyId id={run.id} />
    </div>
  );
}

/** Where the two stand below each other, and to those who do not see them, it is said whose each is. */
function Whose({ run }: { run: RunDetail }) {
  return (
    <p className="mb-1 text-xs text-muted narrow:sr-only">
      {shortId(run.id)} · <RelativeTime at={run.created_at} />
    </p>
  );
}

/** What differs between two runs, step by step. */
export function ComparePage() {
  const { t } = useTranslation('runs');
  const { a, b } = useParams({ from: '/compare/$a/$b' });
  const compared = useQuery(api.runs.compare.queryOptions({ input: { id: a, other: b } }));
  const { data } = compared;
  return (
    <div className="mx-auto w-full max-w-6xl pb-8">
      <PageHeader
        title={t('comparePage.title')}
        text={data && t(data.same_definition ? 'comparePage.same' : 'comparePage.different')}
      />
      <QueryState query={compared} lines={8} />
      {data && (
        <div className="space-y-4 px-6 max-narrow:px-4">
          <div className="grid grid-cols-2 gap-4 max-narrow:grid-cols-1">
            {[data.a, data.b].map((run) => (
              <Card key={run.id}>
                <RunHead run={run} />
              </Card>
            ))}
          </div>
          {data.differences.length === 0 && (
            <EmptyState
              icon={<Equal />}
              title={t('comparePage.none')}
              text={t('comparePage.noneText')}
            />
          )}
          {data.differences.map((one) => (
            <Card
              key={`${one.step} ${one.what}`}
              title={
                <span className="flex items-center gap-2">
                  <GitCompare className="size-4 text-muted" aria-hidden />
                  <span className="font-mono">{one.step}</span>
                  <span className="font-normal text-muted">
                    {t(`comparePage.what.${one.what}`)}
                  </span>
                </span>
              }
              flush
            >
              <div className="grid grid-cols-2 divide-x divide-border text-sm max-narrow:grid-cols-1 max-narrow:divide-x-0 max-narrow:divide-y">
                {(['a', 'b'] as const).map((side) => (
                  <div key={side} className="min-w-0 overflow-x-auto p-3">
                    <Whose run={data[side]} />
                    <Side what={one.what} value={one[side]} />
                  </div>
                ))}
              </div>
            </Card>
          ))}
        </div>
      )}
    </div>
  );
}
