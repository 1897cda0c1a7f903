import { CircleCheck, CircleDashed, CircleOff, CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MonitoredHost } from '#contract/monitor.ts';
import { said } from '#renderer/i18n/said.ts';
import { Badge } from '#renderer/ui/Badge.tsx';

const looks = {
  up: { tone: 'ok', icon: CircleCheck },
  down: { tone: 'danger', icon: CircleX },
  waiting: { tone: 'neutral', icon: CircleDashed },
  off: { tone: 'neutral', icon: CircleOff },
} as const;

/** Whether a host answers: icon, word and colour. */
export function HostStatus({ host }: { host: MonitoredHost }) {
  const { t } = useTranslation('monitor');
  const { tone, icon: Icon } = looks[host.status];
  return (
    <Badge
      tone={tone}
      icon={<Icon aria-hidden />}
      title={host.error ? said(host.error).message : ''}
    >
      {t(`status.${host.status}`)}
    </Badge>
  );
}

/** What a host is called: this machine in the reader's language. */
export function useHostName(): (host: { id: string; name: string }) => string {
  const { t } = useTranslation('monitor');
  return ({ id, name }) => (id === 'local' ? t('thisMachine') : name);
}
