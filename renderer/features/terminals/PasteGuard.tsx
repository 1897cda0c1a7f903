import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { useTerminals } from './store.ts';
import { paste, viewOf } from './views.ts';

/** So much of a long paste is shown. */
const SHOWN = 20_000;

/** Shows several lines before they are pasted where each would run at once. */
export function PasteGuard() {
  const { t } = useTranslation('terminals');
  const waiting = useTerminals((state) => state.paste);
  if (!waiting) return null;
  const { text, terminal } = waiting;
  const lines = text.replace(/\n$/, '').split('\n').length;
  const end = () => {
    useTerminals.setState({ paste: undefined });
    requestAnimationFrame(() => viewOf(terminal).focus());
  };
  return (
    <Dialog
      open
      onOpenChange={end}
      size="wide"
      title={t('paste.title', { count: lines })}
      description={t('paste.text')}
      footer={
        <>
          <Button onClick={end}>{t('paste.cancel')}</Button>
          <Button
            variant="primary"
            onClick={() => {
              paste(terminal, text);
              end();
            }}
          >
            {t('paste.verb', { count: lines })}
          </Button>
        </>
      }
    >
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long text is scrolled with the keyboard
        tabIndex={0}
        className="max-h-72 overflow-auto rounded-control border border-border bg-surface-1 p-3 font-mono text-xs"
      >
        {text.slice(0, SHOWN)}
        {text.length > SHOWN && '…'}
      </pre>
    </Dialog>
  );
}
