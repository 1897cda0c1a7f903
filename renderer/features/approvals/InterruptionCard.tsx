import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CirclePause } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Interruption } from '#contract/runWaits.ts';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { JsonView } from '#renderer/ui/JsonView.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { toastDone } from '#renderer/ui/toast.ts';

const actions = ['retry', 'skip', 'fail'] as const;

/** A step that was cut off: what it was about to do, and what shall become of it. */
export function InterruptionCard({ interruption }: { interruption: Interruption }) {
  const { t } = useTranslation('approvals');
  const cache = useQueryClient();
  const resolve = useMutation(
    api.runs.resolve.mutationOptions({
      onSuccess: async () => {
        toastDone(t('resolved', { step: interruption.step }));
        await cache.invalidateQueries({ queryKey: api.runs.approvals.key() });
      },
    }),
  );
  return (
    <article className="@container rounded-card border border-border bg-surface-2">
      <header className="flex items-start gap-3 border-b border-border px-4 py-3">
        <CirclePause className="mt-1 size-4 shrink-0 text-warn" aria-hidden />
        <div className="min-w-0 flex-1">
          <h3 className="font-semibold">{interruption.name ?? interruption.step}</h3>
          <p className="flex flex-wrap gap-x-3 text-xs text-muted">
            <Link to="/runs/$id" params={{ id: interruption.run }} className="hover:underline">
              {interruption.workflow} · {interruption.step}
              {interruption.index !== undefined && ` [${interruption.index}]`}
            </Link>
            <span className="font-mono">{interruption.uses}</span>
            <span>
              {t('since')} <RelativeTime at={interruption.since} />
            </span>
          </p>
        </div>
      </header>
      <div className="space-y-4 p-4">
        {interruption.inputs !== undefined && (
          <div>
            <h4 className="mb-1 text-xs font-semibold text-muted">{t('inputs')}</h4>
            <div className="max-h-48 overflow-auto rounded-control bg-surface-1 p-2">
              <JsonView value={interruption.inputs} />
            </div>
          </div>
        )}
        <div className="grid grid-cols-1 gap-3 @md:grid-cols-3">
          {actions.map((action) => (
            <div key={action} className="space-y-1">
              <Button
                className="w-full"
                variant={action === 'fail' ? 'danger-ghost' : 'secondary'}
                disabled={resolve.isPending}
                onClick={() =>
                  resolve.mutate({
                    id: interruption.run,
                    step: interruption.step,
                    action,
                    ...(interruption.index === undefined ? {} : { index: interruption.index }),
                  })
                }
              >
                {t(`action.${action}`)}
              </Button>
              <p className="text-xs text-pretty text-muted">{t(`help.${action}`)}</p>
            </div>
          ))}
        </div>
      </div>
    </article>
  );
}
