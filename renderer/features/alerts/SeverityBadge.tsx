import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AlertRule } from '#contract/alerts.ts';
import { Badge } from '#renderer/ui/Badge.tsx';

const looks = {
  info: { tone: 'info', icon: Info, text: 'text-info' },
  warning: { tone: 'warn', icon: TriangleAlert, text: 'text-warn' },
  critical: { tone: 'danger', icon: CircleAlert, text: 'text-danger' },
} as const;

/** How grave an alert is: icon, word and colour. */
export function SeverityBadge({ severity }: { severity: AlertRule['severity'] }) {
  const { t } = useTranslation('alerts');
  const { tone, icon: Icon } = looks[severity];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {t(`severity.${severity}`)}
    </Badge>
  );
}

/** The same as an icon alone, named for those who do not see it. */
export function SeverityIcon({ severity }: { severity: AlertRule['severity'] }) {
  const { t } = useTranslation('alerts');
  const { icon: Icon, text } = looks[severity];
  return <Icon className={text} aria-label={t(`severity.${severity}`)} role="img" />;
}
