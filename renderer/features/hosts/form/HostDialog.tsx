import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Host } from '#contract/hosts.ts';
import { api, client } from '#renderer/client/api.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Prose } from '#renderer/ui/Prose.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { HostFields } from './HostFields.tsx';
import { type HostField, type HostValues, readHost, valuesOf } from './hostForm.ts';

const noField: ReadonlySet<HostField> = new Set();

/** A new host, or one that is changed. */
export function HostDialog(props: {
  host?: Host;
  onClose: () => void;
  /** Saved, and now to be tried. */
  onTest: (name: string) => void;
}) {
  const { t } = useTranslation(['hosts', 'ui']);
  const cache = useQueryClient();
  const { host } = props;
  const [values, setValues] = useState(() => valuesOf(host));
  const [tried, setTried] = useState(false);
  const known = useQuery(api.hosts.list.queryOptions({ input: {} }));
  const read = readHost(values, host);
  const save = useMutation({
    mutationFn: async (_then: 'test' | 'close') => {
      if (!read.ok) throw new Error('The form is not filled in.');
      return host
        ? client.hosts.update({ name: host.id, change: read.change })
        : client.hosts.add(read.input);
    },
    meta: { quiet: true },
    onSuccess: async (saved, then) => {
      await cache.invalidateQueries({ queryKey: api.hosts.list.key() });
      if (then === 'test') return props.onTest(saved.host.name);
      toastDone(t(host ? 'form.changed' : 'form.added', { name: saved.host.name }));
      props.onClose();
    },
  });
  const submit = (then: 'test' | 'close') => {
    setTried(true);
    if (read.ok) save.mutate(then);
  };
  const error = save.error && toErrorShape(save.error);
  return (
    <Dialog
      open
      size="wide"
      onOpenChange={props.onClose}
      title={host ? t('form.editTitle', { name: host.name }) : t('add')}
      footer={
        <>
          <Button onClick={props.onClose}>{t('ui:cancel')}</Button>
          <Button busy={save.isPending} onClick={() => submit('close')}>
            {t(host ? 'ui:save' : 'form.addOnly')}
          </Button>
          <Button variant="primary" type="submit" form="host" busy={save.isPending}>
            {t(host ? 'form.saveAndTest' : 'form.addAndTest')}
          </Button>
        </>
      }
    >
      <form
        id="host"
        noValidate
        autoComplete="off"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          submit('test');
        }}
      >
        <HostFields
          values={values}
          wrong={tried && !read.ok ? read.wrong : noField}
          known={known.data?.hosts ?? []}
          onChange={(change: Partial<HostValues>) => setValues((old) => ({ ...old, ...change }))}
        />
        {error && (
          <p role="alert" className="mt-4 text-sm text-danger">
            <Prose text={error.message} />{' '}
            <span className="text-muted">
              <Prose text={error.hint ?? ''} />
            </span>
          </p>
        )}
      </form>
    </Dialog>
  );
}
