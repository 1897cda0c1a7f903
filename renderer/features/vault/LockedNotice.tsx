import { Lock } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { UnlockDialog } from './UnlockDialog.tsx';
import { useVaultStatus } from './useVault.ts';

/** On a run that waits for the vault: says so, and opens it right there. */
export function LockedNotice({ steps }: { steps: string[] }) {
  const { t } = useTranslation('vault');
  const { data: status } = useVaultStatus();
  const [asking, setAsking] = useState(false);
  return (
    <article className="rounded-card border border-border bg-surface-2 p-4">
      <h3 className="flex items-center gap-2 font-semibold">
        <Lock className="size-4 shrink-0 text-warn" aria-hidden />
        {t('paused.title')}
      </h3>
      <p className="mt-1 text-sm text-pretty text-muted">
        {t('paused.text', { steps: steps.join(', ') })}
      </p>
      <Button className="mt-3" variant="primary" onClick={() => setAsking(true)}>
        {t('unlock.open')}
      </Button>
      {asking && status && <UnlockDialog status={status} onClose={() => setAsking(false)} />}
    </article>
  );
}
