import { useNavigate, useSearch } from '@tanstack/react-router';
import { SquareChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { useHosts } from '../useHosts.ts';
import { CommandForm } from './CommandForm.tsx';
import { CommandResults } from './CommandResults.tsx';
import { useCommand } from './commandStore.ts';

/** One command on many hosts. It goes on while other pages are open. */
export function CommandPage() {
  const { t } = useTranslation('hosts');
  const search = useSearch({ from: '/commands' });
  const navigate = useNavigate({ from: '/commands' });
  const { rows } = useHosts();
  const run = useCommand((state) => state.run);
  const [hosts, setHosts] = useState(search.hosts ?? run?.hosts ?? '');
  const [address, setAddress] = useState(search.hosts);
  // Another page or a link may name others; what is typed here goes into the address when it is done.
  if (search.hosts !== address) {
    setAddress(search.hosts);
    if (search.hosts !== undefined) setHosts(search.hosts);
  }
  const busy = run?.state === 'running' || run?.state === 'asking';
  return (
    <>
      <PageHeader title={t('command.title')} text={t('command.text')} />
      <CommandForm
        hosts={hosts}
        onHosts={setHosts}
        onKeep={() => void navigate({ search: { hosts: hosts || undefined }, replace: true })}
        all={rows ?? []}
        busy={busy}
        initial={run?.options}
      />
      {run ? (
        <CommandResults />
      ) : (
        <EmptyState
          icon={<SquareChevronRight />}
          title={t('command.empty')}
          text={t('command.emptyText')}
        />
      )}
    </>
  );
}
