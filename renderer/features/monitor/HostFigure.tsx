import { useTranslation } from 'react-i18next';
import { Sparkline } from '#renderer/ui/Sparkline.tsx';
import { formatMetric } from './formatMetric.ts';
import { useHostLine } from './useHostLine.ts';

const figures = {
  cpu: { metric: 'cpu.total', color: '--accent' },
  memory: { metric: 'memory.used_percent', color: '--info' },
} as const;

/**
 * An hour of a host's processor or memory as a small line, and what it is now. The list that holds
 * it uses `useHostsLive` once; without that it stands still.
 */
export function HostFigure(props: {
  /** Id of the host, not its name; `local` is this machine. */
  hostId: string;
  figure: keyof typeof figures;
  /** Says what it is where no heading of a column does. */
  labelled?: boolean;
}) {
  const { t, i18n } = useTranslation('monitor');
  const line = useHostLine(props.hostId);
  const { metric, color } = figures[props.figure];
  const value = line.values[metric];
  const label = t(`chart.${props.figure}`);
  return (
    <span className="flex items-center gap-2">
      <Sparkline values={line[props.figure]} ceiling={100} color={color} width={64} />
      <span className="min-w-16 text-right text-xs">
        <span className={props.labelled ? 'block text-2xs text-muted' : 'sr-only'}>{label} </span>
        <span className="tabular font-medium">
          {value === undefined ? t('noValue') : formatMetric(value, 'percent', i18n.language)}
        </span>
      </span>
    </span>
  );
}
