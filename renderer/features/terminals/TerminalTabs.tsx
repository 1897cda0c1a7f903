import { PlugZap, Radio, SquareTerminal, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { closeTerminals } from './closing.ts';
import { terminalsOf, type Tab } from './layout.ts';
import { useTerminals } from './store.ts';
import { LogMark } from './TerminalPane.tsx';
import { showTab } from './useTerminalKeys.ts';

function TabButton({ tab, active }: { tab: Tab; active: boolean }) {
  const { t } = useTranslation('terminals');
  const terminal = useTerminals((state) => state.terminals?.get(tab.focused));
  const members = terminalsOf(tab.pane);
  const title = terminal?.title ?? '';
  const logged = useTerminals((state) => members.some((id) => state.terminals?.get(id)?.log));
  return (
    <li
      className={cn(
        'flex h-9 shrink-0 items-center border-b-2 border-transparent pr-1',
        active && 'border-accent bg-surface-1',
      )}
    >
      <button
        type="button"
        aria-current={active ? 'true' : undefined}
        data-terminal-tab={active ? 'active' : 'other'}
        onClick={() => showTab(tab)}
        onAuxClick={(event) => {
          if (event.button === 1) void closeTerminals(members);
        }}
        className={cn(
          'flex h-full max-w-56 items-center gap-1.5 pl-3 text-sm',
          active ? 'text-text' : 'text-muted hover:text-text',
          terminal?.state === 'exited' && 'text-muted line-through',
        )}
      >
        {tab.broadcast ? (
          <Radio className="size-4 shrink-0 text-warn" aria-label={t('broadcasting')} />
        ) : terminal?.state === 'disconnected' ? (
          <PlugZap className="size-4 shrink-0 text-warn" aria-label={t('state.lost')} />
        ) : (
          <SquareTerminal className="size-4 shrink-0" aria-hidden />
        )}
        <span className="truncate">{title}</span>
        {members.length > 1 && <span className="tabular text-xs text-muted">{members.length}</span>}
        {logged && <LogMark />}
      </button>
      <IconButton
        size="icon-sm"
        className="size-6"
        label={t('closeTab', { title })}
        onClick={() => void closeTerminals(members)}
      >
        <X />
      </IconButton>
    </li>
  );
}

/** The tabs of this window. */
export function TerminalTabs() {
  const { t } = useTranslation('terminals');
  const { tabs, active } = useTerminals((state) => state.layout);
  return (
    <ul aria-label={t('title')} className="flex min-w-0 overflow-x-auto">
      {tabs.map((tab) => (
        <TabButton key={tab.id} tab={tab} active={tab.id === active} />
      ))}
    </ul>
  );
}
