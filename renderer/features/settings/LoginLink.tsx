import { useMutation } from '@tanstack/react-query';
import { Copy, Link } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { usePlatformStatus } from '#renderer/client/usePlatformStatus.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Card } from '#renderer/ui/Card.tsx';
import { copyText } from '#renderer/ui/copyText.ts';
import { toastDone, toastError } from '#renderer/ui/toast.ts';

/** Makes a one-time login link; only while the dashboard is served. */
export function LoginLink() {
  const { t } = useTranslation('settings');
  const status = usePlatformStatus();
  const make = useMutation(api.platform.loginLink.mutationOptions());
  if (!status?.address) return null;
  return (
    <Card title={t('loginLink.title')}>
      <p className="mb-3 text-sm text-muted">{t('loginLink.text')}</p>
      {make.data ? (
        <div className="flex flex-wrap items-center gap-2">
          <code className="min-w-40 flex-1 rounded-control bg-surface-1 p-2 font-mono text-xs break-all select-all">
            {make.data.url}
          </code>
          <Button
            icon={<Copy />}
            onClick={() => {
              copyText(make.data.url).then(() => toastDone(t('loginLink.copied')), toastError);
            }}
          >
            {t('loginLink.copy')}
          </Button>
          {/* It was for one time: whoever has used it wants the next one. */}
          <Button icon={<Link />} busy={make.isPending} onClick={() => make.mutate({})}>
            {t('loginLink.create')}
          </Button>
        </div>
      ) : (
        <Button icon={<Link />} busy={make.isPending} onClick={() => make.mutate({})}>
          {t('loginLink.create')}
        </Button>
      )}
    </Card>
  );
}
