import { useNavigate } from '@tanstack/react-router';
import {
  CircleSlash,
  Ellipsis,
  ExternalLink,
  GitCompare,
  RotateCcw,
  RotateCw,
  Sparkles,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type RunSummary, terminalRunStatuses } from '#contract/runs.ts';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { askToCancel } from './CancelRun.tsx';
import { useRunActions } from './useRunActions.ts';

export interface RunMenuProps {
  run: RunSummary;
  /** Whether it is chosen for comparing. */
  selected: boolean;
  onSelect: (run: RunSummary) => void;
}

/** What can be done to a run from a list. */
export function RunMenu({ run, selected, onSelect }: RunMenuProps) {
  const { t } = useTranslation('runs');
  const navigate = useNavigate();
  const { retry } = useRunActions();
  const ended = terminalRunStatuses.includes(run.status);
  const failed = run.status === 'failed' || run.status === 'cancelled';
  return (
    <span role="presentation" onClick={(event) => event.stopPropagation()}>
      <Menu
        trigger={
          <IconButton label={t('menu', { workflow: run.workflow })} size="icon-sm">
            <Ellipsis />
          </IconButton>
        }
        items={[
          {
            id: 'open',
            label: t('open'),
            icon: <ExternalLink />,
            shortcut: 'enter',
            onSelect: () => void navigate({ to: '/runs/$id', params: { id: run.id } }),
          },
          {
            id: 'select',
            label: selected ? t('deselect') : t('select'),
            icon: <GitCompare />,
            shortcut: 'x',
            onSelect: () => onSelect(run),
          },
          {
            id: 'retry',
            label: t('retry'),
            icon: <RotateCw />,
            disabled: !failed,
            onSelect: () => retry.mutate({ id: run.id }),
          },
          {
            id: 'latest',
            label: t('retryLatest'),
            icon: <Sparkles />,
            disabled: !failed,
            onSelect: () => retry.mutate({ id: run.id, version: 'latest' }),
          },
          {
            id: 'start',
            label: t('retryStart'),
            icon: <RotateCcw />,
            disabled: !ended,
            onSelect: () => retry.mutate({ id: run.id, from: 'start' }),
          },
          { id: '-' },
          {
            id: 'cancel',
            label: t('cancel'),
            icon: <CircleSlash />,
            danger: true,
            disabled: ended,
            shortcut: 'c',
            onSelect: () => askToCancel(run),
          },
        ]}
      />
    </span>
  );
}
