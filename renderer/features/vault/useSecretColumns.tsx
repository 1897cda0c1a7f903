import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SecretInfo } from '#contract/vaultSecrets.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import type { Column } from '#renderer/ui/table/tableTypes.ts';
import { StateBadge } from './StateBadge.tsx';

/** Columns of the list of secrets. */
export function useSecretColumns(): Column<SecretInfo>[] {
  const { t } = useTranslation('vault');
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(180px, 2fr)',
        sortValue: (one) => one.name,
        cell: (one) => <span className="truncate font-mono text-xs">{one.name}</span>,
      },
      {
        id: 'description',
        header: t('column.description'),
        width: 'minmax(140px, 2fr)',
        spare: 3,
        cell: (one) => <span className="truncate text-muted">{one.description}</span>,
      },
      {
        id: 'tags',
        header: t('column.tags'),
        width: 'minmax(100px, 1fr)',
        spare: 2,
        cell: (one) => (
          <span className="flex gap-1 overflow-hidden">
            {one.tags.map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </span>
        ),
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '132px',
        sortValue: (one) => one.expires_at ?? '9',
        cell: (one) => <StateBadge secret={one} />,
      },
      {
        id: 'changed',
        header: t('column.changed'),
        width: '120px',
        spare: 1,
        sortValue: (one) => one.changed_at,
        cell: (one) => <RelativeTime at={one.changed_at} className="text-xs" />,
      },
      {
        id: 'used',
        header: t('column.used'),
        width: 'minmax(140px, 1fr)',
        sortValue: (one) => one.last_used_at ?? '',
        cell: (one) =>
          one.last_used_at ? (
            <span className="truncate text-xs">
              <RelativeTime at={one.last_used_at} /> · {one.last_used_by}
            </span>
          ) : (
            <span className="text-xs text-muted">{t('neverUsed')}</span>
          ),
      },
    ],
    [t],
  );
}
