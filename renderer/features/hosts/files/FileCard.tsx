import { useTranslation } from 'react-i18next';
import type { RemoteEntry } from '#contract/hostFiles.ts';
import { formatMetric } from '#renderer/features/monitor/formatMetric.ts';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { EntryIcon } from './EntryIcon.tsx';
import { type FileActions, FileMenu } from './FileMenu.tsx';

/** A file or a folder in a narrow window. */
export function FileCard({ entry, ...actions }: FileActions & { entry: RemoteEntry }) {
  const { i18n } = useTranslation();
  return (
    <div className="flex items-center gap-3">
      <EntryIcon type={entry.type} />
      <div className="min-w-0 flex-1">
        <div className="truncate">{entry.name}</div>
        <div className="flex gap-2 text-xs text-muted">
          {entry.type === 'file' && <span>{formatMetric(entry.size, 'bytes', i18n.language)}</span>}
          <RelativeTime at={entry.modified_at} />
        </div>
      </div>
      <FileMenu entry={entry} {...actions} />
    </div>
  );
}
