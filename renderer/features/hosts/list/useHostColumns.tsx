import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { LOCAL_HOST } from '#contract/monitor.ts';
import { api } from '#renderer/client/api.ts';
import { HostFigure } from '#renderer/features/monitor/HostFigure.tsx';
import type { Column } from '#renderer/ui/table/tableTypes.ts';
import { useMedia } from '#renderer/ui/useMedia.ts';
import { addressOf } from '../address.ts';
import { EnvironmentBadge } from '../EnvironmentBadge.tsx';
import { HealthBadge } from '../HealthBadge.tsx';
import type { HostRow } from '../useHosts.ts';
import { type HostDialogs, HostMenu } from './HostMenu.tsx';
import { Labels } from './Labels.tsx';
import { SelectHost } from './SelectHost.tsx';

const rank = { failing: 0, connecting: 1, connected: 2, idle: 3 };

/** Columns of the list of hosts. */
export function useHostColumns(options: {
  selected: ReadonlySet<string>;
  toggle: (name: string) => void;
  dialogs: HostDialogs;
}): Column<HostRow>[] {
  const { t } = useTranslation('hosts');
  const { selected, toggle, dialogs } = options;
  // Where it is tight, what helps to find a host stays.
  const roomy = useMedia('(min-width: 1180px)');
  const { data } = useQuery(api.monitor.hosts.queryOptions({ input: {} }));
  const watched = data?.hosts.some((host) => host.monitored && host.id !== LOCAL_HOST) ?? false;
  const figures = roomy && watched;
  return useMemo(
    () => [
      {
        id: 'select',
        header: <span className="sr-only">{t('column.select')}</span>,
        width: '36px',
        cell: (host) => (
          <SelectHost
            name={host.name}
            selected={selected.has(host.name)}
            onToggle={() => toggle(host.name)}
          />
        ),
      },
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(140px, 2fr)',
        sortValue: (host) => host.name,
        cell: (host) => <span className="truncate font-medium">{host.name}</span>,
      },
      {
        id: 'environment',
        header: t('column.environment'),
        width: 'minmax(132px, 1fr)',
        spare: 1,
        sortValue: (host) => host.environment,
        cell: (host) => <EnvironmentBadge environment={host.environment} />,
      },
      {
        id: 'health',
        header: t('column.health'),
        width: 'minmax(190px, 1.2fr)',
        sortValue: (host) => rank[host.health?.state ?? 'idle'],
        cell: (host) => <HealthBadge health={host.health} />,
      },
      {
        id: 'address',
        header: t('column.address'),
        width: 'minmax(140px, 2fr)',
        spare: 2,
        sortValue: (host) => host.address,
        cell: (host) => (
          <span className="truncate font-mono text-xs text-muted" title={addressOf(host)}>
            {addressOf(host)}
          </span>
        ),
      },
      {
        id: 'labels',
        header: t('column.labels'),
        width: 'minmax(120px, 2fr)',
        spare: 3,
        sortValue: (host) => [...host.groups, ...host.tags].join(' ') || undefined,
        cell: (host) => (
          <span className="flex h-[18px] min-w-0 flex-wrap gap-1 overflow-hidden">
            <Labels labels={host.groups} mark="@" />
            <Labels labels={host.tags} mark="#" />
          </span>
        ),
      },
      ...(figures ? (['cpu', 'memory'] as const) : []).map(
        (figure): Column<HostRow> => ({
          id: figure,
          header: t(`column.${figure}`),
          width: '164px',
          spare: 4,
          cell: (host) => <HostFigure hostId={host.id} figure={figure} />,
        }),
      ),
      {
        id: 'actions',
        header: <span className="sr-only">{t('column.actions')}</span>,
        width: '52px',
        align: 'end',
        cell: (host) => <HostMenu host={host} dialogs={dialogs} />,
      },
    ],
    [t, selected, toggle, dialogs, figures],
  );
}
