import { Search } from 'lucide-react';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KindInfo } from '#contract/workflows.ts';
import { Input } from '#renderer/ui/Input.tsx';
import { DRAG_KIND, insertKind } from '../canvas/insertKind.ts';
import { KindIcon } from '../canvas/KindIcon.ts';
import { useDocument, useEditor, useKinds } from '../store/context.ts';
import { placeForNew } from './placeForNew.ts';
import { searchKinds } from './searchKinds.ts';

function Item({ kind, disabled }: { kind: KindInfo; disabled: boolean }) {
  const document = useDocument();
  return (
    <button
      type="button"
      draggable={!disabled}
      disabled={disabled}
      data-testid={`palette-${kind.kind}`}
      title={kind.description}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAG_KIND, kind.kind);
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onClick={() => insertKind(document, kind.kind, placeForNew(document.state))}
      className="flex w-full cursor-grab items-center gap-2.5 rounded-control px-2 py-1.5 text-left hover:bg-surface-3 disabled:cursor-not-allowed disabled:opacity-50"
    >
      <span className="flex size-7 shrink-0 items-center justify-center rounded-control bg-surface-3">
        <KindIcon name={kind.icon} className="size-4" />
      </span>
      <span className="min-w-0">
        <span className="block truncate text-sm leading-4.5 font-medium">{kind.title}</span>
        <span className="block truncate text-2xs text-muted">{kind.description}</span>
      </span>
    </button>
  );
}

function move(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const items = [
    ...event.currentTarget.querySelectorAll<HTMLElement>('input, button:not(:disabled)'),
  ];
  const now = items.indexOf(window.document.activeElement as HTMLElement);
  const next = items[now + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** The kinds of step, to drag or to add with Enter: after what is selected, else on their own. */
export function Palette() {
  const { t } = useTranslation('editor');
  const kinds = useKinds();
  const [text, setText] = useState('');
  const locked = useEditor((state) => state.readOnly || state.stale);
  const groups = useMemo(() => searchKinds([...kinds.values()], text), [kinds, text]);
  return (
    // The arrows go through what is focusable anyway; nothing is only for them.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <nav
      aria-label={t('palette.label')}
      className="flex h-full flex-col bg-surface-2"
      onKeyDown={move}
    >
      <div className="p-2">
        <Input
          icon={<Search />}
          type="search"
          aria-label={t('palette.search')}
          placeholder={t('palette.search')}
          data-testid="palette-search"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">
        {groups.length === 0 && <p className="px-2 py-4 text-sm text-muted">{t('palette.none')}</p>}
        {groups.map(([group, items]) => (
          <section key={group} className="mb-2">
            <h3 className="px-2 py-1 text-2xs font-semibold text-muted">
              {t(`palette.group.${group}`)}
            </h3>
            {items.map((kind) => (
              <Item key={kind.kind} kind={kind} disabled={locked} />
            ))}
          </section>
        ))}
      </div>
    </nav>
  );
}
