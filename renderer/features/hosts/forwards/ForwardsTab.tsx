import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowLeftRight, Plus, Square } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Forward } from '#contract/hostForwards.ts';
import { api } from '#renderer/client/api.ts';
import { Badge, type Tone } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { CopyId } from '#renderer/ui/CopyId.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { AddForward } from './AddForward.tsx';
import { endpoint } from './endpoint.ts';
import { useForwards } from './useForwards.ts';

const tones: Record<Forward['state'], Tone> = {
  starting: 'running',
  active: 'ok',
  reconnecting: 'warn',
  stopped: 'neutral',
};

function ForwardRow({ forward }: { forward: Forward }) {
  const { t } = useTranslation('hosts');
  const cache = useQueryClient();
  const stop = useMutation(
    api.hosts.closeForward.mutationOptions({
      onSuccess: () => {
        toastDone(t('forwards.stopped'));
        return cache.invalidateQueries({ queryKey: api.hosts.forwards.key() });
      },
    }),
  );
  const listens = endpoint(forward.listen_address, forward.listen_port);
  const target =
    forward.target_address !== undefined && forward.target_port !== undefined
      ? endpoint(forward.target_address, forward.target_port)
      : t('forwards.socks');
  const here = t('forwards.here');
  const [from, to] = forward.kind === 'remote' ? [forward.host, here] : [here, forward.host];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
      <Badge tone={tones[forward.state]}>{t(`forwards.state.${forward.state}`)}</Badge>
      <span className="text-sm font-medium">{t(`forwards.kind.${forward.kind}`)}</span>
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 text-sm">
        <span className="text-muted">{from}</span>
        <CopyId id={listens} full className="text-text" />
        <span aria-hidden>→</span>
        <span className="text-muted">{to}</span>
        <span className="font-mono text-xs">{target}</span>
      </span>
      <span className="ml-auto flex items-center gap-3">
        <span className="tabular text-xs text-muted">
          {t('forwards.connections', { count: forward.connections })}
        </span>
        <Button
          size="sm"
          icon={<Square />}
          busy={stop.isPending}
          onClick={() => stop.mutate({ id: forward.id })}
        >
          {t('forwards.stop')}
        </Button>
      </span>
      {forward.error && <p className="basis-full text-xs text-danger">{forward.error.message}</p>}
    </li>
  );
}

/** The ports that are handed on through a host. */
export function ForwardsTab({ host }: { host: string }) {
  const { t } = useTranslation('hosts');
  const [adding, setAdding] = useState(false);
  const list = useForwards();
  const mine = list.data?.forwards.filter((one) => one.host === host);
  const add = (
    <Button variant="primary" icon={<Plus />} onClick={() => setAdding(true)}>
      {t('forwards.add')}
    </Button>
  );
  return (
    <div className="space-y-3 px-3 py-4">
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {mine?.length === 0 && (
        <EmptyState
          icon={<ArrowLeftRight />}
          title={t('forwards.empty')}
          text={t('forwards.emptyText')}
          action={add}
        />
      )}
      {mine && mine.length > 0 && (
        <>
          <div className="flex justify-end">{add}</div>
          <ul className="divide-y divide-border rounded-card border border-border bg-surface-2">
            {mine.map((forward) => (
              <ForwardRow key={forward.id} forward={forward} />
            ))}
          </ul>
          <p className="text-xs text-muted">{t('forwards.lasting')}</p>
        </>
      )}
      {adding && <AddForward host={host} onClose={() => setAdding(false)} />}
    </div>
  );
}
