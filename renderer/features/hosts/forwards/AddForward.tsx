import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Forward } from '#contract/hostForwards.ts';
import { api } from '#renderer/client/api.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { FormDialog } from '#renderer/ui/FormDialog.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { Prose } from '#renderer/ui/Prose.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { endpoint } from './endpoint.ts';

const port = (text: string, least: number) => {
  const value = /^\d{1,5}$/.test(text.trim()) ? Number(text) : -1;
  return value >= least && value <= 65_535 ? value : undefined;
};

/** A new forward through a host. */
export function AddForward({ host, onClose }: { host: string; onClose: () => void }) {
  const { t } = useTranslation('hosts');
  const cache = useQueryClient();
  const [kind, setKind] = useState<Forward['kind']>('local');
  const [listenAddress, setListenAddress] = useState('127.0.0.1');
  const [listenPort, setListenPort] = useState('0');
  const [targetAddress, setTargetAddress] = useState('localhost');
  const [targetPort, setTargetPort] = useState('');
  const open = useMutation(
    api.hosts.openForward.mutationOptions({
      meta: { quiet: true },
      onSuccess: async ({ forward }) => {
        await cache.invalidateQueries({ queryKey: api.hosts.forwards.key() });
        toastDone(
          t('forwards.opened', { at: endpoint(forward.listen_address, forward.listen_port) }),
        );
        onClose();
      },
    }),
  );
  const listen = port(listenPort, 0);
  const target = port(targetPort, 1);
  const targeted = kind !== 'dynamic';
  const ready =
    listen !== undefined &&
    listenAddress.trim() !== '' &&
    (!targeted || (target !== undefined && targetAddress.trim() !== ''));
  const submit = () => {
    if (!ready) return;
    open.mutate({
      host,
      kind,
      listen_address: listenAddress.trim(),
      listen_port: listen,
      ...(targeted ? { target_address: targetAddress.trim(), target_port: target } : {}),
    });
  };
  const error = open.error && toErrorShape(open.error);
  const pair = (
    side: 'listen' | 'target',
    address: [string, (text: string) => void],
    number: [string, (text: string) => void],
  ) => (
    <div className="grid grid-cols-[1fr_112px] gap-3">
      <Field label={t(`forwards.${side}.${kind}`)}>
        {(control) => (
          <Input
            {...control}
            className="font-mono"
            spellCheck={false}
            value={address[0]}
            onChange={(event) => address[1](event.target.value)}
          />
        )}
      </Field>
      <Field
        label={t('forwards.port')}
        error={
          number[0].trim() !== '' &&
          (side === 'listen' ? listen : target) === undefined &&
          t('forwards.badPort')
        }
        help={side === 'listen' ? t('forwards.freePort') : undefined}
      >
        {(control) => (
          <Input
            {...control}
            className="font-mono"
            inputMode="numeric"
            value={number[0]}
            onChange={(event) => number[1](event.target.value)}
          />
        )}
      </Field>
    </div>
  );
  return (
    <FormDialog
      title={t('forwards.addTitle', { host })}
      verb={t('forwards.verb')}
      busy={open.isPending}
      ready={ready}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label={t('forwards.kindLabel')} help={t(`forwards.help.${kind}`)}>
        {({ id }) => (
          <Select
            id={id}
            value={kind}
            onChange={setKind}
            options={(['local', 'remote', 'dynamic'] as const).map((value) => ({
              value,
              label: t(`forwards.kind.${value}`),
            }))}
          />
        )}
      </Field>
      {pair('listen', [listenAddress, setListenAddress], [listenPort, setListenPort])}
      {targeted && pair('target', [targetAddress, setTargetAddress], [targetPort, setTargetPort])}
      {error && (
        <p role="alert" className="text-sm text-danger">
          <Prose text={error.message} />{' '}
          <span className="text-muted">
            <Prose text={error.hint ?? ''} />
          </span>
        </p>
      )}
    </FormDialog>
  );
}
