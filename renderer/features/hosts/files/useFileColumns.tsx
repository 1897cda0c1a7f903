import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RemoteEntry } from '#contract/hostFiles.ts';
import { formatMetric } from '#renderer/features/monitor/formatMetric.ts';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import type { Column } from '#renderer/ui/table/tableTypes.ts';
import { EntryIcon } from './EntryIcon.tsx';
import { type FileActions, FileMenu } from './FileMenu.tsx';
import { modeText } from './paths.ts';

/** Columns of a folder. */
export function useFileColumns({ onDownload, onAsk }: FileActions): Column<RemoteEntry>[] {
  const { t, i18n } = useTranslation('hosts');
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('files.name'),
        width: 'minmax(180px, 4fr)',
        // Folders first, as the host lists them.
        sortValue: (entry) => `${entry.type === 'folder' ? 0 : 1}${entry.name}`,
        cell: (entry) => (
          <span className="flex min-w-0 items-center gap-2">
            <EntryIcon type={entry.type} />
            <span className="truncate" title={entry.name}>
              {entry.name}
            </span>
          </span>
        ),
      },
      {
        id: 'size',
        header: t('files.size'),
        width: '110px',
        align: 'end',
        sortValue: (entry) => (entry.type === 'file' ? entry.size : undefined),
        cell: (entry) => (
          <span className="tabular text-xs text-muted">
            {entry.type === 'file' ? formatMetric(entry.size, 'bytes', i18n.language) : '–'}
          </span>
        ),
      },
      {
        id: 'modified',
        header: t('files.modified'),
        width: 'minmax(120px, 1fr)',
        sortValue: (entry) => entry.modified_at,
        cell: (entry) => <RelativeTime at={entry.modified_at} className="text-xs text-muted" />,
      },
      {
        id: 'mode',
        header: t('files.mode'),
        width: '120px',
        cell: (entry) => (
          <span className="font-mono text-xs text-muted" title={`${entry.uid}:${entry.gid}`}>
            {modeText(entry.mode)}
          </span>
        ),
      },
      {
        id: 'actions',
        header: <span className="sr-only">{t('column.actions')}</span>,
        width: '52px',
        align: 'end',
        cell: (entry) => <FileMenu entry={entry} onDownload={onDownload} onAsk={onAsk} />,
      },
    ],
    [t, i18n.language, onDownload, onAsk],
  );
}
