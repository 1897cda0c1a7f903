import { formatDuration } from './time.ts';
import { useNow } from './useNow.ts';

function Running({ since }: { since: number }) {
  const now = useNow();
  return formatDuration(Math.max(0, now - since));
}

/** How long something took, or has been taking: counts while there is no end. */
export function Elapsed(props: {
  from?: string | undefined;
  to?: string | undefined;
  className?: string;
}) {
  if (!props.from) return null;
  const since = Date.parse(props.from);
  return (
    <span className={`tabular whitespace-nowrap ${props.className ?? ''}`}>
      {props.to ? formatDuration(Date.parse(props.to) - since) : <Running since={since} />}
    </span>
  );
}
