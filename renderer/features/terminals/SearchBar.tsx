import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { useTerminals } from './store.ts';
import { viewOf } from './views.ts';

/** Finds text in a terminal's scrollback: Enter goes to the one before, Shift+Enter to the next. */
export function SearchBar({ id }: { id: string }) {
  const { t } = useTranslation('terminals');
  const [text, setText] = useState('');
  const { index, count } = useTerminals((state) => state.found);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const close = () => {
    viewOf(id).search('');
    useTerminals.setState({ searching: undefined, found: { index: -1, count: 0 } });
    viewOf(id).focus();
  };
  return (
    <search
      aria-label={t('find')}
      className="absolute top-2 right-4 z-10 flex items-center gap-1 rounded-card border border-border bg-surface-2 p-1.5 shadow-pop"
    >
      <Input
        ref={field}
        className="w-48"
        aria-label={t('find')}
        placeholder={t('find')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          viewOf(id).search(event.target.value, true);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') viewOf(id).search(text, !event.shiftKey);
          else if (event.key === 'Escape') close();
        }}
      />
      <span className="tabular min-w-16 px-1 text-xs text-muted" role="status">
        {text === ''
          ? ''
          : count === 0
            ? t('findNone')
            : t('findCount', { at: index + 1, count: count })}
      </span>
      <IconButton
        size="icon-sm"
        label={t('findBefore')}
        onClick={() => viewOf(id).search(text, true)}
      >
        <ArrowUp />
      </IconButton>
      <IconButton size="icon-sm" label={t('findNext')} onClick={() => viewOf(id).search(text)}>
        <ArrowDown />
      </IconButton>
      <IconButton size="icon-sm" label={t('findClose')} onClick={close}>
        <X />
      </IconButton>
    </search>
  );
}
