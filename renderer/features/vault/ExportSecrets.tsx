import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Textarea } from '#renderer/ui/Input.tsx';
import { saveBytes } from '#renderer/ui/saveBytes.ts';
import { Select } from '#renderer/ui/Select.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { FormError } from './FormError.tsx';
import { useSend } from './useSend.ts';
import { useSecrets, useTakeStatus } from './useVault.ts';
import { fromBase64 } from './vaultFile.ts';
import { recipientBegins } from './recipientBegins.ts';

type Format = 'env' | 'json';

/** Secrets as a plain age file for others. What comes here is what the recipients open: no value in the clear. */
export function ExportSecrets({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['vault', 'ui']);
  const { busy, error, send } = useSend();
  const take = useTakeStatus();
  const names = (useSecrets(true).data?.secrets ?? []).map(({ name }) => name).toSorted();
  const [text, setText] = useState('');
  const [format, setFormat] = useState<Format>('env');
  const [armor, setArmor] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const recipients = text.split(/\s+/).filter(Boolean);
  const wanted = names.filter((name) => !left.has(name));
  const toggle = (name: string) => {
    const next = new Set(left);
    if (!next.delete(name)) next.add(name);
    setLeft(next);
  };
  const save = () =>
    send(async () => {
      const { file, secrets } = await client.vault.export({
        recipients,
        format,
        armor,
        names: wanted,
      });
      saveBytes(`secrets.${format}.age`, new Blob([fromBase64(file)]));
      take();
      toastDone(t('export.done', { count: secrets }));
      onClose();
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('export.title')}
      description={t('export.text')}
      footer={
        <>
          <Button onClick={onClose}>{t('ui:cancel')}</Button>
          <Button
            variant="primary"
            busy={busy}
            disabled={recipients.length === 0 || wanted.length === 0}
            onClick={save}
          >
            {t('export.verb', { count: wanted.length })}
          </Button>
        </>
      }
    >
      <div className="space-y-4 pb-2">
        <Field label={t('export.recipients')} help={t('export.recipientsHelp')}>
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              className="font-mono"
              placeholder={recipientBegins}
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('export.format')}>
          {({ id }) => (
            <Select
              id={id}
              value={format}
              onChange={(value) => setFormat(value as Format)}
              options={[
                { value: 'env', label: t('export.env') },
                { value: 'json', label: t('export.json') },
              ]}
            />
          )}
        </Field>
        <Field label={t('export.armor')}>
          {({ id }) => (
            <div>
              <Switch id={id} checked={armor} onChange={setArmor} />
            </div>
          )}
        </Field>
        <fieldset>
          <legend className="mb-1.5 text-xs font-semibold text-muted">{t('export.names')}</legend>
          <ul className="max-h-48 divide-y divide-border overflow-y-auto rounded-control border border-border">
            {names.map((name) => (
              <li key={name}>
                <label className="flex items-center gap-2 px-3 py-1.5 font-mono text-xs">
                  <input
                    type="checkbox"
                    className="accent-accent"
                    checked={!left.has(name)}
                    onChange={() => toggle(name)}
                  />
                  <span className="truncate">{name}</span>
                </label>
              </li>
            ))}
          </ul>
        </fieldset>
        <FormError error={error} />
      </div>
    </Dialog>
  );
}
