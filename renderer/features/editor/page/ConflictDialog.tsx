import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { DiffView } from './DiffView.tsx';

/**
 * Someone else changed the file meanwhile, or took it away: shows how, and lets the person decide.
 * Nothing is lost: taking theirs can be undone.
 */
export function ConflictDialog(props: {
  mine: string;
  /** Undefined: the file is gone. */
  theirs: string | undefined;
  onKeepMine: () => void;
  onTakeTheirs: (theirs: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation(['editor', 'ui']);
  const { mine, theirs } = props;
  const gone = theirs === undefined;
  return (
    <Dialog
      open
      {...(gone ? {} : { size: 'wide' as const })}
      onOpenChange={props.onClose}
      title={gone ? t('conflict.goneTitle') : t('conflict.title')}
      description={gone ? t('conflict.goneText') : t('conflict.text')}
      footer={
        <>
          <Button onClick={props.onClose}>{t('ui:cancel')}</Button>
          {!gone && (
            <Button data-testid="take-theirs" onClick={() => props.onTakeTheirs(theirs)}>
              {t('conflict.theirs')}
            </Button>
          )}
          <Button variant="primary" data-testid="keep-mine" onClick={props.onKeepMine}>
            {gone ? t('conflict.again') : t('conflict.mine')}
          </Button>
        </>
      }
    >
      {!gone && <DiffView left={theirs} right={mine} />}
    </Dialog>
  );
}
