import { Download, Ellipsis, Upload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';

/** What is done with an open vault as a whole. */
export function VaultMenu(props: { onImport: () => void; onExport: () => void }) {
  const { t } = useTranslation('vault');
  return (
    <Menu
      items={[
        { id: 'import', label: t('import.open'), icon: <Upload />, onSelect: props.onImport },
        { id: 'export', label: t('export.open'), icon: <Download />, onSelect: props.onExport },
      ]}
      trigger={
        <IconButton label={t('more')}>
          <Ellipsis />
        </IconButton>
      }
    />
  );
}
