import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { secretName, type SecretInfo } from '#contract/vaultSecrets.ts';
import { client } from '#renderer/client/api.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { FormDialog } from '#renderer/ui/FormDialog.tsx';
import { Input, Textarea } from '#renderer/ui/Input.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { FormError } from './FormError.tsx';
import { SecretSaid } from './SecretSaid.tsx';
import { useSend } from './useSend.ts';
import { useTakeStatus } from './useVault.ts';

const tagsOf = (text: string) => text.split(/[\s,]+/).filter((tag) => tag !== '');

/** What the form's texts mean, and whether they can be sent; `warnDays` as the policy was before. */
function readForm(form: { name: string; tags: string; age: string }, warnDays = 14) {
  const tags = tagsOf(form.tags);
  const days = form.age === '' ? undefined : Number(form.age);
  return {
    badName: form.name !== '' && !secretName.safeParse(form.name).success,
    badTags: tags.length > 20 || tags.some((tag) => !/^[\p{L}\p{N}_.:/-]{1,40}$/u.test(tag)),
    badAge: days !== undefined && (!Number.isInteger(days) || days < 1 || days > 3650),
    tags,
    rotation:
      days === undefined ? null : { max_age_days: days, warn_days: Math.min(warnDays, days) },
  };
}

/**
 * Adds a secret, or with `secret` changes what is said of one and, where a value is given, its value.
 * The value goes out once and is kept nowhere here.
 */
export function SecretDialog(props: { secret?: SecretInfo | undefined; onClose: () => void }) {
  const { t } = useTranslation('vault');
  const { secret } = props;
  const take = useTakeStatus();
  const { busy, error, send } = useSend();
  const [form, setForm] = useState({
    name: secret?.name ?? '',
    description: secret?.description ?? '',
    tags: secret?.tags.join(' ') ?? '',
    age: secret?.rotation ? String(secret.rotation.max_age_days) : '',
  });
  const [value, setValue] = useState('');
  /** Its name on the platform: another try goes on where the one before stopped. */
  const [stored, setStored] = useState(secret?.name);
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change });
  const { badName, badTags, badAge, tags, rotation } = readForm(form, secret?.rotation?.warn_days);
  const ready =
    form.name !== '' && !badName && !badTags && !badAge && (secret !== undefined || value !== '');
  const save = () =>
    send(async () => {
      const said = { description: form.description, tags, rotation };
      if (stored !== undefined && (value === '' || stored !== form.name)) {
        await client.vault.describe({ name: stored, rename: form.name, ...said });
        setStored(form.name);
      }
      if (value !== '') {
        const { warning } = await client.vault.set({ name: form.name, value, ...said });
        if (warning) toastDone(warning);
      }
      setValue('');
      take();
      toastDone(t('secret.saved', { name: form.name }));
      props.onClose();
    });
  return (
    <FormDialog
      title={secret ? t('secret.change', { name: secret.name }) : t('secret.add')}
      description={t('secret.text')}
      verb={t('secret.save')}
      busy={busy}
      ready={ready}
      onSubmit={save}
      onClose={props.onClose}
    >
      <Field
        label={t('secret.name')}
        help={t('secret.nameHelp', { name: `\${{ secrets.${form.name || 'NAME'} }}` })}
        error={badName && t('secret.badName')}
      >
        {(control) => (
          <Input
            {...control}
            className="font-mono"
            maxLength={128}
            value={form.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('secret.value')} help={secret && t('secret.valueKeep')}>
        {(control) => (
          // A key of several lines keeps its lines, which a password field would take away.
          <Textarea
            {...control}
            rows={2}
            className="min-h-14 resize-y font-mono [-webkit-text-security:disc]"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        )}
      </Field>
      <SecretSaid form={form} set={set} badTags={badTags} badAge={badAge} />
      <FormError error={error} />
    </FormDialog>
  );
}
