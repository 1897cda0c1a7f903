import { PlugZap, RotateCcw, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Terminal } from '#contract/terminals.ts';
import { client } from '#renderer/client/api.ts';
import { said } from '#renderer/i18n/said.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { cn } from '#renderer/ui/cn.ts';
import { toastError } from '#renderer/ui/toast.ts';
import { useNow } from '#renderer/ui/useNow.ts';
import { closeTerminal, viewOf } from './views.ts';

/** What became of the shell, where it does not run. */
function useEndText({ state, exit, error }: Terminal): string {
  const { t } = useTranslation('terminals');
  if (state === 'connecting') return t('state.connecting');
  if (state === 'disconnected') {
    const { message, hint } = error ? said(error) : { message: t('state.disconnected') };
    return [message, hint].filter(Boolean).join(' ');
  }
  return exit?.signal
    ? t('state.signal', { signal: exit.signal })
    : t('state.exited', { code: exit?.code ?? 0 });
}

/** Counts down to the next try. */
function Countdown({ until }: { until: string }) {
  const { t } = useTranslation('terminals');
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - useNow()) / 1000));
  // A number that is read out every second helps nobody.
  return (
    <span aria-hidden className="tabular whitespace-nowrap">
      {t('state.retry', { seconds })}
    </span>
  );
}

/** Below a terminal whose shell does not run: why, and how to go on. */
export function TerminalEnd({ terminal }: { terminal: Terminal }) {
  const { t } = useTranslation('terminals');
  const { id, state } = terminal;
  const text = useEndText(terminal);
  if (state === 'running') return null;
  const reconnect = () => {
    client.terminals.reconnect({ id }).then(() => viewOf(id).focus(), toastError);
  };
  return (
    <div
      role="status"
      className={cn(
        'flex flex-wrap items-center gap-2 border-t border-border bg-surface-2 px-3 py-1.5 text-sm',
        state === 'disconnected' && 'text-warn',
        state === 'connecting' && 'animate-skeleton',
      )}
    >
      <p className="flex min-w-0 flex-1 basis-64 items-center gap-2">
        <PlugZap className="size-4 shrink-0" aria-hidden />
        <span className="min-w-0 wrap-anywhere">
          {text} {terminal.retry_at && <Countdown until={terminal.retry_at} />}
        </span>
      </p>
      {state !== 'connecting' && (
        <>
          <Button size="sm" variant="primary" icon={<RotateCcw />} onClick={reconnect}>
            {t(terminal.kind === 'ssh' ? 'reconnect' : 'restart')}
          </Button>
          <Button size="sm" icon={<X />} onClick={() => void closeTerminal(id)}>
            {t('close')}
          </Button>
        </>
      )}
    </div>
  );
}
