import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { textSaid } from '#renderer/i18n/said.ts';
import { api } from '#renderer/client/api.ts';
import { usePlatformStatus } from '#renderer/client/usePlatformStatus.ts';
import { Card } from '#renderer/ui/Card.tsx';
import { CopyId } from '#renderer/ui/CopyId.tsx';
import { Elapsed } from '#renderer/ui/Elapsed.tsx';
import { FactList } from '#renderer/ui/FactList.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';

/** What runs here, where it keeps its data, and who is looking. */
export function AboutTab() {
  const { t } = useTranslation(['settings', 'frame']);
  const status = usePlatformStatus();
  const { data: me } = useQuery(api.platform.whoami.queryOptions({ input: {} }));
  if (!status) return <Skeleton lines={6} />;
  const facts: [string, ReactNode][] = [
    [t('about.version'), status.version],
    [t('about.engine'), t(`frame:statusBar.engine.${status.engine}`)],
    [t('about.uptime'), <Elapsed key="u" from={status.started_at} />],
    [
      t('about.address'),
      status.address ? <CopyId key="a" full id={status.address} /> : t('about.off'),
    ],
    [t('about.home'), <CopyId key="h" full id={status.home} className="break-all" />],
    [
      t('about.pid'),
      <span key="p" className="tabular">
        {status.pid}
      </span>,
    ],
    [
      t('about.schedules'),
      <span key="s" className="tabular">
        {status.schedules}
      </span>,
    ],
    [
      t('about.you'),
      me &&
        t('about.youValue', { name: me.name, role: textSaid(me.role), face: textSaid(me.face) }),
    ],
    [t('about.license'), 'Apache-2.0'],
  ];
  return (
    <Card>
      <div className="mb-4 flex items-center gap-3">
        <img src="./icon.svg" alt="" className="size-10" />
        <div>
          <p className="text-lg font-semibold">Nexus</p>
          <p className="text-sm text-muted">{status.version}</p>
        </div>
      </div>
      <FactList facts={facts} />
    </Card>
  );
}
