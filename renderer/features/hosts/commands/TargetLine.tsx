import { useTranslation } from 'react-i18next';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { Prose } from '#renderer/ui/Prose.tsx';
import type { Targets } from './useTargets.ts';

const SHOWN = 8;

/** Which hosts are meant, in words. */
export function TargetLine({ targets, typed }: { targets: Targets; typed: boolean }) {
  const { t } = useTranslation('hosts');
  if (targets.error) {
    const { message, hint } = toErrorShape(targets.error);
    return (
      <p role="alert" className="text-xs text-danger">
        <Prose text={message} /> <span className="text-muted">{hint}</span>
      </p>
    );
  }
  const names = targets.hosts?.map(({ name }) => name) ?? [];
  if (!typed) return <p className="text-xs text-muted">{t('command.hostsHelp')}</p>;
  if (names.length === 0)
    return <p className="text-xs text-muted">{targets.hosts ? t('command.noHosts') : ' '}</p>;
  const more = names.length > SHOWN ? t('command.moreHosts', { count: names.length - SHOWN }) : '';
  return (
    <p aria-live="polite" className="text-xs text-muted">
      <span className="font-medium text-text">{t('command.meant', { count: names.length })}</span>{' '}
      <span className="font-mono">{names.slice(0, SHOWN).join(', ')}</span> {more}
    </p>
  );
}
