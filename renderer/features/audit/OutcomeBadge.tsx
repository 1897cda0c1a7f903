import { CircleCheck, CircleX, ShieldX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '#contract/audit.ts';
import { Badge } from '#renderer/ui/Badge.tsx';

const looks = {
  allowed: ['ok', CircleCheck],
  refused: ['warn', ShieldX],
  failed: ['danger', CircleX],
} as const;

/** How a call ended: icon, word and colour. */
export function OutcomeBadge({ outcome }: { outcome: AuditEntry['outcome'] }) {
  const { t } = useTranslation('audit');
  const [tone, Icon] = looks[outcome];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {t(`outcome.${outcome}`)}
    </Badge>
  );
}
