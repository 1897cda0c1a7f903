import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Role, roles } from '#contract/define.ts';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { FormDialog } from '#renderer/ui/FormDialog.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { copyText } from '#renderer/ui/copyText.ts';
import { toastDone, toastError } from '#renderer/ui/toast.ts';

const DAY_MS = 86_400_000;
const lifetimes = ['30', '90', '365', 'never'] as const;
type Lifetime = (typeof lifetimes)[number];

function Secret(props: { name: string; secret: string; onClose: () => void }) {
  const { t } = useTranslation('settings');
  return (
    <Dialog
      open
      keep
      onOpenChange={props.onClose}
      title={t('tokens.secretTitle', { name: props.name })}
      description={t('tokens.secretText')}
      footer={
        <>
          <Button onClick={props.onClose}>{t('tokens.done')}</Button>
          <Button
            variant="primary"
            icon={<Copy />}
            onClick={() => {
              copyText(props.secret).then(() => toastDone(t('tokens.copied')), toastError);
            }}
          >
            {t('tokens.copy')}
          </Button>
        </>
      }
    >
      <code className="block rounded-control bg-surface-1 p-3 font-mono text-xs break-all select-all">
        {props.secret}
      </code>
    </Dialog>
  );
}

/** Makes a token and shows its secret this once. */
export function CreateToken({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('settings');
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [lifetime, setLifetime] = useState<Lifetime>('90');
  const create = useMutation(
    api.tokens.create.mutationOptions({
      onSuccess: () => cache.invalidateQueries({ queryKey: api.tokens.list.key() }),
    }),
  );
  if (create.data) {
    return <Secret name={create.data.token.name} secret={create.data.secret} onClose={onClose} />;
  }
  const submit = () => {
    const expires =
      lifetime === 'never'
        ? {}
        : { expires_at: new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString() };
    create.mutate({ name: name.trim(), role, ...expires });
  };
  return (
    <FormDialog
      title={t('tokens.create')}
      description={t('tokens.text')}
      verb={t('tokens.create')}
      busy={create.isPending}
      ready={name.trim() !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label={t('tokens.name')} help={t('tokens.nameHelp')}>
        {(control) => (
          <Input
            {...control}
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('tokens.role')}>
        {({ id }) => (
          <Select
            id={id}
            value={role}
            onChange={setRole}
            options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('tokens.expires')}>
        {({ id }) => (
          <Select
            id={id}
            value={lifetime}
            onChange={setLifetime}
            options={lifetimes.map((value) => ({
              value,
              label:
                value === 'never' ? t('tokens.never') : t('tokens.days', { count: Number(value) }),
            }))}
          />
        )}
      </Field>
    </FormDialog>
  );
}
