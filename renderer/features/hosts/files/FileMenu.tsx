import { Download, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RemoteEntry } from '#contract/hostFiles.ts';
import { useMay } from '#renderer/client/useMay.ts';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import type { EntryQuestion } from './EntryDialogs.tsx';

/** What a file's row offers. */
export interface FileActions {
  onDownload: (entry: RemoteEntry) => void;
  onAsk: (question: EntryQuestion) => void;
}

/** What can be done with a file or a folder. */
export function FileMenu({ entry, onDownload, onAsk }: FileActions & { entry: RemoteEntry }) {
  const { t } = useTranslation('hosts');
  const may = useMay();
  return (
    <Menu
      items={[
        {
          id: 'download',
          label: t('files.download'),
          icon: <Download />,
          shortcut: 'd',
          disabled: !may('admin') || entry.type === 'other',
          onSelect: () => onDownload(entry),
        },
        {
          id: 'rename',
          label: t('files.rename'),
          icon: <Pencil />,
          shortcut: 'f2',
          onSelect: () => onAsk({ what: 'rename', entry }),
        },
        { id: '-1' },
        {
          id: 'delete',
          label: t('files.delete'),
          icon: <Trash2 />,
          danger: true,
          onSelect: () => onAsk({ what: 'delete', entry }),
        },
      ]}
      trigger={
        <IconButton
          label={t('menu', { name: entry.name })}
          size="icon-sm"
          onClick={(event) => event.stopPropagation()}
        >
          <Ellipsis />
        </IconButton>
      }
    />
  );
}
