import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '#renderer/client/api.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Input, Textarea } from '#renderer/ui/Input.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import { toastDone, toastError } from '#renderer/ui/toast.ts';
import { FormError } from './FormError.tsx';
import { useSend } from './useSend.ts';
import { useTakeStatus } from './useVault.ts';
import { MOST_IMPORT_BYTES, needsKey, toBase64 } from './vaultFile.ts';

/** What a file holds: names, as they would be added, or are there already. */
interface Preview {
  file: File;
  added: string[];
  there: string[];
}

interface Chosen {
  file: File;
  /** An age file: nothing can be told of it without a key. */
  sealed: boolean;
}

/**
 * Secrets out of an age file, `.env` lines or JSON: first the names, then the choice, then all of it or
 * nothing. The file is read when it is sent and kept nowhere here.
 */
export function ImportSecrets({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['vault', 'ui']);
  const take = useTakeStatus();
  const { busy, error, send } = useSend();
  const [chosen, setChosen] = useState<Chosen>();
  const [key, setKey] = useState({ passphrase: '', identity: '' });
  const [looked, setLooked] = useState<Preview>();
  const [replace, setReplace] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  // What was told of one file says nothing of another that was chosen meanwhile.
  const preview = looked?.file === chosen?.file ? looked : undefined;
  const tooLarge = chosen !== undefined && chosen.file.size > MOST_IMPORT_BYTES;
  const keyed = !chosen?.sealed || key.passphrase !== '' || key.identity !== '';
  const ready = chosen !== undefined && !tooLarge && keyed;
  const call = async (chosen: Chosen, more: { dry_run: boolean; replace: boolean }) => {
    const content = toBase64(new Uint8Array(await chosen.file.arrayBuffer()));
    const { passphrase, identity } = key;
    return client.vault.import({
      content,
      ...(chosen.sealed && passphrase ? { passphrase } : {}),
      ...(chosen.sealed && identity ? { identity } : {}),
      ...more,
    });
  };
  const look = (from: Chosen) =>
    send(async () => {
      const { added, skipped } = await call(from, { dry_run: true, replace: false });
      setLooked({ file: from.file, added, there: skipped });
    });
  const bring = (from: Chosen) =>
    send(async () => {
      const { added, replaced } = await call(from, { dry_run: false, replace });
      setKey({ passphrase: '', identity: '' });
      take();
      toastDone(t('import.done', { added: added.length, replaced: replaced.length }));
      onClose();
    });
  const choose = (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = '';
    if (!file) return;
    setLooked(undefined);
    needsKey(file).then((sealed) => setChosen({ file, sealed }), toastError);
  };
  const some = preview && (preview.added.length > 0 || (replace && preview.there.length > 0));
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('import.title')}
      description={t('import.text')}
      footer={
        <>
          <Button onClick={onClose}>{t('ui:cancel')}</Button>
          <Button
            variant="primary"
            busy={busy}
            disabled={preview ? !some : !ready}
            onClick={() => chosen && (preview ? bring : look)(chosen)}
          >
            {t(preview ? 'import.verb' : 'import.look')}
          </Button>
        </>
      }
    >
      <div className="space-y-4 pb-2">
        <div className="flex items-center gap-3">
          <Button onClick={() => chooser.current?.click()}>{t('import.choose')}</Button>
          <span className="min-w-0 truncate font-mono text-xs">{chosen?.file.name}</span>
          <input
            ref={chooser}
            type="file"
            hidden
            aria-label={t('import.choose')}
            onChange={(event) => choose(event.target)}
          />
        </div>
        {tooLarge && <p className="text-sm text-danger">{t('import.tooLarge')}</p>}
        {chosen?.sealed && !preview && <KeyFields value={key} onChange={setKey} />}
        {preview && (
          <>
            <Names preview={preview} replace={replace} />
            {preview.there.length > 0 && (
              <Field label={t('import.replace')} help={t('import.replaceHelp')}>
                {({ id }) => (
                  <div>
                    <Switch id={id} checked={replace} onChange={setReplace} />
                  </div>
                )}
              </Field>
            )}
          </>
        )}
        <FormError error={error} />
      </div>
    </Dialog>
  );
}

function KeyFields(props: {
  value: { passphrase: string; identity: string };
  onChange: (value: { passphrase: string; identity: string }) => void;
}) {
  const { t } = useTranslation('vault');
  const { value, onChange } = props;
  return (
    <>
      <p className="text-sm text-muted">{t('import.sealed')}</p>
      <Field label={t('import.passphrase')}>
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="off"
            value={value.passphrase}
            onChange={(event) => onChange({ passphrase: event.target.value, identity: '' })}
          />
        )}
      </Field>
      <Field label={t('import.identity')} help={t('import.identityHelp')}>
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            className="font-mono [-webkit-text-security:disc]"
            autoComplete="off"
            spellCheck={false}
            value={value.identity}
            onChange={(event) => onChange({ passphrase: '', identity: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function Names({ preview, replace }: { preview: Preview; replace: boolean }) {
  const { t } = useTranslation('vault');
  const rows = [
    ...preview.added.map((name) => [name, 'new'] as const),
    ...preview.there.map((name) => [name, replace ? 'replaced' : 'kept'] as const),
  ];
  if (rows.length === 0) return <p className="text-sm text-muted">{t('import.empty')}</p>;
  return (
    <ul
      aria-label={t('import.names')}
      className="max-h-64 divide-y divide-border overflow-y-auto rounded-control border border-border"
    >
      {rows.map(([name, what]) => (
        <li key={name} className="flex items-center gap-2 px-3 py-1.5 text-sm">
          <span className="min-w-0 flex-1 truncate font-mono text-xs">{name}</span>
          <Badge tone={what === 'kept' ? undefined : what === 'new' ? 'accent' : 'warn'}>
            {t(`import.what.${what}`)}
          </Badge>
        </li>
      ))}
    </ul>
  );
}
