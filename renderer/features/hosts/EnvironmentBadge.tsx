import { ShieldAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge, type Tone } from '#renderer/ui/Badge.tsx';
import { isProduction } from './list/hostSearch.ts';

function toneOf(environment: string): Tone {
  if (isProduction(environment)) return 'danger';
  return /stag|test|qa/i.test(environment) ? 'warn' : 'info';
}

/** Which environment a host belongs to; production cannot be overlooked. */
export function EnvironmentBadge({ environment }: { environment: string | undefined }) {
  const { t } = useTranslation('hosts');
  if (environment === undefined) return null;
  const production = isProduction(environment);
  return (
    <Badge
      tone={toneOf(environment)}
      icon={production ? <ShieldAlert aria-hidden /> : undefined}
      title={production ? t('productionTitle') : undefined}
      className={production ? 'font-semibold' : undefined}
    >
      {environment}
    </Badge>
  );
}
