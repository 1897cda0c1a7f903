import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { LayoutTemplate, Play, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { runWithDefaults } from '../workflows/runDialogStore.ts';

/** What a person sees before anything ever ran. */
export function Welcome() {
  const { t } = useTranslation('home');
  const { data } = useQuery(api.workflows.list.queryOptions({ input: {} }));
  const welcome = data?.workflows.find((one) => one.name === 'welcome' && one.valid);
  return (
    <section className="relative overflow-hidden rounded-card border border-accent/35 bg-accent/7 p-5">
      <h2 className="text-lg font-semibold">{t('welcome.title')}</h2>
      <p className="mt-1 max-w-prose text-sm text-pretty text-muted">{t('welcome.text')}</p>
      <div className="mt-4 flex flex-wrap gap-2">
        {welcome && (
          <Button variant="primary" icon={<Play />} onClick={() => runWithDefaults(welcome.name)}>
            {t('welcome.run')}
          </Button>
        )}
        <Button asChild>
          <Link to="/templates">
            <LayoutTemplate aria-hidden />
            {t('welcome.templates')}
          </Link>
        </Button>
        <Button asChild variant="ghost">
          <Link to="/workflows" search={{ create: true }}>
            <Plus aria-hidden />
            {t('welcome.new')}
          </Link>
        </Button>
      </div>
    </section>
  );
}
