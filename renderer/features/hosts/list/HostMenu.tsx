import {
  Ellipsis,
  FolderOpen,
  Pencil,
  PlugZap,
  SquareChevronRight,
  SquareTerminal,
  Trash2,
} from 'lucide-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Host } from '#contract/hosts.ts';
import { useMay } from '#renderer/client/useMay.ts';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Menu, type MenuItem } from '#renderer/ui/Menu.tsx';
import { useHostActions } from '../useHostActions.ts';

/** What the list and a host's own page open as a dialog. */
export interface HostDialogs {
  edit: (name: string) => void;
  test: (name: string) => void;
  remove: (name: string) => void;
}

/** Everything that can be done with one host. */
export function HostMenu({ host, dialogs }: { host: Host; dialogs: HostDialogs }) {
  const { t } = useTranslation('hosts');
  const may = useMay();
  const actions = useHostActions();
  const navigate = useNavigate();
  const { name } = host;
  const operator = !may('operator');
  const admin = !may('admin');
  const items: MenuItem[] = [
    {
      id: 'terminal',
      label: t('terminal'),
      icon: <SquareTerminal />,
      shortcut: 'c',
      disabled: operator,
      onSelect: () => actions.terminal(name),
    },
    {
      id: 'command',
      label: t('runCommand'),
      icon: <SquareChevronRight />,
      shortcut: 'r',
      disabled: operator,
      onSelect: () => actions.command([name]),
    },
    {
      id: 'files',
      label: t('browseFiles'),
      icon: <FolderOpen />,
      disabled: operator,
      onSelect: () =>
        void navigate({ to: '/hosts/$name', params: { name }, search: { tab: 'files' } }),
    },
    {
      id: 'test',
      label: t('test.verb'),
      icon: <PlugZap />,
      shortcut: 't',
      disabled: operator,
      onSelect: () => dialogs.test(name),
    },
    { id: '-1' },
    {
      id: 'edit',
      label: t('edit'),
      icon: <Pencil />,
      shortcut: 'e',
      disabled: admin,
      onSelect: () => dialogs.edit(name),
    },
    {
      id: 'remove',
      label: t('remove'),
      icon: <Trash2 />,
      danger: true,
      disabled: admin,
      onSelect: () => dialogs.remove(name),
    },
  ];
  return (
    <Menu
      items={items}
      trigger={
        <IconButton
          label={t('menu', { name })}
          size="icon-sm"
          onClick={(event) => event.stopPropagation()}
        >
          <Ellipsis />
        </IconButton>
      }
    />
  );
}
