import { useTranslation } from 'react-i18next';
import { useShortcuts } from '#renderer/ui/shortcuts/useShortcuts.ts';
import { toastDone } from '#renderer/ui/toast.ts';
import { closeTerminals } from './closing.ts';
import { focusTerminal, neighbour, neighbourTab, replaceTab, type Tab } from './layout.ts';
import { openTerminal } from './openTerminal.ts';
import { changeFont, changeLayout, useTerminals } from './store.ts';
import { viewOf } from './views.ts';

const activeTab = (): Tab | undefined => {
  const { layout } = useTerminals.getState();
  return layout.tabs.find((tab) => tab.id === layout.active);
};

/** Brings a tab to the front and gives its terminal the keyboard. */
export function showTab(tab: Tab | undefined): void {
  if (!tab) return;
  changeLayout((layout) => focusTerminal(layout, tab.focused));
  requestAnimationFrame(() => viewOf(tab.focused).focus());
}

/** Turns on or off that what is typed goes to every terminal of the tab. */
export function toggleBroadcast(tab: Tab): void {
  changeLayout((layout) => replaceTab(layout, { ...tab, broadcast: !tab.broadcast }));
}

/** Puts what is selected on the clipboard. */
export async function copySelection(id: string, done: string): Promise<void> {
  const text = viewOf(id).selection;
  if (text === '') return;
  await navigator.clipboard.writeText(text);
  toastDone(done);
}

function movePane(step: 1 | -1): void {
  const tab = activeTab();
  if (!tab) return;
  const next = neighbour(tab, step);
  changeLayout((layout) => focusTerminal(layout, next));
  viewOf(next).focus();
}

/** Keys of the terminals, also while a shell has the keyboard. They are listed under `?`. */
export function useTerminalKeys(mayOpen: boolean): void {
  const { t } = useTranslation('terminals');
  const open = (direction?: 'row' | 'column') => () => {
    const beside = activeTab()?.focused;
    if (mayOpen) void openTerminal(direction && beside ? { beside, direction } : 'tab');
  };
  const withTab = (run: (tab: Tab) => void) => () => {
    const tab = activeTab();
    if (tab) run(tab);
  };
  useShortcuts(t('title'), [
    { keys: 'mod+shift+t', label: t('new'), run: open() },
    { keys: 'mod+shift+e', label: t('splitRight'), run: open('row') },
    { keys: 'mod+shift+o', label: t('splitDown'), run: open('column') },
    {
      keys: 'mod+shift+w',
      label: t('close'),
      run: withTab((tab) => void closeTerminals([tab.focused])),
    },
    { keys: 'mod+shift+arrowright', label: t('nextPane'), run: () => movePane(1) },
    { keys: 'mod+shift+arrowleft', label: t('previousPane'), run: () => movePane(-1) },
    {
      keys: 'mod+pagedown',
      label: t('nextTab'),
      run: () => showTab(neighbourTab(useTerminals.getState().layout, 1)),
    },
    {
      keys: 'mod+pageup',
      label: t('previousTab'),
      run: () => showTab(neighbourTab(useTerminals.getState().layout, -1)),
    },
    {
      keys: 'mod+shift+f',
      label: t('find'),
      run: withTab((tab) => useTerminals.setState({ searching: tab.focused })),
    },
    {
      keys: 'mod+shift+c',
      label: t('copy'),
      run: withTab((tab) => void copySelection(tab.focused, t('copied'))),
    },
    { keys: 'mod+shift+b', label: t('broadcast'), run: withTab(toggleBroadcast) },
    { keys: 'mod+=', label: t('larger'), run: () => changeFont(1) },
    { keys: 'mod+-', label: t('smaller'), run: () => changeFont(-1) },
    { keys: 'mod+0', label: t('usualSize'), run: () => changeFont(0) },
    {
      keys: 'f6',
      label: t('leave'),
      run: () => document.querySelector<HTMLElement>('[data-terminal-tab="active"]')?.focus(),
    },
  ]);
}
