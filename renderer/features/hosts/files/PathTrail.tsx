import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { trail } from './paths.ts';

/** Where one is, each folder above to go to; or a path to type. */
export function PathTrail({ path, onGo }: { path: string; onGo: (path: string) => void }) {
  const { t } = useTranslation('hosts');
  const [typed, setTyped] = useState<string>();
  if (typed !== undefined)
    return (
      <form
        className="min-w-40 flex-1"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== '') onGo(typed.trim());
          setTyped(undefined);
        }}
      >
        <Input
          aria-label={t('files.path')}
          className="font-mono"
          spellCheck={false}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it replaces what was just pressed
          autoFocus
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => setTyped(undefined)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setTyped(undefined);
          }}
        />
      </form>
    );
  return (
    <nav aria-label={t('files.path')} className="flex min-w-40 flex-1 items-center gap-1">
      <ol className="flex min-w-0 flex-wrap items-center font-mono text-xs">
        {trail(path).map((step, index, all) => (
          <li key={step.path} className="flex items-center">
            {index > 1 && <span className="text-muted">/</span>}
            <button
              type="button"
              aria-current={index === all.length - 1 ? 'page' : undefined}
              className="rounded px-1 py-0.5 hover:bg-surface-3 aria-[current=page]:font-semibold"
              onClick={() => onGo(step.path)}
            >
              {step.name}
            </button>
          </li>
        ))}
      </ol>
      <IconButton label={t('files.type')} size="icon-sm" onClick={() => setTyped(path)}>
        <Pencil />
      </IconButton>
    </nav>
  );
}
