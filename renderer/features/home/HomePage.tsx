import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { HostGlance } from '#renderer/features/monitor/HostGlance.tsx';
import { Broken } from './Broken.tsx';
import { HomeCharts } from './HomeCharts.tsx';
import { NeedsYou } from './NeedsYou.tsx';
import { NextUp } from './NextUp.tsx';
import { RunningNow } from './RunningNow.tsx';
import { Welcome } from './Welcome.tsx';

/** In two seconds: what waits for me, what broke, what runs, what is next. */
export function HomePage() {
  const { t } = useTranslation('home');
  const any = useQuery(api.runs.list.queryOptions({ input: { limit: 1 } }));
  const isFresh = any.data?.items.length === 0;
  return (
    <div className="mx-auto w-full max-w-6xl pb-8">
      <PageHeader title={t('title')} />
      <div className="grid grid-cols-1 gap-4 px-6 max-narrow:px-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          {isFresh && <Welcome />}
          <NeedsYou />
          <Broken />
          <RunningNow />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <HomeCharts />
          <HostGlance />
          <NextUp />
        </div>
      </div>
    </div>
  );
}
