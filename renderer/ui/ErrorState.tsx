import { RefreshCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { Button } from './Button.tsx';
import { Prose } from './Prose.tsx';

/** What happened, what it means for the reader, and what to do, with the button that does it. */
export function ErrorState(props: {
  error: unknown;
  /** What it means here, e.g. "The list could not be loaded". */
  meaning?: ReactNode;
  onRetry?: () => void;
  action?: ReactNode;
}) {
  const { t } = useTranslation('ui');
  const shape = toErrorShape(props.error);
  return (
    <div role="alert" className="flex flex-col items-center gap-1.5 px-6 py-10 text-center">
      <span className="mb-1 flex size-11 items-center justify-center rounded-full bg-danger/12 text-danger">
        <TriangleAlert className="size-5" aria-hidden />
      </span>
      <p className="font-medium">{props.meaning ?? t('error.title')}</p>
      <p className="max-w-lg text-sm text-pretty text-muted">
        <Prose text={shape.message} />
      </p>
      {shape.hint && (
        <p className="max-w-lg text-sm text-pretty">
          <Prose text={shape.hint} />
        </p>
      )}
      <p className="font-mono text-2xs text-muted">{shape.code}</p>
      <div className="mt-2 flex gap-2">
        {props.onRetry && (
          <Button icon={<RefreshCw />} onClick={props.onRetry}>
            {t('error.retry')}
          </Button>
        )}
        {props.action}
      </div>
    </div>
  );
}
