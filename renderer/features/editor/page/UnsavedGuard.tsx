import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';

/** Leaving with unsaved changes asks first; so does closing the window. */
export function UnsavedGuard(props: {
  dirty: boolean;
  name: string;
  onSave: () => Promise<boolean>;
}) {
  const { t } = useTranslation('editor');
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => props.dirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => props.dirty,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && blocker.reset()}
      title={t('unsaved.title', { name: props.name })}
      description={t('unsaved.text')}
      footer={
        <>
          <Button onClick={blocker.reset}>{t('unsaved.stay')}</Button>
          <Button variant="danger-ghost" data-testid="discard" onClick={blocker.proceed}>
            {t('unsaved.discard')}
          </Button>
          <Button
            variant="primary"
            data-testid="save-and-leave"
            onClick={() =>
              void props.onSave().then((saved) => (saved ? blocker.proceed() : blocker.reset()))
            }
          >
            {t('unsaved.save')}
          </Button>
        </>
      }
    />
  );
}
