import { useQuery } from '@tanstack/react-query';
import { PanelBottom, Search } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { NotificationBell } from '#renderer/features/notifications/NotificationBell.tsx';
import { showPalette, togglePanel, useFrame } from '#renderer/stores/frame.ts';
import { Badge, type Tone } from '#renderer/ui/Badge.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Kbd } from '#renderer/ui/Kbd.tsx';
import { Breadcrumb } from './Breadcrumb.tsx';
import { ConnectionDot } from './ConnectionDot.tsx';

function environmentTone(name: string): Tone {
  if (/prod/i.test(name)) return 'danger';
  if (/stag|test/i.test(name)) return 'warn';
  return 'info';
}

/** One line above every page: where you are, search, environment, notifications, connection. */
export function Header({ narrow }: { narrow: boolean }) {
  const { t } = useTranslation('frame');
  const panel = useFrame((state) => state.panel);
  const { data: settings } = useQuery(api.settings.get.queryOptions({ input: {} }));
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-b border-border bg-surface-2 px-4">
      <div className="flex min-w-0 flex-1 items-center">
        <Breadcrumb />
      </div>
      {narrow ? (
        <IconButton label={t('search')} onClick={() => showPalette(true)}>
          <Search />
        </IconButton>
      ) : (
        <button
          type="button"
          onClick={() => showPalette(true)}
          className="flex h-8 w-full max-w-80 items-center gap-2 rounded-control border border-border bg-surface-1 px-2.5 text-sm text-muted transition-colors hover:border-border-strong"
        >
          <Search className="size-4" aria-hidden />
          <span className="min-w-0 flex-1 truncate text-left">{t('search')}</span>
          <Kbd keys="mod+k" />
        </button>
      )}
      <div className="flex flex-1 items-center justify-end gap-1 max-narrow:flex-none">
        {settings?.environment && (
          <Badge tone={environmentTone(settings.environment)} className="mr-1">
            {settings.environment}
          </Badge>
        )}
        <ConnectionDot />
        <NotificationBell />
        {!narrow && (
          <IconButton
            label={t('togglePanel')}
            shortcut="mod+j"
            side="bottom"
            aria-pressed={panel !== null}
            className={panel ? 'text-accent' : ''}
            onClick={togglePanel}
          >
            <PanelBottom />
          </IconButton>
        )}
      </div>
    </header>
  );
}
