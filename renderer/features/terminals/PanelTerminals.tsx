import { useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { TerminalDeck } from './TerminalDeck.tsx';

/** The terminals in the bottom panel. On their own page they are there: each is on screen once. */
export function PanelTerminals() {
  const { t } = useTranslation('terminals');
  const here = useRouterState({ select: (state) => state.location.pathname === '/terminals' });
  if (here) return <EmptyState compact title={t('above')} />;
  return <TerminalDeck />;
}
