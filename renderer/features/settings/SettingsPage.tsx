import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { settingsTabs } from '#renderer/app/search.ts';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { Tabs } from '#renderer/ui/Tabs.tsx';
import { AboutTab } from './AboutTab.tsx';
import { AppearanceTab } from './AppearanceTab.tsx';
import { PlatformTab } from './PlatformTab.tsx';
import { TokensTab } from './TokensTab.tsx';

const contents = {
  appearance: <AppearanceTab />,
  platform: <PlatformTab />,
  tokens: <TokensTab />,
  about: <AboutTab />,
};

/** How this window looks, how the platform behaves, who may come in. */
export function SettingsPage() {
  const { t } = useTranslation('settings');
  const { tab = 'appearance' } = useSearch({ from: '/settings' });
  const navigate = useNavigate({ from: '/settings' });
  return (
    <div className="mx-auto w-full max-w-3xl pb-8">
      <PageHeader title={t('title')} />
      <Tabs
        className="px-3 max-narrow:px-1"
        label={t('title')}
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next }, replace: true })}
        items={settingsTabs.map((value) => ({
          value,
          label: t(`tabs.${value}`),
          content: <div className="space-y-6 px-3 py-5">{contents[value]}</div>,
        }))}
      />
    </div>
  );
}
