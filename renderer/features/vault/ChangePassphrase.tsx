import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SHORTEST_PASSPHRASE } from '#contract/vault.ts';
import { client } from '#renderer/client/api.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { FormDialog } from '#renderer/ui/FormDialog.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { FormError } from './FormError.tsx';
import { useSend } from './useSend.ts';
import { useTakeStatus } from './useVault.ts';

/** A new passphrase, and where asked a new master key. */
export function ChangePassphrase({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('vault');
  const take = useTakeStatus();
  const { busy, error, send } = useSend();
  const [texts, setTexts] = useState({ now: '', next: '', again: '' });
  const [master, setMaster] = useState(false);
  const short = texts.next !== '' && Array.from(texts.next).length < SHORTEST_PASSPHRASE;
  const ready = texts.now !== '' && texts.next !== '' && !short && texts.next === texts.again;
  const wrong = {
    now: false,
    next: short && t('create.short', { count: SHORTEST_PASSPHRASE }),
    again: texts.again !== '' && texts.again !== texts.next && t('differs'),
  };
  const change = () =>
    send(async () => {
      take(
        await client.vault.rekey({
          passphrase: texts.now,
          new_passphrase: texts.next,
          master_key: master,
        }),
      );
      setTexts({ now: '', next: '', again: '' });
      toastDone(t('change.done'));
      onClose();
    });
  const fields = [
    ['now', t('change.now')],
    ['next', t('change.next')],
    ['again', t('again')],
  ] as const;
  return (
    <FormDialog
      title={t('change.title')}
      description={t('change.text')}
      verb={t('change.verb')}
      busy={busy}
      ready={ready}
      onSubmit={change}
      onClose={onClose}
    >
      {fields.map(([name, label]) => (
        <Field key={name} label={label} error={wrong[name]}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="off"
              value={texts[name]}
              onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Field label={t('change.master')} help={t('change.masterHelp')}>
        {({ id }) => (
          <div>
            <Switch id={id} checked={master} onChange={setMaster} />
          </div>
        )}
      </Field>
      <FormError error={error} />
    </FormDialog>
  );
}
