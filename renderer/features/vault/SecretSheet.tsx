import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pencil, RefreshCw, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SecretInfo } from '#contract/vaultSecrets.ts';
import { api } from '#renderer/client/api.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { ConfirmDialog } from '#renderer/ui/ConfirmDialog.tsx';
import { FactList } from '#renderer/ui/FactList.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { Sheet } from '#renderer/ui/Sheet.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { SecretDialog } from './SecretDialog.tsx';
import { StateBadge } from './StateBadge.tsx';
import { useTakeStatus } from './useVault.ts';

const GENERATED = 32;

function Facts({ secret }: { secret: SecretInfo }) {
  const { t } = useTranslation('vault');
  const facts: [string, ReactNode][] = [
    [t('column.state'), <StateBadge key="s" secret={secret} />],
    [t('expires'), secret.expires_at && <RelativeTime key="e" at={secret.expires_at} />],
    [
      t('column.changed'),
      <span key="c">
        <RelativeTime at={secret.changed_at} /> · {secret.changed_by}
      </span>,
    ],
    [
      t('column.used'),
      secret.last_used_at ? (
        <span key="u">
          <RelativeTime at={secret.last_used_at} /> · {secret.last_used_by} ·{' '}
          {t('uses', { count: secret.uses })}
        </span>
      ) : (
        t('neverUsed')
      ),
    ],
  ];
  return <FactList facts={facts} />;
}

function History({ secret, canChange }: { secret: SecretInfo; canChange: boolean }) {
  const { t } = useTranslation('vault');
  const cache = useQueryClient();
  const take = useTakeStatus();
  const list = useQuery(api.vault.history.queryOptions({ input: { name: secret.name } }));
  const back = useMutation(
    api.vault.rotate.mutationOptions({
      onSuccess: async () => {
        take();
        toastDone(t('history.back', { name: secret.name }));
        await cache.invalidateQueries({ queryKey: api.vault.history.key() });
      },
    }),
  );
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-semibold text-muted">{t('history.title')}</h3>
      <QueryState query={list} lines={2} />
      <ul className="divide-y divide-border rounded-control border border-border empty:hidden">
        {list.data?.versions.map((one) => (
          <li key={one.version} className="flex min-h-10 items-center gap-2 px-3 py-1.5 text-sm">
            <span className="tabular font-mono text-xs">{one.version}</span>
            <span className="min-w-0 flex-1 truncate text-muted">
              <RelativeTime at={one.created_at} /> · {one.created_by}
            </span>
            {one.current ? (
              <Badge tone="accent">{t('history.current')}</Badge>
            ) : (
              canChange && (
                <Button
                  size="sm"
                  disabled={back.isPending}
                  onClick={() => back.mutate({ name: secret.name, version: one.version })}
                >
                  {t('history.use')}
                </Button>
              )
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One secret: what is known of it, its versions, and what can be done. Its value is not here. */
export function SecretSheet(props: {
  secret: SecretInfo;
  canChange: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation('vault');
  const { secret, canChange } = props;
  const cache = useQueryClient();
  const take = useTakeStatus();
  const [asking, setAsking] = useState<'edit' | 'generate' | 'remove'>();
  const done = (message: string) => async () => {
    setAsking(undefined);
    take();
    toastDone(message);
    await cache.invalidateQueries({ queryKey: api.vault.history.key() });
  };
  const generate = useMutation(
    api.vault.rotate.mutationOptions({
      onSuccess: done(t('secret.rotated', { name: secret.name })),
    }),
  );
  const remove = useMutation(
    api.vault.remove.mutationOptions({
      onSuccess: async () => {
        props.onClose();
        await done(t('secret.removed', { name: secret.name }))();
      },
    }),
  );
  return (
    <Sheet open onOpenChange={props.onClose} title={secret.name}>
      <div className="space-y-5 p-4">
        {secret.description && <p className="text-sm break-words">{secret.description}</p>}
        <code className="block rounded-control bg-surface-1 px-3 py-2 font-mono text-xs select-all">
          {`\${{ secrets.${secret.name} }}`}
        </code>
        <Facts secret={secret} />
        {canChange && (
          <div className="flex flex-wrap gap-2">
            <Button icon={<Pencil />} onClick={() => setAsking('edit')}>
              {t('secret.edit')}
            </Button>
            <Button icon={<RefreshCw />} onClick={() => setAsking('generate')}>
              {t('secret.generate')}
            </Button>
            <Button icon={<Trash2 />} variant="danger-ghost" onClick={() => setAsking('remove')}>
              {t('secret.remove')}
            </Button>
          </div>
        )}
        <History secret={secret} canChange={canChange} />
        <p className="text-xs text-pretty text-muted">
          {t('secret.noValue', { name: secret.name })}
        </p>
      </div>
      {asking === 'edit' && <SecretDialog secret={secret} onClose={() => setAsking(undefined)} />}
      <ConfirmDialog
        open={asking === 'generate'}
        onOpenChange={() => setAsking(undefined)}
        title={t('secret.generateTitle', { name: secret.name })}
        consequences={t('secret.generateText')}
        verb={t('secret.generate')}
        busy={generate.isPending}
        onConfirm={() => generate.mutate({ name: secret.name, generate: GENERATED })}
      />
      <ConfirmDialog
        open={asking === 'remove'}
        onOpenChange={() => setAsking(undefined)}
        title={t('secret.removeTitle', { name: secret.name })}
        consequences={t('secret.removeText')}
        verb={t('secret.remove')}
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ name: secret.name })}
      />
    </Sheet>
  );
}
