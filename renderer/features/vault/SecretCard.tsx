import type { SecretInfo } from '#contract/vaultSecrets.ts';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { StateBadge } from './StateBadge.tsx';

/** A secret where there is no room for a table. */
export function SecretCard(props: { secret: SecretInfo }) {
  const { secret } = props;
  return (
    <div className="space-y-1">
      <div className="flex items-center justify-between gap-2">
        <span className="truncate font-mono text-xs">{secret.name}</span>
        <StateBadge secret={secret} />
      </div>
      <div className="flex gap-3 text-xs text-muted">
        <RelativeTime at={secret.changed_at} />
        <span className="truncate">{secret.description}</span>
      </div>
    </div>
  );
}
