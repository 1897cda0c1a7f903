import { CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ErrorShape } from '#contract/errors.ts';
import { said } from '#renderer/i18n/said.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Prose } from '#renderer/ui/Prose.tsx';

/**
 * What went wrong in a step, with the last lines that it wrote, and below it what to do.
 *
 * @param props.onLog opens the step's log
 */
export function StepError(props: { error: ErrorShape; onLog?: () => void }) {
  const error = said(props.error);
  const { onLog } = props;
  const { t } = useTranslation('runview');
  const tail = error.details?.['tail'];
  return (
    <div
      role="alert"
      data-testid="step-error"
      className="space-y-1 rounded-control border border-danger/35 bg-danger/8 p-3 text-sm"
    >
      <p className="flex gap-2">
        <CircleX className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
        <span className="min-w-0 break-words whitespace-pre-wrap">
          <Prose text={error.message} />
        </span>
      </p>
      {typeof tail === 'string' && (
        <pre
          data-testid="step-error-tail"
          aria-label={t('lastLines')}
          className="ml-6 rounded-control bg-surface-1 p-2 font-mono text-xs break-words whitespace-pre-wrap"
        >
          {tail}
        </pre>
      )}
      {error.hint && (
        <p className="pl-6 text-muted">
          <Prose text={error.hint} />
        </p>
      )}
      <p className="flex items-center justify-between gap-2 pl-6 font-mono text-2xs text-muted">
        {error.code}
        {onLog && (
          <Button size="sm" onClick={onLog}>
            {t('openLog')}
          </Button>
        )}
      </p>
    </div>
  );
}
