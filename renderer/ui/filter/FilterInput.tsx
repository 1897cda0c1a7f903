import { ListFilter, X } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../IconButton.tsx';
import { Input } from '../Input.tsx';
import { useShortcuts } from '../shortcuts/useShortcuts.ts';

/** The typed query of a list; `/` puts the cursor there, Escape leaves it. */
export function FilterInput(props: {
  value: string;
  onChange: (value: string) => void;
  /** An example that works here, e.g. `status:failed workflow:backup*`. */
  example: string;
}) {
  const { t } = useTranslation('ui');
  const input = useRef<HTMLInputElement>(null);
  useShortcuts(t('shortcuts.filter'), [
    { keys: '/', label: t('filter.focus'), run: () => input.current?.focus() },
  ]);
  return (
    <div className="relative min-w-0 flex-1">
      <Input
        ref={input}
        value={props.value}
        aria-label={t('filter.label')}
        placeholder={t('filter.placeholder', { example: props.example })}
        icon={<ListFilter />}
        spellCheck={false}
        onChange={(event) => props.onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {props.value && (
        <IconButton
          label={t('filter.clear')}
          size="icon-sm"
          className="absolute top-0.5 right-0.5"
          onClick={() => props.onChange('')}
        >
          <X />
        </IconButton>
      )}
    </div>
  );
}
