import { useTranslation } from 'react-i18next';
import { TerminalDeck } from './TerminalDeck.tsx';

/** Shells on this machine and on hosts, in tabs and splits. */
export function TerminalsPage() {
  const { t } = useTranslation('terminals');
  return (
    <>
      <h1 className="sr-only">{t('title')}</h1>
      <div className="min-h-0 flex-1">
        <TerminalDeck />
      </div>
    </>
  );
}
