import { KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';

/** The platform does not know this browser: how to get a new login link. */
export function UnauthorisedPage() {
  const { t } = useTranslation('frame');
  return (
    <main className="flex h-full items-center justify-center p-6">
      <div className="w-full max-w-md rounded-card border border-border bg-surface-2 p-6">
        <span className="mb-3 flex size-11 items-center justify-center rounded-full bg-accent/12 text-accent">
          <KeyRound className="size-5" aria-hidden />
        </span>
        <h1 className="text-lg font-semibold">{t('unauthorised.title')}</h1>
        <p className="mt-1 text-sm text-pretty text-muted">{t('unauthorised.text')}</p>
        <dl className="my-4 space-y-3 text-sm">
          {(['running', 'notRunning'] as const).map((when) => (
            <div key={when}>
              <dt className="text-muted">{t(`unauthorised.${when}`)}</dt>
              <dd className="mt-1 rounded-control bg-surface-1 px-3 py-2 font-mono text-xs select-all">
                {when === 'running' ? 'nexus status --login-link' : 'nexus serve'}
              </dd>
            </div>
          ))}
        </dl>
        <Button variant="primary" onClick={() => window.location.reload()}>
          {t('unauthorised.again')}
        </Button>
      </div>
    </main>
  );
}
