import { Link } from '@tanstack/react-router';
import { Lock, LockOpen, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useVaultStatus } from './useVault.ts';

/** In the status bar: whether the vault is open. Nothing where there is none. */
export function VaultStatusItem({ className }: { className: string }) {
  const { t } = useTranslation('vault');
  const { data } = useVaultStatus();
  if (!data || data.state === 'none') return null;
  const Icon = { unlocked: LockOpen, locked: Lock, problem: TriangleAlert }[data.state];
  const waiting = data.state === 'locked' && data.paused.length > 0;
  const tone = data.state === 'problem' ? 'text-danger' : waiting ? 'text-warn' : '';
  return (
    <Link to="/vault" className={`${className} hover:text-text ${tone}`}>
      <Icon aria-hidden />
      {waiting
        ? t('statusBar.waiting', { count: data.paused.length })
        : t(`statusBar.${data.state}`)}
    </Link>
  );
}
