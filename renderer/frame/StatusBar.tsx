import { Link } from '@tanstack/react-router';
import { CalendarClock, CircleCheck, CircleDot, CircleX, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { usePlatformStatus } from '#renderer/client/usePlatformStatus.ts';
import { VaultStatusItem } from '#renderer/features/vault/VaultStatusItem.tsx';
import { showPanel } from '#renderer/stores/frame.ts';
import { cn } from '#renderer/ui/cn.ts';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';

const item =
  'flex h-full min-w-0 items-center gap-1.5 rounded px-1.5 [&_svg]:size-3.5 [&_svg]:shrink-0';

/** One line below every page: what runs, what is next, how the engine is. */
export function StatusBar() {
  const { t } = useTranslation('frame');
  const status = usePlatformStatus();
  const engine = status?.engine ?? 'ready';
  const EngineIcon = engine === 'ready' ? CircleCheck : engine === 'stopping' ? CircleDot : CircleX;
  return (
    <footer
      aria-label={t('statusBar.label')}
      className="flex h-7 shrink-0 items-center gap-2 border-t border-border bg-surface-2 px-2 text-xs text-muted"
    >
      {status && (
        <>
          <Link
            to="/runs"
            search={{ q: 'status:queued,running,waiting' }}
            className={cn(item, 'hover:text-text')}
          >
            <CircleDot
              className={status.active_runs > 0 ? 'animate-breathe text-running' : ''}
              aria-hidden
            />
            <span className="tabular">{t('statusBar.running', { count: status.active_runs })}</span>
          </Link>
          <Link to="/schedules" className={cn(item, 'hover:text-text')}>
            <CalendarClock aria-hidden />
            {status.next_schedule ? (
              <span className="truncate">
                {t('statusBar.next', { workflow: status.next_schedule.workflow })}
                {', '}
                <RelativeTime at={status.next_schedule.at} />
              </span>
            ) : (
              t('statusBar.noNext')
            )}
          </Link>
          <span className="flex-1" />
          {status.problems.length > 0 && (
            <button
              type="button"
              className={cn(item, 'text-warn')}
              onClick={() => showPanel('problems')}
            >
              <TriangleAlert aria-hidden />
              {t('statusBar.problems', { count: status.problems.length })}
            </button>
          )}
          <VaultStatusItem className={item} />
          <span className={item}>
            <EngineIcon
              className={
                engine === 'ready' ? 'text-ok' : engine === 'stopping' ? 'text-warn' : 'text-danger'
              }
              aria-hidden
            />
            {t(`statusBar.engine.${engine}`)}
          </span>
          <Link to="/settings" search={{ tab: 'about' }} className={cn(item, 'hover:text-text')}>
            {t('statusBar.version', { version: status.version })}
          </Link>
        </>
      )}
    </footer>
  );
}
