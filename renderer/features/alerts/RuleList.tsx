import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  BellRing,
  CircleCheck,
  CircleDashed,
  CirclePause,
  Hourglass,
  Pause,
  Pencil,
  Play,
  Trash2,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRule, AlertState } from '#contract/alerts.ts';
import { api } from '#renderer/client/api.ts';
import { formatMetric } from '#renderer/features/monitor/formatMetric.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { ConfirmDialog } from '#renderer/ui/ConfirmDialog.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { SeverityBadge } from './SeverityBadge.tsx';

const looks = {
  firing: { tone: 'danger', icon: BellRing },
  pending: { tone: 'warn', icon: Hourglass },
  no_data: { tone: 'neutral', icon: CircleDashed },
  ok: { tone: 'ok', icon: CircleCheck },
  waiting: { tone: 'neutral', icon: CircleDashed },
  paused: { tone: 'neutral', icon: CirclePause },
} as const;

/** The worst that a rule says of any host. */
export function worstOf(rule: AlertRule, states: readonly AlertState[]): keyof typeof looks {
  if (rule.paused) return 'paused';
  const mine = states.filter((state) => state.rule === rule.id);
  const order = ['firing', 'pending', 'no_data', 'ok'] as const;
  return order.find((state) => mine.some((one) => one.state === state)) ?? 'waiting';
}

function StateBadge({ state }: { state: keyof typeof looks }) {
  const { t } = useTranslation('alerts');
  const { tone, icon: Icon } = looks[state];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {t(`state.${state}`)}
    </Badge>
  );
}

function RuleRow(props: {
  rule: AlertRule;
  state: keyof typeof looks;
  mine: boolean;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const { t, i18n } = useTranslation('alerts');
  const cache = useQueryClient();
  const { rule } = props;
  const options = { onSuccess: () => cache.invalidateQueries({ queryKey: api.alerts.key() }) };
  const pause = useMutation(api.alerts.pause.mutationOptions(options));
  const resume = useMutation(api.alerts.resume.mutationOptions(options));
  const toggle = () => (rule.paused ? resume : pause).mutate({ id: rule.id });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-2.5">
      <div className="min-w-0 flex-1 basis-60 max-narrow:basis-full">
        <div className="flex items-center gap-2">
          <span className="truncate text-sm font-medium">{rule.name}</span>
          <SeverityBadge severity={rule.severity} />
        </div>
        <p className="truncate text-xs text-muted">
          <code className="font-mono">
            {rule.metric} {rule.comparison} {formatMetric(rule.threshold, rule.unit, i18n.language)}
          </code>
          {' · '}
          {t(/^0+(ms|s|m|h|d|w)$/.test(rule.for) ? 'onHosts' : 'forHosts', {
            duration: rule.for,
            hosts: rule.hosts === '*' ? t('allHosts') : rule.hosts,
          })}
        </p>
      </div>
      <StateBadge state={props.state} />
      {props.mine && (
        <div className="flex items-center">
          <IconButton
            label={t(rule.paused ? 'resume' : 'pause', { name: rule.name })}
            size="icon-sm"
            onClick={toggle}
          >
            {rule.paused ? <Play /> : <Pause />}
          </IconButton>
          <IconButton label={t('edit', { name: rule.name })} size="icon-sm" onClick={props.onEdit}>
            <Pencil />
          </IconButton>
          <IconButton
            label={t('remove', { name: rule.name })}
            size="icon-sm"
            variant="danger-ghost"
            onClick={props.onRemove}
          >
            <Trash2 />
          </IconButton>
        </div>
      )}
    </li>
  );
}

/** The alert rules, each with where it stands and what can be done with it. */
export function RuleList(props: {
  rules: readonly AlertRule[];
  states: readonly AlertState[];
  /** Whether this person may change them. */
  mine: boolean;
  onEdit: (rule: AlertRule) => void;
}) {
  const { t } = useTranslation('alerts');
  const cache = useQueryClient();
  const [removing, setRemoving] = useState<AlertRule>();
  const remove = useMutation(
    api.alerts.remove.mutationOptions({
      onSuccess: async () => {
        toastDone(t('removed', { name: removing?.name ?? '' }));
        setRemoving(undefined);
        await cache.invalidateQueries({ queryKey: api.alerts.key() });
      },
    }),
  );
  return (
    <>
      <ul className="divide-y divide-border">
        {props.rules.map((rule) => (
          <RuleRow
            key={rule.id}
            rule={rule}
            state={worstOf(rule, props.states)}
            mine={props.mine}
            onEdit={() => props.onEdit(rule)}
            onRemove={() => setRemoving(rule)}
          />
        ))}
      </ul>
      <ConfirmDialog
        open={removing !== undefined}
        onOpenChange={() => setRemoving(undefined)}
        title={t('removeTitle', { name: removing?.name ?? '' })}
        consequences={t('removeText')}
        verb={t('removeVerb')}
        busy={remove.isPending}
        onConfirm={() => {
          if (removing) remove.mutate({ id: removing.id });
        }}
      />
    </>
  );
}
