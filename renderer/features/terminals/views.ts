import { client } from '#renderer/client/api.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { toastError } from '#renderer/ui/toast.ts';
import { matchKeys } from '#renderer/ui/shortcuts/matchKeys.ts';
import { useShortcutGroups } from '#renderer/ui/shortcuts/useShortcuts.ts';
import { focusTerminal, tabOf, terminalsOf } from './layout.ts';
import { changeLayout, useTerminals } from './store.ts';
import { withHeld } from './touchKeys.ts';
import type { Input } from './view/outbox.ts';
import { needsLook } from './view/pasteText.ts';
import { TerminalView } from './view/TerminalView.ts';
import { colours } from './view/themes.ts';

const views = new Map<string, TerminalView>();

/** Keys that a shell needs more than the application, though they are shortcuts elsewhere. */
const shellKeys = ['mod+k'];

/** The view of a terminal, made when it is first asked for. */
export function viewOf(id: string): TerminalView {
  let view = views.get(id);
  if (!view) {
    view = makeView(id);
    views.set(id, view);
  }
  return view;
}

function makeView(id: string): TerminalView {
  return new TerminalView(id, looks(), {
    onInput: (input) => send(id, withHeld(input)),
    onPaste: (text) => askPaste(id, text),
    onFocus: () => changeLayout((layout) => focusTerminal(layout, id)),
    isAppKey,
    onLink: (address) =>
      useTerminals.setState({ link: address ? { terminal: id, address } : undefined }),
    onSearch: (found) => useTerminals.setState({ found }),
    onError: (error) => {
      // The pane itself says that its shell has ended.
      if (toErrorShape(error).code !== 'terminal.not_running') toastError(error);
    },
  });
}

/** The terminals that get what is typed in this one. */
function targets(id: string): string[] {
  const tab = tabOf(useTerminals.getState().layout, id);
  return tab?.broadcast ? terminalsOf(tab.pane) : [id];
}

/** Sends what is typed in this terminal, to all panes of its tab where that is switched on. */
export function send(id: string, input: Input): void {
  for (const target of targets(id)) viewOf(target).send(input);
}

/**
 * Pastes, or asks first where the lines would run at once.
 * @returns whether it was pasted; otherwise a person decides
 */
export function askPaste(id: string, text: string): boolean {
  const bracketed = targets(id).every((target) => viewOf(target).bracketed);
  const asks = needsLook(text, bracketed);
  if (asks) useTerminals.setState({ paste: { text, terminal: id } });
  else paste(id, text);
  return !asks;
}

export function paste(id: string, text: string): void {
  for (const target of targets(id)) viewOf(target).paste(text);
}

/** Ends a terminal for good. */
export async function closeTerminal(id: string): Promise<void> {
  try {
    await client.terminals.close({ id });
  } catch (error) {
    if (toErrorShape(error).code !== 'terminal.not_found') toastError(error);
  }
}

function isAppKey(event: KeyboardEvent): boolean {
  if (!event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d+$/.test(event.key)) return false;
  // The browser's own paste brings a paste event, which is looked at.
  if (matchKeys(event, 'mod+shift+v') || (event.metaKey && event.key === 'v')) return true;
  if (shellKeys.some((keys) => matchKeys(event, keys)) && event.ctrlKey) return false;
  return Object.values(useShortcutGroups.getState().groups).some((group) =>
    group.some(({ keys }) => !keys.includes(' ') && matchKeys(event, keys)),
  );
}

function looks() {
  const { fontSize, theme, drawing } = useTerminals.getState();
  return { fontSize, drawing, theme: colours(theme) };
}

function restyle(): void {
  for (const view of views.values()) view.setLooks(looks());
}

useTerminals.subscribe((now, before) => {
  if (
    now.fontSize !== before.fontSize ||
    now.theme !== before.theme ||
    now.drawing !== before.drawing
  )
    restyle();
  if (now.terminals !== before.terminals)
    for (const [id, view] of views)
      if (now.terminals && !now.terminals.has(id)) {
        view.dispose();
        views.delete(id);
      }
});
window.addEventListener('nexus:theme', restyle);
