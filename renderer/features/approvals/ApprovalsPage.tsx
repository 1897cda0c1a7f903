import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Stamp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { ApprovalCard } from './ApprovalCard.tsx';
import { InterruptionCard } from './InterruptionCard.tsx';

/** Everything that waits for a person's word. */
export function ApprovalsPage() {
  const { t } = useTranslation('approvals');
  const list = useQuery(api.runs.approvals.queryOptions({ input: {} }));
  const { approvals = [], interrupted = [] } = list.data ?? {};
  return (
    <div className="mx-auto w-full max-w-3xl pb-8">
      <PageHeader title={t('title')} text={t('text')} />
      <div className="space-y-6 px-6 max-narrow:px-4">
        <QueryState query={list} lines={5} meaning={t('loadFailed')} />
        {list.data && approvals.length + interrupted.length === 0 && (
          <EmptyState
            icon={<Stamp />}
            title={t('empty')}
            text={t('emptyText')}
            action={
              <Button asChild>
                <Link to="/runs">{t('showRuns')}</Link>
              </Button>
            }
          />
        )}
        {approvals.length > 0 && (
          <section className="space-y-3">
            <h2 className="text-sm font-semibold text-muted">{t('waiting')}</h2>
            {approvals.map((one) => (
              <ApprovalCard key={one.id} approval={one} />
            ))}
          </section>
        )}
        {interrupted.length > 0 && (
          <section className="space-y-3">
            <h2 className="text-sm font-semibold text-muted">{t('interrupted')}</h2>
            <p className="text-sm text-pretty text-muted">{t('interruptedText')}</p>
            {interrupted.map((one) => (
              <InterruptionCard
                key={`${one.run}/${one.step}/${one.index ?? ''}`}
                interruption={one}
              />
            ))}
          </section>
        )}
      </div>
    </div>
  );
}
