import { Copy, Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { saveFile } from '#renderer/ui/saveFile.ts';
import { toastDone } from '#renderer/ui/toast.ts';

/** Shows a recovery key, this once. */
export function RecoveryKey({ value, onClose }: { value: string; onClose: () => void }) {
  const { t } = useTranslation('vault');
  return (
    <Dialog
      open
      keep
      onOpenChange={onClose}
      title={t('recovery.title')}
      description={t('recovery.text')}
      footer={
        <>
          <Button
            icon={<Copy />}
            onClick={() =>
              void navigator.clipboard.writeText(value).then(() => toastDone(t('recovery.copied')))
            }
          >
            {t('recovery.copy')}
          </Button>
          <Button
            icon={<Download />}
            onClick={() => saveFile('nexus-recovery-key.txt', `${value}\n`, 'text/plain')}
          >
            {t('recovery.save')}
          </Button>
          <Button variant="primary" onClick={onClose}>
            {t('recovery.kept')}
          </Button>
        </>
      }
    >
      <code className="block rounded-control bg-surface-1 p-3 font-mono text-xs break-all select-all">
        {value}
      </code>
      <p className="mt-3 text-sm text-pretty text-muted">{t('recovery.age')}</p>
    </Dialog>
  );
}
