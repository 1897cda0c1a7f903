import { CircleCheck, CircleX, LoaderCircle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { HostTest } from '#contract/hosts.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { said } from '#renderer/i18n/said.ts';
import { Prose } from '#renderer/ui/Prose.tsx';
import { formatLatency } from '../HealthBadge.tsx';
import { HostKeyChanged } from './HostKeyChanged.tsx';

/** What came of a test: how fast it is, or what went wrong and what to do. */
export function TestResult(props: {
  name: string;
  busy: boolean;
  result: HostTest | undefined;
  error: Error | null;
  onRetry: () => void;
}) {
  const { t, i18n } = useTranslation('hosts');
  const { result } = props;
  if (props.busy)
    return (
      <p role="status" className="flex items-center gap-2 py-3 text-sm text-muted">
        <LoaderCircle className="size-4 animate-spin" aria-hidden />
        {t('test.running')}
      </p>
    );
  const failure = props.error ? toErrorShape(props.error) : result?.error && said(result.error);
  if (failure?.code === 'ssh.host_key_changed')
    return <HostKeyChanged name={props.name} error={failure} onForgotten={props.onRetry} />;
  if (failure)
    return (
      <div role="alert" className="flex gap-3 rounded-control bg-danger/8 p-3">
        <CircleX className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
        <div className="min-w-0 space-y-1 text-sm">
          <p className="break-words">
            <Prose text={failure.message} />
          </p>
          {failure.hint && (
            <p className="break-words text-muted">
              <Prose text={failure.hint} />
            </p>
          )}
          <p className="font-mono text-2xs text-muted">{failure.code}</p>
        </div>
      </div>
    );
  if (!result) return null;
  const ms = (value: number | undefined) =>
    value === undefined ? '–' : formatLatency(value, i18n.language);
  return (
    <div role="status" className="flex gap-3 rounded-control bg-ok/8 p-3">
      <CircleCheck className="mt-0.5 size-4 shrink-0 text-ok" aria-hidden />
      <div className="space-y-1 text-sm">
        <p className="font-medium">{t('test.works')}</p>
        <p className="tabular text-muted">
          {t('test.times', { connect: ms(result.connect_ms), command: ms(result.command_ms) })}
        </p>
        {result.client && <p className="text-muted">{t(`test.client.${result.client}`)}</p>}
      </div>
    </div>
  );
}
