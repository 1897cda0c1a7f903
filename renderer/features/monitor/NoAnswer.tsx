import { CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MonitoredHost } from '#contract/monitor.ts';
import { said } from '#renderer/i18n/said.ts';
import { Prose } from '#renderer/ui/Prose.tsx';

/** Why a host did not answer the last time, above the charts that lead up to it. */
export function NoAnswer(props: { error: NonNullable<MonitoredHost['error']> }) {
  const { t } = useTranslation('monitor');
  const error = said(props.error);
  return (
    <div
      role="alert"
      className="flex gap-3 rounded-card border border-danger/40 bg-danger/8 px-4 py-3"
    >
      <CircleX className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
      <div className="min-w-0 space-y-0.5 text-sm">
        <p className="font-medium text-pretty">
          <Prose text={error.message} />
        </p>
        {error.hint && (
          <p className="text-pretty">
            <Prose text={error.hint} />
          </p>
        )}
        <p className="text-xs text-pretty text-muted">{t('down')}</p>
      </div>
    </div>
  );
}
