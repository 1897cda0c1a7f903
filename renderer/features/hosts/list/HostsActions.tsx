import { Ellipsis, FileInput, Plus, SquareChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '#renderer/client/useMay.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { useNarrow } from '#renderer/ui/useMedia.ts';

/** What can be done with the inventory as a whole; on a phone all but the first is in a menu. */
export function HostsActions(props: {
  onAdd: () => void;
  onImport: () => void;
  /** Absent where there is no host to run a command on. */
  onCommand?: (() => void) | undefined;
}) {
  const { t } = useTranslation('hosts');
  const may = useMay();
  const narrow = useNarrow();
  const others = [
    ...(props.onCommand && may('operator')
      ? [{ id: 'run', label: t('runCommand'), icon: <SquareChevronRight />, run: props.onCommand }]
      : []),
    ...(may('admin')
      ? [{ id: 'import', label: t('import.open'), icon: <FileInput />, run: props.onImport }]
      : []),
  ];
  const add = may('admin') && (
    <Button variant="primary" icon={<Plus />} onClick={props.onAdd}>
      {t('add')}
    </Button>
  );
  if (narrow && add && others.length > 1)
    return (
      <>
        {add}
        <Menu
          align="start"
          trigger={
            <Button size="icon" aria-label={t('more')}>
              <Ellipsis />
            </Button>
          }
          items={others.map(({ run, ...item }) => ({ ...item, onSelect: run }))}
        />
      </>
    );
  return (
    <>
      {others.map(({ id, label, icon, run }) => (
        <Button key={id} icon={icon} onClick={run}>
          {label}
        </Button>
      ))}
      {add}
    </>
  );
}
