import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { Field } from './Field.tsx';
import { Input } from './Input.tsx';

/** Asks before something destructive: names the thing and what follows from it. */
export function ConfirmDialog(props: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Names the thing: "Revoke token backup-job". */
  title: ReactNode;
  consequences: ReactNode;
  /** The verb on the button. */
  verb: string;
  onConfirm: () => void;
  busy?: boolean;
  /** Only where it cannot be undone: the word to type first. */
  type?: string;
}) {
  const { t } = useTranslation('ui');
  const [typed, setTyped] = useState('');
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={props.title}
      description={props.consequences}
      footer={
        <>
          <Button onClick={() => props.onOpenChange(false)}>{t('keep')}</Button>
          <Button
            variant="danger"
            busy={props.busy ?? false}
            disabled={props.type !== undefined && typed !== props.type}
            onClick={props.onConfirm}
          >
            {props.verb}
          </Button>
        </>
      }
    >
      {props.type !== undefined && (
        <Field label={t('typeToConfirm', { word: props.type })}>
          {(control) => (
            <Input {...control} value={typed} onChange={(event) => setTyped(event.target.value)} />
          )}
        </Field>
      )}
    </Dialog>
  );
}
