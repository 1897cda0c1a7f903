import { KeyRound, LockOpen } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VaultStatus } from '#contract/vault.ts';
import { client } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { FormError } from './FormError.tsx';
import { useSend } from './useSend.ts';
import { useTakeStatus } from './useVault.ts';

/** Opens the vault: by its passphrase, the recovery key, or the system's keychain. */
export function UnlockForm(props: { status: VaultStatus; onDone?: () => void }) {
  const { t } = useTranslation('vault');
  const take = useTakeStatus();
  const { busy, error, send } = useSend();
  const [text, setText] = useState('');
  const [recovery, setRecovery] = useState(false);
  const byKeychain =
    props.status.keychain.available && props.status.slots.some(({ kind }) => kind === 'keychain');
  const unlock = (key: { passphrase: string } | { identity: string } | { keychain: true }) =>
    send(async () => {
      const waiting = props.status.paused.length;
      take(await client.vault.unlock(key));
      setText('');
      toastDone(waiting > 0 ? t('unlock.goesOn', { count: waiting }) : t('unlock.done'));
      props.onDone?.();
    });
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (text !== '') unlock(recovery ? { identity: text } : { passphrase: text });
      }}
    >
      <Field label={t(recovery ? 'recoveryKey' : 'passphrase')}>
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <FormError error={error} />
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          variant="primary"
          icon={<LockOpen />}
          busy={busy}
          disabled={text === ''}
        >
          {t('unlock.verb')}
        </Button>
        {byKeychain && (
          <Button icon={<KeyRound />} disabled={busy} onClick={() => unlock({ keychain: true })}>
            {t('unlock.keychain', { name: props.status.keychain.name })}
          </Button>
        )}
        <Button
          variant="ghost"
          onClick={() => {
            setText('');
            setRecovery(!recovery);
          }}
        >
          {t(recovery ? 'unlock.usePassphrase' : 'unlock.useRecovery')}
        </Button>
      </div>
    </form>
  );
}
