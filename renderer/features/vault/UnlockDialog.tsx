import { useTranslation } from 'react-i18next';
import type { VaultStatus } from '#contract/vault.ts';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { UnlockForm } from './UnlockForm.tsx';

/** Asks for the vault's key from wherever something waits for it. */
export function UnlockDialog({ status, onClose }: { status: VaultStatus; onClose: () => void }) {
  const { t } = useTranslation('vault');
  const count = status.paused.length;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('unlock.title')}
      description={count > 0 ? t('unlock.waiting', { count }) : t('unlock.text')}
    >
      <div className="pb-3">
        <UnlockForm status={status} onDone={onClose} />
      </div>
    </Dialog>
  );
}
