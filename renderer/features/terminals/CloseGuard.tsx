import { SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { closeAll } from './closing.ts';
import { useTerminals } from './store.ts';
import { viewOf } from './views.ts';

/** Asks before something that runs is ended with its terminal. */
export function CloseGuard() {
  const { t } = useTranslation('terminals');
  const closing = useTerminals((state) => state.closing);
  const [never, setNever] = useState(false);
  if (!closing) return null;
  const { ids, endings } = closing;
  const keep = () => {
    useTerminals.setState({ closing: undefined });
    setNever(false);
    requestAnimationFrame(() => viewOf(ids[0]!).focus());
  };
  const close = () => {
    useTerminals.setState({ closing: undefined, ...(never ? { askBeforeClosing: false } : {}) });
    setNever(false);
    void closeAll(ids);
  };
  return (
    <Dialog
      open
      onOpenChange={keep}
      title={t('closing.title', { count: ids.length })}
      description={t('closing.text')}
      footer={
        <>
          <Button onClick={keep}>{t('closing.keep')}</Button>
          <Button variant="danger" onClick={close}>
            {t('closing.verb', { count: ids.length })}
          </Button>
        </>
      }
    >
      <ul className="max-h-60 space-y-1 overflow-y-auto text-sm">
        {endings.map(({ id, title, host, program }) => (
          <li key={id} className="flex min-w-0 items-center gap-2">
            <SquareTerminal className="size-4 shrink-0 text-muted" aria-hidden />
            <span className="truncate">
              {program
                ? t('closing.program', { program, title })
                : host
                  ? t('closing.host', { host })
                  : t('closing.shell', { title })}
            </span>
          </li>
        ))}
      </ul>
      <label className="mt-4 flex items-center gap-2 text-sm text-muted">
        <input
          type="checkbox"
          checked={never}
          onChange={(event) => setNever(event.target.checked)}
          className="size-4 accent-(--accent)"
        />
        {t('closing.never')}
      </label>
    </Dialog>
  );
}
