import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';

/**
 * Keeps the page from closing with unsaved changes. A browser asks by itself then; Electron's window
 * only stays open without a word, so there the question is ours.
 */
function useClosing(dirty: boolean) {
  const [asking, setAsking] = useState(false);
  const leaving = useRef(false);
  // The page is not told whether it is closed or loaded anew: the key that was pressed tells.
  const pressed = useRef(false);
  const reload = useRef(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      pressed.current =
        event.key === 'F5' || ((event.ctrlKey || event.metaKey) && /^r$/i.test(event.key));
    };
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, []);
  useEffect(() => {
    if (!dirty) return undefined;
    const hold = (event: BeforeUnloadEvent) => {
      if (leaving.current) return;
      event.preventDefault();
      reload.current = pressed.current;
      pressed.current = false;
      if (window.nexus) setAsking(true);
    };
    window.addEventListener('beforeunload', hold);
    return () => window.removeEventListener('beforeunload', hold);
  }, [dirty]);
  return {
    asking,
    stay: () => setAsking(false),
    leave: () => {
      leaving.current = true;
      if (reload.current) window.location.reload();
      else window.close();
    },
  };
}

/** Leaving with unsaved changes asks first; so does closing the window. */
export function UnsavedGuard(props: {
  dirty: boolean;
  name: string;
  onSave: () => Promise<boolean>;
}) {
  const { t } = useTranslation('editor');
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => props.dirty && current.pathname !== next.pathname,
    enableBeforeUnload: false,
    withResolver: true,
  });
  const closing = useClosing(props.dirty);
  const blocked = blocker.status === 'blocked';
  if (!blocked && !closing.asking) return null;
  const stay = blocked ? blocker.reset : closing.stay;
  const leave = blocked ? blocker.proceed : closing.leave;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && stay()}
      title={t('unsaved.title', { name: props.name })}
      description={t('unsaved.text')}
      footer={
        <>
          <Button onClick={stay}>{t('unsaved.stay')}</Button>
          <Button variant="danger-ghost" data-testid="discard" onClick={leave}>
            {t('unsaved.discard')}
          </Button>
          <Button
            variant="primary"
            data-testid="save-and-leave"
            onClick={() => void props.onSave().then((saved) => (saved ? leave() : stay()))}
          >
            {t('unsaved.save')}
          </Button>
        </>
      }
    />
  );
}
