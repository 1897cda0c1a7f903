import {
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleSlash,
  CircleX,
  Clock,
  type LucideIcon,
  SkipForward,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RunStatus, StepStatus } from '#contract/runs.ts';
import { Badge, type Tone } from './Badge.tsx';
import { cn } from './cn.ts';

export type AnyStatus = RunStatus | StepStatus;

interface Look {
  icon: LucideIcon;
  tone: Tone;
  /** Text colour of the icon alone. */
  text: string;
}

/** Icon and colour of every run and step status; the word comes from the language file. */
export const statusLooks: Record<AnyStatus, Look> = {
  queued: { icon: CircleDashed, tone: 'neutral', text: 'text-muted' },
  pending: { icon: CircleDashed, tone: 'neutral', text: 'text-muted' },
  running: { icon: CircleDot, tone: 'running', text: 'text-running' },
  waiting: { icon: Clock, tone: 'info', text: 'text-info' },
  interrupted: { icon: CirclePause, tone: 'warn', text: 'text-warn' },
  succeeded: { icon: CircleCheck, tone: 'ok', text: 'text-ok' },
  failed: { icon: CircleX, tone: 'danger', text: 'text-danger' },
  skipped: { icon: SkipForward, tone: 'neutral', text: 'text-muted' },
  cancelled: { icon: CircleSlash, tone: 'neutral', text: 'text-muted' },
};

/** The icon of a status; running breathes. The word must stand beside it or in a label. */
export function StatusIcon(props: { status: AnyStatus; className?: string; label?: boolean }) {
  const { t } = useTranslation('ui');
  const look = statusLooks[props.status];
  return (
    <look.icon
      className={cn(
        'size-4 shrink-0',
        look.text,
        props.status === 'running' && 'animate-breathe',
        props.className,
      )}
      {...(props.label
        ? { role: 'img', 'aria-label': t(`status.${props.status}`) }
        : { 'aria-hidden': true })}
    />
  );
}

/** Status of a run or a step: icon, word and colour. */
export function StatusBadge(props: { status: AnyStatus; className?: string }) {
  const { t } = useTranslation('ui');
  return (
    <Badge
      tone={statusLooks[props.status].tone}
      icon={<StatusIcon status={props.status} className="text-current" />}
      {...(props.className ? { className: props.className } : {})}
    >
      {t(`status.${props.status}`)}
    </Badge>
  );
}
