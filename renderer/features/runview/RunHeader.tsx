import { Link } from '@tanstack/react-router';
import { ChevronDown, CircleStop, RotateCcw, SquarePen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { terminalRunStatuses } from '#contract/runs.ts';
import { useRun } from '#renderer/features/editor/store/context.ts';
import { useRunActions } from '#renderer/features/runs/useRunActions.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { CopyId } from '#renderer/ui/CopyId.tsx';
import { Elapsed } from '#renderer/ui/Elapsed.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { StatusBadge } from '#renderer/ui/StatusBadge.tsx';

/** Which run, how it goes, and what can be done about it. */
export function RunHeader() {
  const { t } = useTranslation(['runview', 'runs']);
  const run = useRun((state) => state.run);
  const { cancel, retry } = useRunActions();
  if (!run) return null;
  const ended = terminalRunStatuses.includes(run.status);
  const again = (from: 'failed' | 'start', version: 'same' | 'latest') =>
    retry.mutate({ id: run.id, from, version });
  return (
    <header
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-border bg-surface-2 px-3 py-1.5"
      data-testid="run-header"
      data-status={run.status}
    >
      <h1 className="min-w-0 truncate text-base font-semibold">{run.workflow}</h1>
      <StatusBadge status={run.status} />
      <span className="text-sm text-muted">{t(`runs:trigger.${run.trigger.kind}`)}</span>
      <RelativeTime at={run.created_at} className="text-sm text-muted" />
      <Elapsed from={run.started_at} to={run.ended_at} className="text-sm text-muted" />
      <CopyId id={run.id} />
      {run.parent && (
        <Link
          to="/runs/$id"
          params={{ id: run.parent }}
          className="text-sm text-accent hover:underline"
        >
          {t('parent')}
        </Link>
      )}
      <div className="ml-auto flex flex-wrap items-center gap-1.5 max-narrow:ml-0">
        <Button asChild>
          <Link to="/workflows/$name" params={{ name: run.workflow }} data-testid="edit-workflow">
            <SquarePen aria-hidden />
            {t('edit')}
          </Link>
        </Button>
        {!ended && (
          <Button
            variant="danger-ghost"
            icon={<CircleStop />}
            busy={cancel.isPending}
            data-testid="cancel-run"
            onClick={() => cancel.mutate({ id: run.id })}
          >
            {t('runs:cancel')}
          </Button>
        )}
        {ended && (
          <>
            <Button
              variant="primary"
              icon={<RotateCcw />}
              busy={retry.isPending}
              data-testid="retry-run"
              onClick={() => again(run.status === 'succeeded' ? 'start' : 'failed', 'same')}
            >
              {run.status === 'succeeded' ? t('again') : t('retry')}
            </Button>
            <Menu
              trigger={
                <Button size="icon" aria-label={t('retryMenu')}>
                  <ChevronDown aria-hidden />
                </Button>
              }
              items={[
                {
                  id: 'failed',
                  label: t('retryFailed'),
                  disabled: run.status === 'succeeded',
                  onSelect: () => again('failed', 'same'),
                },
                {
                  id: 'failed-latest',
                  label: t('retryFailedLatest'),
                  disabled: run.status === 'succeeded',
                  onSelect: () => again('failed', 'latest'),
                },
                { id: '-' },
                { id: 'start', label: t('retryStart'), onSelect: () => again('start', 'same') },
                {
                  id: 'start-latest',
                  label: t('retryStartLatest'),
                  onSelect: () => again('start', 'latest'),
                },
              ]}
            />
          </>
        )}
      </div>
    </header>
  );
}
