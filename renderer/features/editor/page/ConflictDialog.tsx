import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { DiffView } from './DiffView.tsx';

/** Someone else changed the file meanwhile: shows how, and lets the person decide. Nothing is lost: taking theirs can be undone. */
export function ConflictDialog(props: {
  mine: string;
  theirs: string;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation(['editor', 'ui']);
  return (
    <Dialog
      open
      size="wide"
      onOpenChange={props.onClose}
      title={t('conflict.title')}
      description={t('conflict.text')}
      footer={
        <>
          <Button onClick={props.onClose}>{t('ui:cancel')}</Button>
          <Button data-testid="take-theirs" onClick={props.onTakeTheirs}>
            {t('conflict.theirs')}
          </Button>
          <Button variant="primary" data-testid="keep-mine" onClick={props.onKeepMine}>
            {t('conflict.mine')}
          </Button>
        </>
      }
    >
      <DiffView left={props.theirs} right={props.mine} />
    </Dialog>
  );
}
