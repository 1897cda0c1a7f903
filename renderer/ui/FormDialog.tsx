import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';

/** A dialog that is one form. Its verb sends it, and so does Enter in a field; neither does so twice. */
export function FormDialog(props: {
  title: ReactNode;
  description?: ReactNode;
  /** What sending it does. */
  verb: ReactNode;
  icon?: ReactNode;
  /** How to leave without sending; default: Cancel. */
  cancel?: ReactNode;
  /** It is being sent. */
  busy?: boolean;
  /** Whether it can be sent as it is; default: yes, and the form says what is wrong. */
  ready?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
  testId?: string;
}) {
  const { t } = useTranslation('ui');
  const { busy = false, ready = true } = props;
  const submit = () => {
    if (ready && !busy) props.onSubmit();
  };
  return (
    <Dialog
      open
      onOpenChange={props.onClose}
      title={props.title}
      description={props.description}
      footer={
        <>
          <Button onClick={props.onClose}>{props.cancel ?? t('cancel')}</Button>
          <Button
            variant="primary"
            icon={props.icon}
            busy={busy}
            disabled={!ready}
            onClick={submit}
            data-testid={props.testId}
          >
            {props.verb}
          </Button>
        </>
      }
    >
      <form
        className="space-y-4"
        // The fields say what is wrong in words of ours.
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {props.children}
        {/* A form of several fields hears Enter only where it has a button of its own. */}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}
