import { useMutation, useQuery } from '@tanstack/react-query';
import { KeyRound, Lock, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VaultStatus } from '#contract/vault.ts';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { CreateVault } from './CreateVault.tsx';
import { ExportSecrets } from './ExportSecrets.tsx';
import { ImportSecrets } from './ImportSecrets.tsx';
import { KeySlots } from './KeySlots.tsx';
import { RecoveryKey } from './RecoveryKey.tsx';
import { SecretDialog } from './SecretDialog.tsx';
import { SecretList } from './SecretList.tsx';
import { UnlockForm } from './UnlockForm.tsx';
import { useTakeStatus, useVaultStatus } from './useVault.ts';
import { VaultMenu } from './VaultMenu.tsx';
import { VaultProblem } from './VaultProblem.tsx';

function Locked({ status }: { status: VaultStatus }) {
  const { t } = useTranslation('vault');
  return (
    <section className="mx-auto w-full max-w-lg px-6 py-8 max-narrow:px-4">
      <span className="mb-3 flex size-11 items-center justify-center rounded-full bg-surface-3 text-muted">
        <Lock className="size-5" aria-hidden />
      </span>
      <h2 className="text-lg font-semibold">{t('locked.title')}</h2>
      <p className="mt-1 mb-5 text-sm text-pretty text-muted">
        {status.paused.length > 0
          ? t('unlock.waiting', { count: status.paused.length })
          : t('locked.text')}
      </p>
      <UnlockForm status={status} />
    </section>
  );
}

type Asking = 'add' | 'keys' | 'import' | 'export';

function Actions(props: { admin: boolean; onAsk: (what: Asking) => void }) {
  const { t } = useTranslation('vault');
  const take = useTakeStatus();
  const lock = useMutation(api.vault.lock.mutationOptions({ onSuccess: (now) => take(now) }));
  return (
    <>
      <Button icon={<Lock />} busy={lock.isPending} onClick={() => lock.mutate({})}>
        {t('lock')}
      </Button>
      {props.admin && (
        <>
          <VaultMenu
            onImport={() => props.onAsk('import')}
            onExport={() => props.onAsk('export')}
          />
          <Button icon={<KeyRound />} onClick={() => props.onAsk('keys')}>
            {t('slots.open')}
          </Button>
          <Button variant="primary" icon={<Plus />} onClick={() => props.onAsk('add')}>
            {t('secret.add')}
          </Button>
        </>
      )}
    </>
  );
}

/** The vault: create it, open it, keep secrets in it. No value ever comes here. */
export function VaultPage() {
  const { t } = useTranslation('vault');
  const status = useVaultStatus();
  const { data: me } = useQuery(api.platform.whoami.queryOptions({ input: {} }));
  const [asking, setAsking] = useState<Asking>();
  const [recoveryKey, setRecoveryKey] = useState<string>();
  const now = status.data;
  const admin = me?.role === 'admin';
  const open = now?.state === 'unlocked';
  const mayUse = me && me.role !== 'viewer';
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={open && mayUse && <Actions admin={admin} onAsk={setAsking} />}
      />
      {(status.isPending || !me) && <Skeleton lines={8} />}
      {status.isError && (
        <ErrorState
          error={status.error}
          meaning={t('loadFailed')}
          onRetry={() => void status.refetch()}
        />
      )}
      {me && !mayUse && <EmptyState icon={<Lock />} title={t('viewer')} />}
      {now?.state === 'none' &&
        mayUse &&
        (admin ? (
          <CreateVault status={now} onKey={setRecoveryKey} />
        ) : (
          <EmptyState icon={<Lock />} title={t('none')} text={t('noneText')} />
        ))}
      {now?.state === 'problem' && mayUse && <VaultProblem status={now} />}
      {now?.state === 'locked' && mayUse && <Locked status={now} />}
      {open && mayUse && <SecretList canChange={admin} onAdd={() => setAsking('add')} />}
      {asking === 'import' && <ImportSecrets onClose={() => setAsking(undefined)} />}
      {asking === 'export' && <ExportSecrets onClose={() => setAsking(undefined)} />}
      {asking === 'add' && <SecretDialog onClose={() => setAsking(undefined)} />}
      {asking === 'keys' && now && !recoveryKey && (
        <KeySlots status={now} onKey={setRecoveryKey} onClose={() => setAsking(undefined)} />
      )}
      {recoveryKey && <RecoveryKey value={recoveryKey} onClose={() => setRecoveryKey(undefined)} />}
    </>
  );
}
