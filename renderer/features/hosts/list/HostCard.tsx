import { addressOf } from '../address.ts';
import { EnvironmentBadge } from '../EnvironmentBadge.tsx';
import { HealthBadge } from '../HealthBadge.tsx';
import type { HostRow } from '../useHosts.ts';
import { type HostDialogs, HostMenu } from './HostMenu.tsx';
import { Labels } from './Labels.tsx';

/** A host in a narrow window. */
export function HostCard({ host, dialogs }: { host: HostRow; dialogs: HostDialogs }) {
  return (
    <div className="space-y-1">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{host.name}</span>
        <EnvironmentBadge environment={host.environment} />
        <HostMenu host={host} dialogs={dialogs} />
      </div>
      <div className="flex items-center gap-2">
        <HealthBadge health={host.health} />
        <span className="min-w-0 truncate font-mono text-xs text-muted">{addressOf(host)}</span>
      </div>
      <div className="flex flex-wrap gap-1">
        <Labels labels={host.groups} mark="@" />
        <Labels labels={host.tags} mark="#" />
      </div>
    </div>
  );
}
