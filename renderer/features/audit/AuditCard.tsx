import type { AuditEntry } from '#contract/audit.ts';
import { textSaid } from '#renderer/i18n/said.ts';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { OutcomeBadge } from './OutcomeBadge.tsx';

/** An entry of the audit log where there is no room for a table. */
export function AuditCard(props: { entry: AuditEntry }) {
  const { entry } = props;
  return (
    <div className="space-y-1">
      <div className="flex items-center justify-between gap-2">
        <span className="truncate font-mono text-xs">{entry.action}</span>
        <OutcomeBadge outcome={entry.outcome} />
      </div>
      <div className="flex gap-3 text-xs text-muted">
        <RelativeTime at={entry.at} />
        <span className="truncate">
          {entry.actor} · {textSaid(entry.face)}
        </span>
      </div>
    </div>
  );
}
