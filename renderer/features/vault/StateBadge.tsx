import { CircleCheck, CircleX, Hourglass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SecretInfo } from '#contract/vaultSecrets.ts';
import { Badge } from '#renderer/ui/Badge.tsx';

const looks = {
  ok: { tone: 'neutral', icon: <CircleCheck aria-hidden /> },
  expiring: { tone: 'warn', icon: <Hourglass aria-hidden /> },
  expired: { tone: 'danger', icon: <CircleX aria-hidden /> },
} as const;

/** Whether a secret is as fresh as its policy asks. */
export function StateBadge({ secret }: { secret: SecretInfo }) {
  const { t } = useTranslation('vault');
  if (!secret.rotation) return <span className="text-xs text-muted">{t('state.none')}</span>;
  return <Badge {...looks[secret.state]}>{t(`state.${secret.state}`)}</Badge>;
}
