import { FileJson, RotateCw, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { LogView } from '#renderer/ui/log/LogView.tsx';
import { Progress } from '#renderer/ui/Progress.tsx';
import { saveFile } from '#renderer/ui/saveFile.ts';
import { DataTable } from '#renderer/ui/table/DataTable.tsx';
import { formatDuration } from '#renderer/ui/time.ts';
import type { HostResult } from './CommandOutput.ts';
import { retryCommand, useCommand } from './commandStore.ts';
import { ResultBadge } from './ResultBadge.tsx';
import { resultsFile } from './resultsFile.ts';
import { lastWord, useResultColumns } from './useResultColumns.tsx';

const sizes = ['B', 'KiB', 'MiB'];
function size(bytes: number): string {
  const unit = bytes >= 1024 ** 2 ? 2 : bytes >= 1024 ? 1 : 0;
  return `${Math.round(bytes / 1024 ** unit)} ${sizes[unit]}`;
}

/** The hosts of the newest command as a table, and what they wrote. */
export function CommandResults() {
  const { t } = useTranslation('hosts');
  const run = useCommand((state) => state.run);
  const version = useCommand((state) => state.version);
  const columns = useResultColumns();
  const [chosen, setChosen] = useState<string>();
  const output = run?.output;
  // The version stands for what is in the output, which changes in place.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const results = useMemo(() => output?.results ?? [], [output, version]);
  const host = results.some((one) => one.host === chosen) ? chosen : undefined;
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const lines = useMemo(() => output?.lines(host) ?? [], [output, version, host]);
  if (!run || !output) return null;
  const live = run.state === 'running' || run.state === 'asking';
  const of = (...states: HostResult['state'][]) =>
    results.filter((one) => states.includes(one.state)).map((one) => one.host);
  const failed = of('failed');
  const skipped = of('skipped');
  const ended = results.length - of('waiting', 'running').length;
  const cut = results.some((one) => one.truncated);
  return (
    <section
      aria-label={t('result.title')}
      className="flex min-h-0 flex-1 flex-col border-t border-border bg-surface-2 max-narrow:min-h-[80vh] max-narrow:shrink-0"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-border px-6 py-1.5 text-sm max-narrow:px-4">
        <span role="status" className="font-medium">
          {t(`command.state.${run.state}`)}
        </span>
        {live && <Progress value={ended} max={results.length} label={t('result.progress')} />}
        <span className="tabular text-muted">
          {t('result.summary', {
            succeeded: of('succeeded').length,
            failed: failed.length,
            left: results.length - ended,
          })}
        </span>
        {cut && (
          <span className="text-xs text-warn">{t('result.cut', { size: size(run.maxBytes) })}</span>
        )}
        <span className="flex-1" />
        {!live && failed.length > 0 && (
          <Button size="sm" icon={<RotateCw />} onClick={() => void retryCommand(failed)}>
            {t('result.retry', { count: failed.length })}
          </Button>
        )}
        {!live && skipped.length > 0 && (
          <Button size="sm" onClick={() => void retryCommand(skipped)}>
            {t('result.skippedRun', { count: skipped.length })}
          </Button>
        )}
        <IconButton
          label={t('result.save')}
          size="icon-sm"
          disabled={live}
          onClick={() => saveFile('nexus-command.json', resultsFile(output), 'application/json')}
        >
          <FileJson />
        </IconButton>
      </div>
      {run.error && (
        <p role="alert" className="border-b border-border bg-danger/8 px-6 py-2 text-sm">
          {run.error.message} <span className="text-muted">{run.error.hint}</span>
        </p>
      )}
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,5fr)_minmax(0,6fr)] max-lg:grid-cols-1 max-lg:grid-rows-[minmax(140px,2fr)_minmax(160px,3fr)]">
        <div className="min-h-0 border-r border-border max-lg:border-r-0 max-lg:border-b">
          <DataTable
            rows={results}
            rowKey={(one) => one.host}
            columns={columns}
            label={t('result.title')}
            onOpen={(one) => setChosen(one.host === host ? undefined : one.host)}
            selected={new Set(host === undefined ? [] : [host])}
            card={(one) => (
              <div className="space-y-1">
                <div className="flex items-center gap-2">
                  <span className="min-w-0 flex-1 truncate font-medium">{one.host}</span>
                  <ResultBadge result={one} />
                  <span className="tabular text-xs text-muted">
                    {one.ms === undefined ? '' : formatDuration(one.ms)}
                  </span>
                </div>
                <div className="truncate font-mono text-xs text-muted">{lastWord(one)}</div>
              </div>
            )}
          />
        </div>
        <div className="flex min-h-0 flex-col">
          {host !== undefined && (
            <div className="flex items-center gap-2 border-b border-border px-3 py-1 text-sm">
              <span className="min-w-0 flex-1 truncate font-medium">{host}</span>
              <IconButton
                label={t('result.all')}
                size="icon-sm"
                onClick={() => setChosen(undefined)}
              >
                <X />
              </IconButton>
            </div>
          )}
          <LogView
            key={host ?? ''}
            lines={lines}
            live={live}
            fromEnd
            label={host ?? t('result.output')}
            fileName={`${host ?? 'nexus-command'}.log`}
            className="flex-1"
          />
        </div>
      </div>
    </section>
  );
}
