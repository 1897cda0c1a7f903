import { useTranslation } from 'react-i18next';
import { said } from '#renderer/i18n/said.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { StatusIcon, statusLooks } from '#renderer/ui/StatusBadge.tsx';
import type { HostResult } from './CommandOutput.ts';

/** How a command went on a host: the exit code says more than the word. */
export function ResultBadge({ result }: { result: HostResult }) {
  const { t } = useTranslation('hosts');
  const status = result.state === 'waiting' ? 'queued' : result.state;
  const words = () => {
    if (result.state !== 'failed') return t(`result.${result.state}`);
    if (result.error) return t('result.noCode');
    if (result.signal) return t('result.signal', { signal: result.signal });
    return result.exitCode === null
      ? t('result.noCode')
      : t('result.exit', { code: result.exitCode });
  };
  return (
    <Badge
      tone={statusLooks[status].tone}
      icon={<StatusIcon status={status} className="text-current" />}
      title={result.error && said(result.error).message}
    >
      {words()}
    </Badge>
  );
}
