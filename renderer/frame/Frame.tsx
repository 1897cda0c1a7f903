import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { Toaster } from 'sonner';
import { api } from '#renderer/client/api.ts';
import { useConnection } from '#renderer/client/connectionStore.ts';
import { useLiveCache } from '#renderer/client/useLiveCache.ts';
import { CommandPalette } from '#renderer/features/palette/CommandPalette.tsx';
import { BottomPanel } from '#renderer/features/panel/BottomPanel.tsx';
import { QuestionHost } from '#renderer/features/questions/QuestionHost.tsx';
import { RunDialog } from '#renderer/features/workflows/RunDialog.tsx';
import { showPalette, togglePanel, useFrame } from '#renderer/stores/frame.ts';
import { ShortcutHelp } from '#renderer/ui/shortcuts/ShortcutHelp.tsx';
import { installSequences, useShortcuts } from '#renderer/ui/shortcuts/useShortcuts.ts';
import { useNarrow } from '#renderer/ui/useMedia.ts';
import { ConnectionBar } from './ConnectionDot.tsx';
import { Header } from './Header.tsx';
import { pages } from './pages.ts';
import { Rail } from './Rail.tsx';
import { StatusBar } from './StatusBar.tsx';
import { UnauthorisedPage } from './UnauthorisedPage.tsx';

function useFrameShortcuts(): void {
  const { t } = useTranslation(['frame', 'ui']);
  const navigate = useNavigate();
  useEffect(installSequences, []);
  useShortcuts(t('ui:shortcuts.everywhere'), [
    { keys: 'mod+k', label: t('search'), run: () => showPalette(true) },
    { keys: 'mod+j', label: t('togglePanel'), run: togglePanel },
    { keys: '?', label: t('help'), run: () => useFrame.setState({ help: true }) },
    ...pages.map((page) => ({
      keys: `g ${page.key}`,
      label: t('goTo', { page: t(`pages.${page.id}`) }),
      run: () => void navigate({ to: page.to }),
    })),
  ]);
}

/** What stands around every page. */
export function Frame() {
  const { t } = useTranslation('frame');
  const narrow = useNarrow();
  const panel = useFrame((state) => state.panel);
  const help = useFrame((state) => state.help);
  const loggedOut = useConnection((connection) => connection.state === 'unauthorised');
  useLiveCache();
  // The palette must know the role before it opens.
  useQuery(api.platform.whoami.queryOptions({ input: {} }));
  useFrameShortcuts();
  if (loggedOut) return <UnauthorisedPage />;
  return (
    <div className="flex h-full flex-col">
      <a
        href="#content"
        onClick={(event) => {
          // The address holds the route; only the focus moves.
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
        className="sr-only focus:not-sr-only focus:absolute focus:z-60 focus:m-2 focus:rounded-control focus:bg-accent focus:px-3 focus:py-1 focus:text-on-accent"
      >
        {t('skip')}
      </a>
      <div className="flex min-h-0 flex-1">
        {!narrow && <Rail bar={false} />}
        <div className="relative flex min-w-0 flex-1 flex-col">
          <Header narrow={narrow} />
          <ConnectionBar />
          <Group orientation="vertical" className="min-h-0 flex-1">
            <Panel id="page" minSize="25%">
              <main
                id="content"
                tabIndex={-1}
                className="flex h-full min-h-0 flex-col overflow-auto outline-none"
              >
                <Outlet />
              </main>
            </Panel>
            {panel && (
              <>
                <Separator
                  aria-label={t('panel.resize')}
                  className="h-px bg-border transition-colors hover:bg-accent data-[separator=active]:bg-accent"
                />
                <Panel id="panel" defaultSize="32%" minSize="120px">
                  <BottomPanel />
                </Panel>
              </>
            )}
          </Group>
        </div>
      </div>
      {narrow ? <Rail bar /> : <StatusBar />}
      <QuestionHost />
      <CommandPalette />
      <RunDialog />
      <ShortcutHelp open={help} onOpenChange={(open) => useFrame.setState({ help: open })} />
      <Toaster
        containerAriaLabel={t('notifications.toasts')}
        position="bottom-right"
        offset={{ bottom: 40, right: 16 }}
        mobileOffset={{ bottom: 68 }}
        toastOptions={{
          style: {
            background: 'var(--surface-2)',
            color: 'var(--text)',
            border: '1px solid var(--border)',
            boxShadow: 'var(--shadow)',
            fontFamily: 'inherit',
          },
          classNames: {
            description: '!text-muted',
            error: '[&_[data-icon]]:text-danger',
            success: '[&_[data-icon]]:text-ok',
            actionButton: '!bg-accent !text-on-accent',
          },
        }}
      />
    </div>
  );
}
