import { useMutation } from '@tanstack/react-query';
import { KeyRound, Laptop, LifeBuoy, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeySlot, VaultStatus } from '#contract/vault.ts';
import { api } from '#renderer/client/api.ts';
import { textSaid } from '#renderer/i18n/said.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { ConfirmDialog } from '#renderer/ui/ConfirmDialog.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { AddRecovery } from './AddRecovery.tsx';
import { ChangePassphrase } from './ChangePassphrase.tsx';
import { useTakeStatus } from './useVault.ts';

const icons = { passphrase: KeyRound, keychain: Laptop, recovery: LifeBuoy };

/** The ways to open the vault: what there is, what can be added, what can go. */
export function KeySlots(props: {
  status: VaultStatus;
  onKey: (key: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('vault');
  const { status } = props;
  const take = useTakeStatus();
  const [removing, setRemoving] = useState<KeySlot>();
  const [changing, setChanging] = useState(false);
  const [adding, setAdding] = useState(false);
  const add = useMutation(
    api.vault.addSlot.mutationOptions({
      onSuccess: (made) => {
        take(made.status);
        toastDone(t('slots.added'));
      },
    }),
  );
  const remove = useMutation(
    api.vault.removeSlot.mutationOptions({
      onSuccess: (now) => {
        setRemoving(undefined);
        take(now);
      },
    }),
  );
  if (changing) return <ChangePassphrase onClose={() => setChanging(false)} />;
  if (adding) return <AddRecovery onKey={props.onKey} onClose={() => setAdding(false)} />;
  const withKeychain = status.slots.some(({ kind }) => kind === 'keychain');
  return (
    <Dialog
      open
      onOpenChange={props.onClose}
      title={t('slots.title')}
      description={t('slots.text')}
    >
      <ul className="divide-y divide-border rounded-control border border-border">
        {status.slots.map((slot) => {
          const Icon = icons[slot.kind];
          return (
            <li key={slot.id} className="flex items-center gap-3 px-3 py-2">
              <Icon className="size-4 shrink-0 text-muted" aria-hidden />
              <div className="min-w-0 flex-1 text-sm">
                <div>{t(`slots.kind.${slot.kind}`)}</div>
                <div className="truncate text-xs text-muted">
                  <RelativeTime at={slot.created_at} /> {slot.label && `· ${slot.label}`}
                </div>
              </div>
              {slot.kind !== 'passphrase' && (
                <IconButton
                  label={t('slots.remove')}
                  variant="danger-ghost"
                  onClick={() => setRemoving(slot)}
                >
                  <Trash2 />
                </IconButton>
              )}
            </li>
          );
        })}
      </ul>
      <div className="flex flex-wrap gap-2 py-4">
        <Button onClick={() => setChanging(true)}>{t('slots.change')}</Button>
        <Button onClick={() => setAdding(true)}>{t('slots.addRecovery')}</Button>
        {status.keychain.available && !withKeychain && (
          <Button busy={add.isPending} onClick={() => add.mutate({ kind: 'keychain' })}>
            {t('slots.addKeychain', { name: status.keychain.name })}
          </Button>
        )}
      </div>
      {!status.keychain.available && (
        <p className="pb-3 text-xs text-muted">
          {t('slots.noKeychain', { reason: textSaid(status.keychain.name) })}
        </p>
      )}
      <ConfirmDialog
        open={removing !== undefined}
        onOpenChange={() => setRemoving(undefined)}
        title={t('slots.removeTitle')}
        consequences={t('slots.removeText')}
        verb={t('slots.remove')}
        busy={remove.isPending}
        onConfirm={() => removing && remove.mutate({ id: removing.id })}
      />
    </Dialog>
  );
}
