import {
  ArrowDownToLine,
  ArrowUpFromLine,
  CircleCheck,
  CircleSlash,
  CircleX,
  RotateCw,
  X,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatMetric } from '#renderer/features/monitor/formatMetric.ts';
import { said } from '#renderer/i18n/said.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Progress } from '#renderer/ui/Progress.tsx';
import { formatDuration } from '#renderer/ui/time.ts';
import { baseName } from './paths.ts';
import {
  cancelTransfer,
  clearTransfers,
  resumeTransfer,
  type Transfer,
  useTransfers,
} from './transferStore.ts';

function State({ transfer }: { transfer: Transfer }) {
  const { t, i18n } = useTranslation('hosts');
  const bytes = (value: number) => formatMetric(value, 'bytes', i18n.language);
  const { progress, done, rate } = transfer;
  if (transfer.state === 'asking') return t('transfer.asking');
  if (transfer.state === 'cancelled') return t('transfer.cancelled');
  if (transfer.state === 'failed') {
    const error = transfer.error && said(transfer.error);
    return (
      <span className="text-danger" title={error?.hint}>
        {error?.message ?? t('transfer.ended')}
      </span>
    );
  }
  if (done)
    return [
      t('transfer.done', {
        count: done.files,
        size: bytes(done.bytes),
        time: formatDuration(done.ms),
      }),
      done.resumed > 0 ? t('transfer.resumed', { size: bytes(done.resumed) }) : '',
      done.verified ? t('transfer.verified') : '',
    ]
      .filter(Boolean)
      .join(' · ');
  if (!progress) return t('transfer.asking');
  const left = rate ? ((progress.total - progress.bytes) / rate) * 1000 : undefined;
  return [
    t('transfer.of', { bytes: bytes(progress.bytes), total: bytes(progress.total) }),
    progress.files_total > 1
      ? t('transfer.files', { files: progress.files, count: progress.files_total })
      : '',
    rate ? `${bytes(rate)}/s` : '',
    left === undefined ? '' : t('transfer.left', { time: formatDuration(left) }),
  ]
    .filter(Boolean)
    .join(' · ');
}

const ends = {
  done: <CircleCheck className="size-4 shrink-0 text-ok" aria-hidden />,
  cancelled: <CircleSlash className="size-4 shrink-0 text-muted" aria-hidden />,
  failed: <CircleX className="size-4 shrink-0 text-danger" aria-hidden />,
};

function Row({ transfer }: { transfer: Transfer }) {
  const { t } = useTranslation('hosts');
  const { state, direction } = transfer;
  const live = state === 'asking' || state === 'running';
  const Icon = direction === 'upload' ? ArrowUpFromLine : ArrowDownToLine;
  const name = baseName(transfer.from);
  return (
    <li className="flex items-center gap-3 px-3 py-1.5 text-sm">
      {live ? (
        <Icon className="size-4 shrink-0 text-running" aria-hidden />
      ) : (
        ends[state as keyof typeof ends]
      )}
      <span className="min-w-0 flex-1">
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="sr-only">{t(`transfer.${direction}`)}</span>
          <span className="truncate font-medium">{name}</span>
          <span className="truncate font-mono text-2xs text-muted" title={transfer.to}>
            → {transfer.to}
          </span>
        </span>
        <span className="tabular block truncate text-xs text-muted">
          <State transfer={transfer} />
        </span>
      </span>
      {live && transfer.progress && (
        <Progress
          value={transfer.progress.bytes}
          max={transfer.progress.total}
          label={t('transfer.progress', { name })}
          className="max-narrow:w-16"
        />
      )}
      {live && (
        <IconButton
          label={t('transfer.cancel', { name })}
          size="icon-sm"
          onClick={() => cancelTransfer(transfer.id)}
        >
          <X />
        </IconButton>
      )}
      {(state === 'failed' || state === 'cancelled') && (
        <IconButton
          label={t('transfer.resume', { name })}
          size="icon-sm"
          onClick={() => resumeTransfer(transfer)}
        >
          <RotateCw />
        </IconButton>
      )}
    </li>
  );
}

/** The transfers with a host: how far, how fast, how long still; to end and to go on. */
export function TransferList({ host }: { host: string }) {
  const { t } = useTranslation('hosts');
  const all = useTransfers((state) => state.transfers);
  const mine = all.filter((one) => one.host === host);
  if (mine.length === 0) return null;
  const ended = mine.some(({ state }) => state !== 'asking' && state !== 'running');
  return (
    <section aria-label={t('transfer.title')} className="shrink-0 bg-surface-2">
      <header className="flex h-8 items-center gap-2 px-3">
        <h2 className="flex-1 text-xs font-semibold text-muted">{t('transfer.title')}</h2>
        {ended && (
          <Button size="sm" variant="ghost" onClick={() => clearTransfers(host)}>
            {t('transfer.clear')}
          </Button>
        )}
      </header>
      <ul className="max-h-44 divide-y divide-border overflow-y-auto border-t border-border">
        {mine.map((transfer) => (
          <Row key={transfer.id} transfer={transfer} />
        ))}
      </ul>
    </section>
  );
}
