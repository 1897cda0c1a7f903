import { Link } from '@tanstack/react-router';
import { Hourglass, Lock, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { said } from '#renderer/i18n/said.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { UnlockDialog } from './UnlockDialog.tsx';
import { useSecrets, useVaultStatus } from './useVault.ts';

/** What of the vault needs a person: paused steps, a file with a problem, values that grow old. */
export function useVaultNeeds() {
  const { data: status } = useVaultStatus();
  const secrets = useSecrets(status?.state === 'unlocked').data?.secrets ?? [];
  const old = status?.state === 'unlocked' ? secrets.filter((one) => one.state !== 'ok') : [];
  const paused = status?.state === 'locked' ? status.paused : [];
  const problem = status?.state === 'problem' ? status.problem : undefined;
  return {
    status,
    old,
    paused,
    problem,
    count: old.length + (paused.length > 0 ? 1 : 0) + (problem ? 1 : 0),
  };
}

const row = 'flex min-h-12 items-center gap-3 px-4 py-2';

/** The same as rows of Home's list. */
export function VaultRows() {
  const { t } = useTranslation('vault');
  const { status, old, paused, problem } = useVaultNeeds();
  const [asking, setAsking] = useState(false);
  return (
    <>
      {problem && (
        <li className={row}>
          <TriangleAlert className="size-4 shrink-0 text-danger" aria-hidden />
          <div className="min-w-0 flex-1 text-sm">
            <div className="truncate font-medium">{t('problem.title')}</div>
            <div className="truncate text-xs text-muted">{said(problem).message}</div>
          </div>
          <Button asChild size="sm">
            <Link to="/vault">{t('look')}</Link>
          </Button>
        </li>
      )}
      {paused.length > 0 && (
        <li className={row}>
          <Lock className="size-4 shrink-0 text-warn" aria-hidden />
          <div className="min-w-0 flex-1 text-sm">
            <div className="truncate font-medium">{t('locked.title')}</div>
            <div className="truncate text-xs text-muted">
              {t('home.paused', {
                count: paused.length,
                workflows: [...new Set(paused.map((one) => one.workflow))].join(', '),
              })}
            </div>
          </div>
          <Button size="sm" variant="primary" onClick={() => setAsking(true)}>
            {t('unlock.open')}
          </Button>
        </li>
      )}
      {old.map((one) => (
        <li key={one.name} className={row}>
          <Hourglass
            className={`size-4 shrink-0 ${one.state === 'expired' ? 'text-danger' : 'text-warn'}`}
            aria-hidden
          />
          <div className="min-w-0 flex-1 text-sm">
            <div className="truncate font-mono text-xs font-medium">{one.name}</div>
            <div className="truncate text-xs text-muted">
              {t(`home.${one.state === 'expired' ? 'expired' : 'expiring'}`)}{' '}
              {one.expires_at && <RelativeTime at={one.expires_at} />}
            </div>
          </div>
          <Button asChild size="sm">
            <Link to="/vault" search={{ open: one.name }}>
              {t('home.rotate')}
            </Link>
          </Button>
        </li>
      ))}
      {asking && status && <UnlockDialog status={status} onClose={() => setAsking(false)} />}
    </>
  );
}
