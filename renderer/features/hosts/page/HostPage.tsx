import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { PlugZap, Server, SquareChevronRight, SquareTerminal } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '#renderer/client/useMay.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { useShortcuts } from '#renderer/ui/shortcuts/useShortcuts.ts';
import { Tabs } from '#renderer/ui/Tabs.tsx';
import { addressOf } from '../address.ts';
import { EnvironmentBadge } from '../EnvironmentBadge.tsx';
import { FilesTab } from '../files/FilesTab.tsx';
import { HostDialog } from '../form/HostDialog.tsx';
import { RemoveHost } from '../form/RemoveHost.tsx';
import { TestDialog } from '../form/TestDialog.tsx';
import { ForwardsTab } from '../forwards/ForwardsTab.tsx';
import { HealthBadge } from '../HealthBadge.tsx';
import { HostMenu } from '../list/HostMenu.tsx';
import { useHostActions } from '../useHostActions.ts';
import { type HostRow, useHosts } from '../useHosts.ts';
import { HostOverview } from './HostOverview.tsx';

type Asked = { what: 'edit' | 'test' | 'remove'; name: string };

function Host({ host }: { host: HostRow }) {
  const { t } = useTranslation('hosts');
  const search = useSearch({ from: '/hosts/$name' });
  const navigate = useNavigate({ from: '/hosts/$name' });
  const may = useMay();
  const actions = useHostActions();
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const dialogs = useMemo(
    () => ({
      edit: (name: string) => setAsked({ what: 'edit', name }),
      test: (name: string) => setAsked({ what: 'test', name }),
      remove: (name: string) => setAsked({ what: 'remove', name }),
    }),
    [],
  );
  const { name } = host;
  const operator = may('operator');
  useShortcuts(t('shortcuts'), [
    ...(operator
      ? [
          { keys: 'c', label: t('terminal'), run: () => actions.terminal(name) },
          { keys: 'r', label: t('runCommand'), run: () => actions.command([name]) },
          { keys: 't', label: t('test.verb'), run: () => dialogs.test(name) },
        ]
      : []),
    ...(may('admin') ? [{ keys: 'e', label: t('edit'), run: () => dialogs.edit(name) }] : []),
  ]);
  return (
    <>
      <PageHeader
        title={
          <span className="flex items-center gap-3">
            <span className="truncate">{name}</span>
            <EnvironmentBadge environment={host.environment} />
            <HealthBadge health={host.health} />
          </span>
        }
        text={<span className="font-mono text-xs">{addressOf(host)}</span>}
        actions={
          <>
            {operator && (
              <>
                <Button icon={<SquareTerminal />} onClick={() => actions.terminal(name)}>
                  {t('terminal')}
                </Button>
                <Button icon={<SquareChevronRight />} onClick={() => actions.command([name])}>
                  {t('runCommand')}
                </Button>
                <Button
                  icon={<PlugZap />}
                  className="max-narrow:hidden"
                  onClick={() => dialogs.test(name)}
                >
                  {t('test.verb')}
                </Button>
              </>
            )}
            <HostMenu host={host} dialogs={dialogs} />
          </>
        }
      />
      <Tabs
        label={name}
        value={operator ? (search.tab ?? 'overview') : 'overview'}
        onChange={(tab) => void navigate({ search: { tab }, replace: true })}
        className="flex-1 px-3 max-narrow:px-1"
        items={[
          { value: 'overview', label: t('tab.overview'), content: <HostOverview host={host} /> },
          ...(operator
            ? [
                {
                  value: 'files' as const,
                  label: t('tab.files'),
                  content: <FilesTab key={host.id} host={name} />,
                },
                {
                  value: 'forwards' as const,
                  label: t('tab.forwards'),
                  content: <ForwardsTab host={name} />,
                },
              ]
            : []),
        ]}
      />
      {asked?.what === 'edit' && <HostDialog host={host} onClose={close} onTest={dialogs.test} />}
      {asked?.what === 'test' && (
        <TestDialog name={asked.name} onClose={close} onEdit={() => dialogs.edit(name)} />
      )}
      {asked?.what === 'remove' && (
        <RemoveHost name={name} onClose={close} onRemoved={() => void navigate({ to: '/hosts' })} />
      )}
    </>
  );
}

/** One host: its state and figures, its files, its forwards. */
export function HostPage() {
  const { t } = useTranslation('hosts');
  const { name } = useParams({ from: '/hosts/$name' });
  const navigate = useNavigate({ from: '/hosts/$name' });
  const { list, rows } = useHosts();
  const [shown, setShown] = useState({ at: name, id: '' });
  const named = rows?.find((one) => one.name === name || one.id === name);
  // Renamed while it is shown, here or by somebody else: it stays, and its address follows.
  const renamed =
    !named && shown.at === name ? rows?.find((one) => one.id === shown.id) : undefined;
  const host = named ?? renamed;
  if (host && (shown.at !== name || shown.id !== host.id)) setShown({ at: name, id: host.id });
  const goTo = renamed?.name;
  useEffect(() => {
    if (goTo !== undefined)
      void navigate({ to: '.', params: { name: goTo }, search: true, replace: true });
  }, [goTo, navigate]);
  // A page of its own for each: what was asked of one host is not asked of the next.
  if (host) return <Host key={host.id} host={host} />;
  if (list.isPending || list.isError)
    return <QueryState query={list} lines={6} meaning={t('loadFailed')} />;
  return (
    <EmptyState
      icon={<Server />}
      title={t('gone', { name })}
      text={t('goneText')}
      action={<Button onClick={() => void navigate({ to: '/hosts' })}>{t('all')}</Button>}
    />
  );
}
