import { useTranslation } from 'react-i18next';
import { formatExact, formatRelative } from './time.ts';
import { useNow } from './useNow.ts';

/** A time relative to now; the exact one on hover, in the reader's locale and zone. */
export function RelativeTime(props: { at: string; className?: string }) {
  const { i18n } = useTranslation();
  const now = useNow(5_000);
  const at = Date.parse(props.at);
  return (
    <time
      dateTime={props.at}
      title={formatExact(at, i18n.language)}
      className={`tabular whitespace-nowrap ${props.className ?? ''}`}
    >
      {formatRelative(at, now, i18n.language)}
    </time>
  );
}
