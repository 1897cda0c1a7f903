import { useTranslation } from 'react-i18next';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';

/** A firing with weekday, date and time, and how far off it is. */
export function FiringTime({ at, zone }: { at: string; zone?: string }) {
  const { i18n } = useTranslation();
  const format = new Intl.DateTimeFormat(i18n.language, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(zone ? { timeZone: zone, timeZoneName: 'short' } : {}),
  });
  return (
    <span className="flex w-full items-baseline justify-between gap-3 text-sm">
      <span className="tabular">{format.format(Date.parse(at))}</span>
      <RelativeTime at={at} className="text-xs text-muted" />
    </span>
  );
}
