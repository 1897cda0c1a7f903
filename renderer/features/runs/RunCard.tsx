import { useTranslation } from 'react-i18next';
import { said } from '#renderer/i18n/said.ts';
import { Elapsed } from '#renderer/ui/Elapsed.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { StatusBadge } from '#renderer/ui/StatusBadge.tsx';
import { RunMenu, type RunMenuProps } from './RunMenu.tsx';

/** A run in a narrow window. */
export function RunCard(props: RunMenuProps) {
  const { run } = props;
  const { t } = useTranslation('runs');
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1 space-y-1">
        <div className="flex items-center justify-between gap-2">
          <span className="truncate font-medium">{run.workflow}</span>
          <StatusBadge status={run.status} className="shrink-0" />
        </div>
        {run.error && (
          <div className="truncate font-mono text-xs text-danger">{said(run.error).message}</div>
        )}
        <div className="flex flex-wrap gap-x-3 text-xs text-muted">
          <RelativeTime at={run.created_at} />
          <Elapsed from={run.started_at} to={run.ended_at} />
          <span>{t(`trigger.${run.trigger.kind}`)}</span>
        </div>
      </div>
      <RunMenu {...props} />
    </div>
  );
}
