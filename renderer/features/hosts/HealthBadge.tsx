import { CircleAlert, CircleDashed, CircleDot, Link2, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ConnectionHealth } from '#contract/hosts.ts';
import { said } from '#renderer/i18n/said.ts';
import { Badge, type Tone } from '#renderer/ui/Badge.tsx';

const looks: Record<
  ConnectionHealth['state'],
  { tone: Tone; icon: LucideIcon; className?: string }
> = {
  idle: { tone: 'neutral', icon: CircleDashed },
  connecting: { tone: 'running', icon: CircleDot, className: 'animate-breathe' },
  connected: { tone: 'ok', icon: Link2 },
  failing: { tone: 'danger', icon: CircleAlert },
};

/** Milliseconds as people read them: one digit behind the point below ten. */
export function formatLatency(ms: number, language: string): string {
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: ms < 10 ? 1 : 0 }).format(ms)} ms`;
}

/** How the connection to a host is; without one it is idle. */
export function HealthBadge({ health }: { health: ConnectionHealth | undefined }) {
  const { t, i18n } = useTranslation('hosts');
  const state = health?.state ?? 'idle';
  const look = looks[state];
  const latency = state === 'connected' ? health?.latency_ms : undefined;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Badge
        tone={look.tone}
        icon={<look.icon className={look.className} aria-hidden />}
        title={health?.error && said(health.error).message}
      >
        {t(`health.${state}`)}
      </Badge>
      {latency !== undefined && (
        <span className="tabular text-xs font-normal whitespace-nowrap text-muted">
          {formatLatency(latency, i18n.language)}
        </span>
      )}
    </span>
  );
}
