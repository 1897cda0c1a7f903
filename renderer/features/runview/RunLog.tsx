import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogLine } from '#contract/runs.ts';
import { client } from '#renderer/client/api.ts';
import { useStream } from '#renderer/client/useStream.ts';
import { type LogEntry, LogView } from '#renderer/ui/log/LogView.tsx';

/** More than this is not kept in the window; the download of the platform has everything. */
const KEPT = 200_000;

function entryOf(line: LogLine, named: boolean): LogEntry {
  const item = line.index === undefined ? '' : `[${line.index}]`;
  return {
    key: line.seq,
    text: line.text,
    ...(line.stream === 'stderr' ? { tone: 'error' as const } : {}),
    ...(line.stream === 'system' ? { tone: 'system' as const } : {}),
    ...(named ? { prefix: `${line.step}${item}` } : item === '' ? {} : { prefix: item }),
  };
}

/** The log of a run, or of one of its steps: streamed, resumed where it was after a lost connection. */
export function RunLog(props: { run: string; step?: string; live: boolean }) {
  const { t } = useTranslation('runview');
  const after = useRef(0);
  const [lines, setLines] = useState<readonly LogEntry[]>([]);
  useStream(
    `log ${props.run} ${props.step ?? ''}`,
    (signal) =>
      client.runs.log(
        {
          id: props.run,
          after: after.current,
          follow: true,
          ...(props.step === undefined ? {} : { step: props.step }),
        },
        { signal },
      ),
    (items) => {
      const fresh = items.filter((line) => line.seq > after.current);
      if (fresh.length === 0) return;
      after.current = fresh.at(-1)?.seq ?? after.current;
      const entries = fresh.map((line) => entryOf(line, props.step === undefined));
      setLines((old) => [...old, ...entries].slice(-KEPT));
    },
  );
  return (
    <LogView
      lines={lines}
      label={t('log.label')}
      fileName={`${props.run}${props.step === undefined ? '' : `-${props.step}`}.log`}
      live={props.live}
    />
  );
}
