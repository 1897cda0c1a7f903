import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '#renderer/client/api.ts';
import { useStream } from '#renderer/client/useStream.ts';
import { type LogEntry, LogView } from '#renderer/ui/log/LogView.tsx';

const KEPT = 20_000;

/** The platform's own log, live. */
export function PlatformLog() {
  const { t, i18n } = useTranslation('frame');
  const [lines, setLines] = useState<readonly LogEntry[]>([]);
  const next = useRef(0);
  const opened = useRef(false);
  useStream(
    'platform-log',
    (signal) => {
      opened.current = true;
      return client.platform.logs({}, { signal });
    },
    (items) => {
      const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'medium' });
      const fresh = items.map((item): LogEntry => {
        next.current += 1;
        const fields = item.fields === undefined ? '' : ` ${JSON.stringify(item.fields)}`;
        return {
          key: next.current,
          prefix: time.format(Date.parse(item.at)),
          text: `${item.part}: ${item.message}${fields}`,
          ...(item.level === 'error' || item.level === 'warn' ? { tone: item.level } : {}),
        };
      });
      // A newly opened stream starts with what the platform holds; that replaces what is shown.
      const restart = opened.current;
      opened.current = false;
      setLines((old) => [...(restart ? [] : old), ...fresh].slice(-KEPT));
    },
  );
  return <LogView live lines={lines} label={t('panel.logs')} fileName="nexus.log" />;
}
