import { Radio } from 'lucide-react';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { isMac } from '#renderer/ui/shortcutLabel.ts';
import type { Tab } from './layout.ts';
import { SearchBar } from './SearchBar.tsx';
import { useTerminals } from './store.ts';
import { TerminalEnd } from './TerminalEnd.tsx';
import { colours, type TerminalTheme } from './view/themes.ts';
import { viewOf } from './views.ts';

/**
 * Whether the keyboard belongs to nothing in particular: a page that was just opened, or a button of
 * the terminals that was pressed.
 */
function isIdle(): boolean {
  const { activeElement } = document;
  if (!activeElement || activeElement === document.body) return true;
  if (activeElement.closest('nav')) return true;
  return activeElement.matches('button') && activeElement.closest('[data-terminals]') !== null;
}

function useTerminalBackground(theme: TerminalTheme): string | undefined {
  const read = () => colours(theme).background;
  return useSyncExternalStore((changed) => {
    window.addEventListener('nexus:theme', changed);
    return () => window.removeEventListener('nexus:theme', changed);
  }, read);
}

/** Lends an element to the terminal's view, which lives on when this component goes. */
function Screen({ id, label }: { id: string; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const theme = useTerminals((state) => state.theme);
  const background = useTerminalBackground(theme);
  const running = useTerminals((state) => state.terminals?.get(id)?.state === 'running');
  useEffect(() => {
    const view = viewOf(id);
    if (box.current) view.mount(box.current);
    return () => view.unmount();
  }, [id]);
  useEffect(() => {
    // Whoever comes to the page wants to type, and whoever answered the questions of a host, too;
    // unless they are somewhere else already.
    const { layout } = useTerminals.getState();
    const tab = layout.tabs.find((one) => one.id === layout.active);
    if (running && tab?.focused === id && isIdle()) viewOf(id).focus();
  }, [id, running]);
  return (
    <div
      ref={box}
      role="group"
      aria-label={label}
      data-terminal={id}
      style={{ background }}
      className="min-h-0 flex-1 overflow-hidden py-1 pl-2"
    />
  );
}

function LinkHint({ id }: { id: string }) {
  const { t } = useTranslation('terminals');
  const link = useTerminals((state) => (state.link?.terminal === id ? state.link.address : null));
  if (!link) return null;
  return (
    <p className="pointer-events-none absolute right-3 bottom-2 left-3 z-10 truncate rounded-control border border-border bg-surface-2 px-2 py-1 text-xs shadow-pop">
      {t('openLink', { keys: isMac ? '⌘' : 'Ctrl', address: link })}
    </p>
  );
}

/** One terminal with what has to be said about it. */
export function TerminalPane({ id, tab }: { id: string; tab: Tab }) {
  const { t } = useTranslation('terminals');
  const terminal = useTerminals((state) => state.terminals?.get(id));
  const searching = useTerminals((state) => state.searching === id);
  const split = tab.pane.kind === 'split';
  const focused = split && tab.focused === id;
  if (!terminal) return null;
  return (
    <section
      aria-label={terminal.title}
      className={cn(
        'relative flex h-full min-h-0 min-w-0 flex-col border-2 border-transparent bg-surface-1',
        focused && 'border-accent/50',
        tab.broadcast && 'border-warn',
      )}
    >
      {split && (
        <header className="flex h-6 shrink-0 items-center gap-2 px-2 text-xs text-muted">
          <span className={cn('truncate', focused && 'font-medium text-text')}>
            {terminal.title}
          </span>
          {terminal.log && <LogMark />}
          {tab.broadcast && (
            <span className="ml-auto flex items-center gap-1 font-medium text-warn">
              <Radio className="size-3.5" aria-hidden />
              {t('broadcasting')}
            </span>
          )}
        </header>
      )}
      <Screen id={id} label={terminal.title} />
      <LinkHint id={id} />
      {searching && <SearchBar id={id} />}
      <TerminalEnd terminal={terminal} />
    </section>
  );
}

/** Says that the output goes to a file. */
export function LogMark() {
  const { t } = useTranslation('terminals');
  return (
    <span className="flex shrink-0 items-center gap-1 text-xs text-danger">
      <span className="size-2 rounded-full bg-danger" aria-hidden />
      {t('logging')}
    </span>
  );
}
