import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CirclePause, Stamp, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { said } from '#renderer/i18n/said.ts';
import { api } from '#renderer/client/api.ts';
import { usePlatformStatus } from '#renderer/client/usePlatformStatus.ts';
import { useVaultNeeds, VaultRows } from '#renderer/features/vault/VaultRows.tsx';
import { Badge } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { Card } from '#renderer/ui/Card.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { ListRow, QuietLine } from './ListRow.tsx';
import { Prose } from '#renderer/ui/Prose.tsx';

/** Of each sort; the rest is one press away, so that what broke stays in sight. */
const SHOWN = 6;

function More(props: { to: '/approvals' | '/workflows'; search?: { q: string }; count: number }) {
  const { t } = useTranslation('home');
  return (
    <Link
      to={props.to}
      {...(props.search ? { search: props.search } : {})}
      className="block border-t border-border px-4 py-2 text-xs text-accent hover:underline"
    >
      {t(props.to === '/approvals' ? 'moreWaiting' : 'moreInvalid', { count: props.count })}
    </Link>
  );
}

/** Approvals, interrupted steps and what keeps Nexus or a workflow from working. */
export function NeedsYou() {
  const { t } = useTranslation('home');
  const waiting = useQuery(api.runs.approvals.queryOptions({ input: {} }));
  const workflows = useQuery(api.workflows.list.queryOptions({ input: {} }));
  const vault = useVaultNeeds();
  const problems = (usePlatformStatus()?.problems ?? []).map((one) => said(one));
  const invalid = workflows.data?.workflows.filter((one) => !one.valid) ?? [];
  if (waiting.isPending) {
    return (
      <Card title={t('needsYou')} flush>
        <Skeleton lines={2} />
      </Card>
    );
  }
  if (waiting.isError) {
    return (
      <Card title={t('needsYou')} flush>
        <ErrorState error={waiting.error} onRetry={() => void waiting.refetch()} />
      </Card>
    );
  }
  const { approvals, interrupted } = waiting.data;
  const count =
    approvals.length + interrupted.length + problems.length + invalid.length + vault.count;
  const left = (all: readonly unknown[]) => Math.max(0, all.length - SHOWN);
  const waits = left(approvals) + left(interrupted);
  return (
    <Card title={t('needsYou')} flush aside={count > 0 && <Badge tone="warn">{count}</Badge>}>
      {workflows.isError && (
        <ErrorState error={workflows.error} onRetry={() => void workflows.refetch()} />
      )}
      {count === 0 && workflows.data && <QuietLine>{t('nothingNeeds')}</QuietLine>}
      <ul className="divide-y divide-border">
        {problems.map((problem) => (
          <ListRow
            key={problem.code + problem.message}
            icon={<TriangleAlert className="text-danger" aria-hidden />}
            title={<Prose text={problem.message} />}
            text={problem.hint && <Prose text={problem.hint} />}
          />
        ))}
        <VaultRows />
        {approvals.slice(0, SHOWN).map((one) => (
          <ListRow
            key={one.id}
            icon={<Stamp className="text-info" aria-hidden />}
            title={one.title}
            text={`${t('approval')} · ${one.workflow}`}
            aside={
              <>
                <RelativeTime at={one.asked_at} />
                <Button asChild size="sm" variant="primary">
                  <Link to="/approvals">{t('decide')}</Link>
                </Button>
              </>
            }
          />
        ))}
        {interrupted.slice(0, SHOWN).map((one) => (
          <ListRow
            key={`${one.run}/${one.step}/${one.index ?? ''}`}
            icon={<CirclePause className="text-warn" aria-hidden />}
            title={one.name ?? one.step}
            text={`${t('interrupted')} · ${one.workflow}`}
            aside={
              <>
                <RelativeTime at={one.since} />
                <Button asChild size="sm">
                  <Link to="/approvals">{t('resolve')}</Link>
                </Button>
              </>
            }
          />
        ))}
        {invalid.slice(0, SHOWN).map((one) => (
          <ListRow
            key={one.name}
            icon={<TriangleAlert className="text-warn" aria-hidden />}
            title={one.name}
            text={
              <>
                {t('invalid')}:{' '}
                <Prose text={one.problems[0] ? said(one.problems[0]).message : ''} />
              </>
            }
            aside={
              <Button asChild size="sm">
                <Link to="/workflows/$name" params={{ name: one.name }}>
                  {t('fix')}
                </Link>
              </Button>
            }
          />
        ))}
      </ul>
      {waits > 0 && <More to="/approvals" count={waits} />}
      {invalid.length > SHOWN && (
        <More to="/workflows" search={{ q: 'is:invalid' }} count={invalid.length - SHOWN} />
      )}
    </Card>
  );
}
