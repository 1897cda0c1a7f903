import { Vault } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SHORTEST_PASSPHRASE, type VaultStatus } from '#contract/vault.ts';
import { client } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import { FormError } from './FormError.tsx';
import { useSend } from './useSend.ts';
import { useTakeStatus } from './useVault.ts';

/** The first step: a passphrase, and a recovery key for the day when it is forgotten. */
export function CreateVault(props: { status: VaultStatus; onKey: (key: string) => void }) {
  const { t } = useTranslation('vault');
  const take = useTakeStatus();
  const { busy, error, send } = useSend();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [keychain, setKeychain] = useState(props.status.keychain.available);
  const short = passphrase !== '' && Array.from(passphrase).length < SHORTEST_PASSPHRASE;
  const differs = again !== '' && again !== passphrase;
  const ready = passphrase !== '' && !short && again === passphrase;
  const create = () =>
    send(async () => {
      const made = await client.vault.init({ passphrase, recovery: true, keychain });
      setPassphrase('');
      setAgain('');
      take(made.status);
      if (made.recovery_key) props.onKey(made.recovery_key);
    });
  return (
    <section className="mx-auto w-full max-w-lg px-6 py-8 max-narrow:px-4">
      <span className="mb-3 flex size-11 items-center justify-center rounded-full bg-surface-3 text-muted">
        <Vault className="size-5" aria-hidden />
      </span>
      <h2 className="text-lg font-semibold">{t('create.title')}</h2>
      <p className="mt-1 mb-5 text-sm text-pretty text-muted">{t('create.text')}</p>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) create();
        }}
      >
        <Field
          label={t('passphrase')}
          help={t('create.help')}
          error={short && t('create.short', { count: SHORTEST_PASSPHRASE })}
        >
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              value={passphrase}
              onChange={(event) => setPassphrase(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('again')} error={differs && t('differs')}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              value={again}
              onChange={(event) => setAgain(event.target.value)}
            />
          )}
        </Field>
        {props.status.keychain.available && (
          <Field label={t('create.keychain', { name: props.status.keychain.name })}>
            {({ id }) => (
              <div>
                <Switch id={id} checked={keychain} onChange={setKeychain} />
              </div>
            )}
          </Field>
        )}
        <FormError error={error} />
        <Button type="submit" variant="primary" busy={busy} disabled={!ready}>
          {t('create.verb')}
        </Button>
      </form>
    </section>
  );
}
