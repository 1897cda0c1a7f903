import { Link } from '@tanstack/react-router';
import { CircleStop, ExternalLink, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { terminalRunStatuses } from '#contract/runs.ts';
import { said } from '#renderer/i18n/said.ts';
import { useRunActions } from '#renderer/features/runs/useRunActions.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Elapsed } from '#renderer/ui/Elapsed.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { StatusBadge } from '#renderer/ui/StatusBadge.tsx';
import { useRun } from '../store/context.ts';

/** The run that is shown on the canvas: how it goes, and what can be done about it. */
export function RunStrip({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('editor');
  const run = useRun((state) => state.run);
  const { cancel } = useRunActions();
  if (!run) return null;
  const ended = terminalRunStatuses.includes(run.status);
  return (
    <div
      role="status"
      data-testid="run-strip"
      data-status={run.status}
      className="absolute top-3 left-1/2 z-10 flex w-max max-w-[calc(100%-24px)] -translate-x-1/2 items-center gap-3 rounded-full border border-border bg-surface-2 py-1 pr-1 pl-2 text-sm shadow-pop"
    >
      <StatusBadge status={run.status} />
      <span className="strip-words tabular whitespace-nowrap text-muted">
        {t('run.progress', { done: run.steps_done, total: run.steps_total })}
      </span>
      <Elapsed from={run.started_at} to={run.ended_at} className="text-muted" />
      {run.error && (
        <span className="min-w-0 truncate text-danger" title={said(run.error).message}>
          {said(run.error).message}
        </span>
      )}
      {!ended && (
        <Button
          size="sm"
          variant="ghost"
          icon={<CircleStop />}
          busy={cancel.isPending}
          data-testid="cancel-run"
          onClick={() => cancel.mutate({ id: run.id })}
        >
          {t('run.cancel')}
        </Button>
      )}
      <Button size="sm" variant="ghost" asChild>
        <Link to="/runs/$id" params={{ id: run.id }} data-testid="open-run">
          <ExternalLink aria-hidden />
          <span className="strip-words">{t('run.open')}</span>
        </Link>
      </Button>
      <IconButton size="icon-sm" label={t('run.hide')} onClick={onClose}>
        <X />
      </IconButton>
    </div>
  );
}
