import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { roleAllows } from '#contract/define.ts';
import { said } from '#renderer/i18n/said.ts';
import { api } from '#renderer/client/api.ts';
import { usePlatformStatus } from '#renderer/client/usePlatformStatus.ts';
import { showPanel, useFrame } from '#renderer/stores/frame.ts';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Tabs } from '#renderer/ui/Tabs.tsx';
import { PlatformLog } from './PlatformLog.tsx';
import { Prose } from '#renderer/ui/Prose.tsx';

function Problems() {
  const { t } = useTranslation('frame');
  const problems = (usePlatformStatus()?.problems ?? []).map((one) => said(one));
  if (problems.length === 0) {
    return <EmptyState compact icon={<CircleCheck />} title={t('panel.noProblems')} />;
  }
  return (
    <ul className="h-full divide-y divide-border overflow-auto">
      {problems.map((problem) => (
        <li key={`${problem.code} ${problem.message}`} className="flex gap-3 px-4 py-2 text-sm">
          <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden />
          <div className="min-w-0">
            <p>
              <Prose text={problem.message} />
            </p>
            {problem.hint && (
              <p className="text-muted">
                <Prose text={problem.hint} />
              </p>
            )}
            <p className="font-mono text-2xs text-muted">{problem.code}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Logs() {
  const { t } = useTranslation('frame');
  const { data: me } = useQuery(api.platform.whoami.queryOptions({ input: {} }));
  if (me && !roleAllows(me.role, 'operator')) {
    return <EmptyState compact title={t('panel.logsDenied')} />;
  }
  return <PlatformLog />;
}

/** Logs and problems of the platform, on every page. */
export function BottomPanel() {
  const { t } = useTranslation('frame');
  const tab = useFrame((state) => state.panel ?? state.lastPanel);
  const count = usePlatformStatus()?.problems.length ?? 0;
  return (
    <aside aria-label={t('panel.label')} className="h-full bg-surface-2">
      <Tabs
        className="h-full"
        label={t('panel.label')}
        value={tab}
        onChange={showPanel}
        aside={
          <IconButton label={t('panel.close')} size="icon-sm" onClick={() => showPanel(null)}>
            <X />
          </IconButton>
        }
        items={[
          { value: 'logs', label: t('panel.logs'), content: <Logs /> },
          {
            value: 'problems',
            label: count > 0 ? `${t('panel.problems')} (${count})` : t('panel.problems'),
            content: <Problems />,
          },
        ]}
      />
    </aside>
  );
}
