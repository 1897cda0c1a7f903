import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';

/** An address that leads nowhere. */
export function NotFound() {
  const { t } = useTranslation('frame');
  return (
    <EmptyState
      icon={<Compass />}
      title={t('notFound.title')}
      action={
        <Button asChild variant="primary">
          <Link to="/">{t('notFound.home')}</Link>
        </Button>
      }
    />
  );
}
