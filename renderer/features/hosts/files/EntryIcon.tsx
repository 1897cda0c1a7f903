import { CornerUpRight, File, FileQuestion, Folder } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RemoteEntry } from '#contract/hostFiles.ts';

const icons = { file: File, folder: Folder, link: CornerUpRight, other: FileQuestion };

/** What sort of entry it is. */
export function EntryIcon({ type }: { type: RemoteEntry['type'] }) {
  const { t } = useTranslation('hosts');
  const Icon = icons[type];
  return (
    <Icon
      role="img"
      aria-label={t(`files.sort.${type}`)}
      className={`size-4 shrink-0 ${type === 'folder' ? 'text-accent' : 'text-muted'}`}
    />
  );
}
