import { useQuery } from '@tanstack/react-query';
import {
  AArrowDown,
  AArrowUp,
  Cable,
  Columns2,
  Copy,
  Ellipsis,
  Eraser,
  FileText,
  Gpu,
  Palette,
  PencilLine,
  Plus,
  Radio,
  Rows2,
  Search,
  ShieldQuestionMark,
  TextSelect,
  Zap,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Snippet, Terminal } from '#contract/terminals.ts';
import { api, client } from '#renderer/client/api.ts';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { Menu, type MenuItem } from '#renderer/ui/Menu.tsx';
import { toastDone, toastError } from '#renderer/ui/toast.ts';
import type { Tab } from './layout.ts';
import { openTerminal } from './openTerminal.ts';
import { RenameTerminal } from './RenameTerminal.tsx';
import { SnippetsDialog } from './SnippetsDialog.tsx';
import { changeFont, useTerminals } from './store.ts';
import { copySelection, toggleBroadcast } from './useTerminalKeys.ts';
import { askPaste, send, viewOf } from './views.ts';
import { cleanPaste } from './view/pasteText.ts';
import { terminalThemes } from './view/themes.ts';
import { drawings } from './view/webglPool.ts';

function insert(id: string, snippet: Snippet): void {
  // It may be somebody else's: no key presses in it, and no line end that the list does not show.
  const text = cleanPaste(snippet.text);
  if (snippet.run && !text.includes('\n')) send(id, { data: `${text}\r`, encoding: 'utf8' });
  else {
    const pasted = askPaste(id, text);
    if (snippet.run && pasted) send(id, { data: '\r', encoding: 'utf8' });
  }
  requestAnimationFrame(() => viewOf(id).focus());
}

function Snippets({ id }: { id: string }) {
  const { t } = useTranslation('terminals');
  const [managing, setManaging] = useState(false);
  const { data } = useQuery(api.terminals.snippets.queryOptions({ input: {} }));
  const items: MenuItem[] = (data?.snippets ?? []).map((one) => ({
    id: one.id,
    label: one.name,
    onSelect: () => insert(id, one),
  }));
  return (
    <>
      <Menu
        trigger={
          <Button variant="ghost" size="icon" aria-label={t('snippets.title')}>
            <Zap />
          </Button>
        }
        items={[
          ...items,
          ...(items.length > 0 ? [{ id: '-' }] : []),
          { id: 'manage', label: t('snippets.manage'), onSelect: () => setManaging(true) },
        ]}
      />
      {managing && <SnippetsDialog onClose={() => setManaging(false)} />}
    </>
  );
}

function toggleLog(terminal: Terminal, started: (file: string) => string, stopped: string): void {
  const { id } = terminal;
  if (terminal.log) client.terminals.stopLog({ id }).then(() => toastDone(stopped), toastError);
  else
    client.terminals
      .startLog({ id })
      .then((now) => toastDone(started(now.terminal.log ?? '')), toastError);
}

/** The value after `one`, round and round. */
const after = <T,>(all: readonly T[], one: T): T => all[(all.indexOf(one) + 1) % all.length]!;

function More({ terminal }: { terminal: Terminal }) {
  const { t } = useTranslation('terminals');
  const [renaming, setRenaming] = useState(false);
  const theme = useTerminals((state) => state.theme);
  const drawing = useTerminals((state) => state.drawing);
  const asks = useTerminals((state) => state.askBeforeClosing);
  const next = after(terminalThemes, theme);
  const nextDrawing = after(drawings, drawing);
  return (
    <>
      <Menu
        trigger={
          <Button variant="ghost" size="icon" aria-label={t('more')}>
            <Ellipsis />
          </Button>
        }
        items={[
          {
            id: 'rename',
            label: t('rename.menu'),
            icon: <PencilLine />,
            onSelect: () => setRenaming(true),
          },
          {
            id: 'log',
            label: terminal.log ? t('logStop') : t('logStart'),
            icon: <FileText />,
            onSelect: () =>
              toggleLog(terminal, (file) => t('logStarted', { file }), t('logStopped')),
          },
          { id: '-' },
          {
            id: 'copy',
            label: t('copy'),
            icon: <Copy />,
            shortcut: 'mod+shift+c',
            onSelect: () => void copySelection(terminal.id, t('copied')),
          },
          {
            id: 'select',
            label: t('selectAll'),
            icon: <TextSelect />,
            onSelect: () => viewOf(terminal.id).selectAll(),
          },
          {
            id: 'clear',
            label: t('clear'),
            icon: <Eraser />,
            onSelect: () => viewOf(terminal.id).clearScrollback(),
          },
          { id: '--' },
          {
            id: 'larger',
            label: t('larger'),
            icon: <AArrowUp />,
            shortcut: 'mod+=',
            onSelect: () => changeFont(1),
          },
          {
            id: 'smaller',
            label: t('smaller'),
            icon: <AArrowDown />,
            shortcut: 'mod+-',
            onSelect: () => changeFont(-1),
          },
          {
            id: 'theme',
            label: t('themeNext', { theme: t(`themes.${next}`) }),
            icon: <Palette />,
            onSelect: () => useTerminals.setState({ theme: next }),
          },
          {
            id: 'drawing',
            label: t('drawingNext', { how: t(`drawings.${nextDrawing}`) }),
            icon: <Gpu />,
            onSelect: () => useTerminals.setState({ drawing: nextDrawing }),
          },
          {
            id: 'ask',
            label: asks ? t('closing.askNot') : t('closing.ask'),
            icon: <ShieldQuestionMark />,
            onSelect: () => useTerminals.setState({ askBeforeClosing: !asks }),
          },
        ]}
      />
      {renaming && <RenameTerminal terminal={terminal} onClose={() => setRenaming(false)} />}
    </>
  );
}

/** Opens a terminal on a host of the inventory. */
function Hosts() {
  const { t } = useTranslation('terminals');
  const { data } = useQuery(api.hosts.list.queryOptions({ input: {} }));
  const hosts = data?.hosts ?? [];
  if (hosts.length === 0) return null;
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label={t('newOnHost')}>
          <Cable />
        </Button>
      }
      items={hosts.map(({ name, environment }) => ({
        id: name,
        label: environment ? `${name} · ${environment}` : name,
        onSelect: () => void openTerminal('tab', name),
      }))}
    />
  );
}

/** What can be done with the terminals of a tab. */
export function TerminalToolbar({ tab, mayOpen }: { tab: Tab | undefined; mayOpen: boolean }) {
  const { t } = useTranslation('terminals');
  const terminal = useTerminals((state) => (tab ? state.terminals?.get(tab.focused) : undefined));
  const split = (direction: 'row' | 'column') => () =>
    tab && void openTerminal({ beside: tab.focused, direction });
  return (
    <div className="ml-auto flex shrink-0 items-center px-1">
      {mayOpen && (
        <IconButton
          label={t('new')}
          shortcut="mod+shift+t"
          onClick={() => void openTerminal('tab')}
        >
          <Plus />
        </IconButton>
      )}
      <Hosts />
      {tab && terminal && (
        <>
          {mayOpen && (
            <>
              <IconButton
                label={t('splitRight')}
                shortcut="mod+shift+e"
                className="max-narrow:hidden"
                onClick={split('row')}
              >
                <Columns2 />
              </IconButton>
              <IconButton
                label={t('splitDown')}
                shortcut="mod+shift+o"
                className="max-narrow:hidden"
                onClick={split('column')}
              >
                <Rows2 />
              </IconButton>
            </>
          )}
          <IconButton
            label={t('find')}
            shortcut="mod+shift+f"
            onClick={() => useTerminals.setState({ searching: tab.focused })}
          >
            <Search />
          </IconButton>
          {tab.pane.kind === 'split' && (
            <IconButton
              label={t('broadcast')}
              shortcut="mod+shift+b"
              aria-pressed={tab.broadcast}
              className={tab.broadcast ? 'text-warn' : ''}
              onClick={() => toggleBroadcast(tab)}
            >
              <Radio />
            </IconButton>
          )}
          <Snippets id={tab.focused} />
          <More terminal={terminal} />
        </>
      )}
    </div>
  );
}
