import { useQuery } from '@tanstack/react-query';
import { Plus, SquareTerminal } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { roleAllows } from '#contract/define.ts';
import { api, client } from '#renderer/client/api.ts';
import { useStream } from '#renderer/client/useStream.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { CloseGuard } from './CloseGuard.tsx';
import type { Pane, Tab } from './layout.ts';
import { openTerminal } from './openTerminal.ts';
import { PasteGuard } from './PasteGuard.tsx';
import { takeTerminals, useTerminals } from './store.ts';
import { TerminalPane } from './TerminalPane.tsx';
import { TerminalTabs } from './TerminalTabs.tsx';
import { TerminalToolbar } from './TerminalToolbar.tsx';
import { TouchKeys } from './TouchKeys.tsx';
import { useTerminalKeys } from './useTerminalKeys.ts';

function Panes({ pane, tab }: { pane: Pane; tab: Tab }): ReactNode {
  const { t } = useTranslation('terminals');
  if (pane.kind === 'terminal') return <TerminalPane id={pane.id} tab={tab} />;
  const beside = pane.direction === 'row';
  return (
    <Group orientation={beside ? 'horizontal' : 'vertical'} className="h-full min-h-0">
      {pane.panes.map((one, index) => (
        <Fragment key={one.id}>
          {index > 0 && (
            <Separator
              aria-label={t('resize')}
              className={`${beside ? 'w-px' : 'h-px'} bg-border transition-colors hover:bg-accent data-[separator=active]:bg-accent`}
            />
          )}
          <Panel id={one.id} minSize="10%">
            <Panes pane={one} tab={tab} />
          </Panel>
        </Fragment>
      ))}
    </Group>
  );
}

function Deck({ mayOpen }: { mayOpen: boolean }) {
  const { t } = useTranslation('terminals');
  const { tabs, active } = useTerminals((state) => state.layout);
  const known = useTerminals((state) => state.terminals !== undefined);
  const stream = useStream(
    'terminals',
    (signal) => client.terminals.watch({}, { signal }),
    (items) => {
      const last = items.at(-1);
      if (last) takeTerminals(last.terminals);
    },
  );
  useTerminalKeys(mayOpen);
  const tab = tabs.find((one) => one.id === active);
  if (stream.state === 'failed' && !known) return <ErrorState error={stream.error} />;
  return (
    <div data-terminals className="flex h-full min-h-0 flex-col">
      <div className="flex h-9 shrink-0 items-center border-b border-border bg-surface-2">
        <TerminalTabs />
        <TerminalToolbar tab={tab} mayOpen={mayOpen} />
      </div>
      <div className="min-h-0 flex-1">
        {tab && known ? (
          <Panes key={tab.id} pane={tab.pane} tab={tab} />
        ) : (
          known && (
            <EmptyState
              icon={<SquareTerminal />}
              title={t('empty')}
              text={t(mayOpen ? 'emptyText' : 'emptyHosts')}
              action={
                mayOpen && (
                  <Button
                    variant="primary"
                    icon={<Plus />}
                    onClick={() => void openTerminal('tab')}
                  >
                    {t('open')}
                  </Button>
                )
              }
            />
          )
        )}
      </div>
      {tab && known && <TouchKeys id={tab.focused} />}
      <PasteGuard />
      <CloseGuard />
    </div>
  );
}

/** Tabs and splits of terminals; on its page and in the bottom panel. */
export function TerminalDeck() {
  const { t } = useTranslation('terminals');
  const { data: me } = useQuery(api.platform.whoami.queryOptions({ input: {} }));
  if (!me) return null;
  if (!roleAllows(me.role, 'operator'))
    return <EmptyState icon={<SquareTerminal />} title={t('denied')} />;
  return <Deck mayOpen={roleAllows(me.role, 'admin')} />;
}
