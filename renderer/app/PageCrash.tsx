import type { ErrorComponentProps } from '@tanstack/react-router';
import { RefreshCw, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';

/** A page that threw while rendering; the frame around it stays. */
export function PageCrash({ error }: ErrorComponentProps) {
  const { t } = useTranslation('frame');
  return (
    <div role="alert" className="mx-auto flex max-w-xl flex-col items-start gap-2 p-8">
      <TriangleAlert className="size-6 text-danger" aria-hidden />
      <h1 className="text-lg font-semibold">{t('crash.title')}</h1>
      <p className="text-sm text-muted">{t('crash.text')}</p>
      <pre className="max-h-48 w-full overflow-auto rounded-control bg-surface-3 p-3 font-mono text-xs">
        {error instanceof Error ? error.message : String(error)}
      </pre>
      <Button icon={<RefreshCw />} variant="primary" onClick={() => window.location.reload()}>
        {t('crash.reload')}
      </Button>
    </div>
  );
}
