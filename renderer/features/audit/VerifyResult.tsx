import { ShieldAlert, ShieldCheck, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { CopyId } from '#renderer/ui/CopyId.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';

/** What verifying the chain found. */
export function VerifyResult(props: {
  result: {
    ok: boolean;
    entries: number;
    head: string;
    problem?: { seq: number; message: string } | undefined;
  };
  onClose: () => void;
}) {
  const { t } = useTranslation(['audit', 'ui']);
  const { ok, entries, head, problem } = props.result;
  const Icon = ok ? ShieldCheck : ShieldAlert;
  return (
    <div
      role="status"
      className={cn(
        'mx-6 mb-3 flex items-start gap-3 rounded-card border px-4 py-2.5 text-sm max-narrow:mx-4',
        ok ? 'border-ok/40 bg-ok/8' : 'border-danger/40 bg-danger/8',
      )}
    >
      <Icon className={cn('mt-0.5 size-4 shrink-0', ok ? 'text-ok' : 'text-danger')} aria-hidden />
      <div className="min-w-0 flex-1">
        {ok ? (
          <p>
            {t('ok', { count: entries })} <CopyId id={head} />
          </p>
        ) : (
          <>
            <p className="font-medium">{t('broken', { seq: problem?.seq ?? 0 })}</p>
            <p>{problem?.message}</p>
            <p className="text-muted">{t('brokenText')}</p>
          </>
        )}
      </div>
      <IconButton label={t('ui:close')} size="icon-sm" className="-my-1" onClick={props.onClose}>
        <X />
      </IconButton>
    </div>
  );
}
