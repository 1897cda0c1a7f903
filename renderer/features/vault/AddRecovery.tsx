import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { FormError } from './FormError.tsx';
import { useSend } from './useSend.ts';
import { recipientBegins } from './recipientBegins.ts';
import { useTakeStatus } from './useVault.ts';

/** A further recovery key: a new one, or an age recipient that somebody has already. */
export function AddRecovery(props: { onKey: (key: string) => void; onClose: () => void }) {
  const { t } = useTranslation(['vault', 'ui']);
  const take = useTakeStatus();
  const { busy, error, send } = useSend();
  const [recipient, setRecipient] = useState('');
  const own = recipient.trim();
  const add = () =>
    send(async () => {
      const made = await client.vault.addSlot({
        kind: 'recovery',
        ...(own ? { recipient: own } : {}),
      });
      take(made.status);
      toastDone(t('slots.added'));
      props.onClose();
      if (made.recovery_key) props.onKey(made.recovery_key);
    });
  return (
    <Dialog
      open
      onOpenChange={props.onClose}
      title={t('slots.addRecovery')}
      description={t('slots.recoveryText')}
      footer={
        <>
          <Button onClick={props.onClose}>{t('ui:cancel')}</Button>
          <Button variant="primary" busy={busy} onClick={add}>
            {t(own ? 'slots.useRecipient' : 'slots.makeRecovery')}
          </Button>
        </>
      }
    >
      <div className="space-y-4 pb-2">
        <Field label={t('slots.recipient')} help={t('slots.recipientHelp')}>
          {(control) => (
            <Input
              {...control}
              className="font-mono"
              placeholder={recipientBegins}
              spellCheck={false}
              value={recipient}
              onChange={(event) => setRecipient(event.target.value)}
            />
          )}
        </Field>
        <FormError error={error} />
      </div>
    </Dialog>
  );
}
