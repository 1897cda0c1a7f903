import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '#contract/audit.ts';
import { textSaid } from '#renderer/i18n/said.ts';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import type { Column } from '#renderer/ui/table/tableTypes.ts';
import { OutcomeBadge } from './OutcomeBadge.tsx';
import { targetOf } from './target.ts';

/** Columns of the audit log. */
export function useAuditColumns(): Column<AuditEntry>[] {
  const { t } = useTranslation('audit');
  return useMemo(
    () => [
      {
        id: 'seq',
        spare: 1,
        header: t('column.seq'),
        width: '84px',
        align: 'end',
        cell: (entry) => <span className="tabular text-xs text-muted">{entry.seq}</span>,
      },
      {
        id: 'at',
        header: t('column.at'),
        width: '112px',
        cell: (entry) => <RelativeTime at={entry.at} className="text-xs" />,
      },
      {
        id: 'action',
        header: t('column.action'),
        width: 'minmax(150px, 2fr)',
        cell: (entry) => <span className="truncate font-mono text-xs">{entry.action}</span>,
      },
      {
        id: 'target',
        header: t('column.target'),
        width: 'minmax(100px, 1.5fr)',
        cell: (entry) => <span className="truncate font-mono text-xs">{targetOf(entry)}</span>,
      },
      {
        id: 'actor',
        header: t('column.actor'),
        width: 'minmax(120px, 1fr)',
        cell: (entry) => <span className="truncate">{entry.actor}</span>,
      },
      {
        id: 'face',
        spare: 2,
        header: t('column.face'),
        width: '110px',
        cell: (entry) => <span className="text-xs text-muted">{textSaid(entry.face)}</span>,
      },
      {
        id: 'outcome',
        header: t('column.outcome'),
        width: '148px',
        cell: (entry) => <OutcomeBadge outcome={entry.outcome} />,
      },
    ],
    [t],
  );
}
