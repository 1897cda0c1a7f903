import { Wifi, WifiOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useConnection } from '#renderer/client/connectionStore.ts';
import { Tooltip } from '#renderer/ui/Tooltip.tsx';

/** Whether this window hears from the platform. */
export function ConnectionDot() {
  const { t } = useTranslation('frame');
  const state = useConnection((connection) => connection.state);
  const shown = state === 'unauthorised' ? 'lost' : state;
  const Icon = shown === 'lost' ? WifiOff : Wifi;
  const colour = { connecting: 'text-muted animate-breathe', open: 'text-ok', lost: 'text-danger' };
  return (
    <Tooltip label={t(`connection.${shown}`)} side="bottom">
      <span
        role="status"
        aria-label={t(`connection.${shown}`)}
        className="flex size-8 items-center justify-center"
      >
        <Icon className={`size-4 ${colour[shown]}`} aria-hidden />
      </span>
    </Tooltip>
  );
}

/** A thin bar while the connection is lost; the page below stays as it is. */
export function ConnectionBar() {
  const { t } = useTranslation('frame');
  const lost = useConnection((connection) => connection.state === 'lost');
  if (!lost) return null;
  return (
    <div
      role="alert"
      className="absolute inset-x-0 top-12 z-20 animate-skeleton bg-surface-2 text-xs text-warn"
    >
      <div className="flex h-6 items-center justify-center gap-2 border-b border-warn/40 bg-warn/14 px-3">
        <WifiOff className="size-3.5 shrink-0" aria-hidden />
        <span className="truncate">{t('connection.lostBar')}</span>
      </div>
    </div>
  );
}
