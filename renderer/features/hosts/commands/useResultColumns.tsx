import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { said } from '#renderer/i18n/said.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { stripAnsi } from '#renderer/ui/log/ansi.ts';
import type { Column } from '#renderer/ui/table/tableTypes.ts';
import { formatDuration } from '#renderer/ui/time.ts';
import type { HostResult } from './CommandOutput.ts';
import { ResultBadge } from './ResultBadge.tsx';

const rank = { failed: 0, running: 1, waiting: 2, skipped: 3, succeeded: 4 };

/** What a host has to say last: its error, else its newest line. */
export function lastWord(result: HostResult): string {
  return result.error ? said(result.error).message : stripAnsi(result.last);
}

/** Columns of the table of results. */
export function useResultColumns(): Column<HostResult>[] {
  const { t } = useTranslation('hosts');
  return useMemo(
    () => [
      {
        id: 'host',
        header: t('column.name'),
        width: 'minmax(110px, 2fr)',
        sortValue: (result) => result.host,
        cell: (result) => <span className="truncate font-medium">{result.host}</span>,
      },
      {
        id: 'state',
        header: t('result.column'),
        width: 'minmax(130px, 1fr)',
        sortValue: (result) => rank[result.state],
        cell: (result) => (
          <span className="flex min-w-0 items-center gap-1">
            <ResultBadge result={result} />
            {result.attempt > 1 && (
              <Badge title={t('result.attempt', { count: result.attempt })}>
                {`${result.attempt}×`}
              </Badge>
            )}
          </span>
        ),
      },
      {
        id: 'ms',
        header: t('result.time'),
        width: '92px',
        spare: 1,
        align: 'end',
        sortValue: (result) => result.ms,
        cell: (result) => (
          <span className="tabular text-xs text-muted">
            {result.ms === undefined ? '–' : formatDuration(result.ms)}
          </span>
        ),
      },
      {
        id: 'last',
        header: t('result.last'),
        width: 'minmax(120px, 3fr)',
        cell: (result) => (
          <span
            title={lastWord(result)}
            className={`truncate font-mono text-xs ${result.error ? 'text-danger' : 'text-muted'}`}
          >
            {lastWord(result)}
          </span>
        ),
      },
    ],
    [t],
  );
}
