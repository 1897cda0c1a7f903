import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { GitCompare } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { said } from '#renderer/i18n/said.ts';
import { useRun } from '#renderer/features/editor/store/context.ts';
import { Elapsed } from '#renderer/ui/Elapsed.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { StatusBadge } from '#renderer/ui/StatusBadge.tsx';

/** The other runs of this workflow: to open, or to compare with this one. */
export function RunHistory({ onCompare }: { onCompare: (other: string) => void }) {
  const { t } = useTranslation('runview');
  const run = useRun((state) => state.run);
  const { data } = useQuery(
    api.runs.list.queryOptions({
      input: { workflow: run?.workflow ?? '', limit: 50 },
      enabled: run !== undefined,
    }),
  );
  return (
    <ul className="h-full divide-y divide-border overflow-y-auto" data-testid="run-history">
      {(data?.items ?? []).map((each) => (
        <li key={each.id} className={each.id === run?.id ? 'bg-accent/10' : ''}>
          <div className="flex items-center gap-3 px-3 py-1.5 text-sm">
            <Link
              to="/runs/$id"
              params={{ id: each.id }}
              className="flex min-w-0 flex-1 items-center gap-3 hover:underline"
            >
              <StatusBadge status={each.status} />
              <RelativeTime at={each.created_at} />
              <Elapsed from={each.started_at} to={each.ended_at} className="text-muted" />
              {each.error && (
                <span className="min-w-0 truncate text-muted">{said(each.error).message}</span>
              )}
            </Link>
            {each.id !== run?.id && (
              <IconButton
                size="icon-sm"
                label={t('compare.with')}
                data-testid={`compare-${each.id}`}
                onClick={() => onCompare(each.id)}
              >
                <GitCompare />
              </IconButton>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
