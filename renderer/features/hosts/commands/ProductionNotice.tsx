import { useQuery } from '@tanstack/react-query';
import { ShieldAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Host } from '#contract/hosts.ts';
import { api } from '#renderer/client/api.ts';
import { isProduction } from '../list/hostSearch.ts';

/** Says which of the hosts are in production, and whether somebody will be asked. */
export function ProductionNotice({ hosts }: { hosts: readonly Host[] }) {
  const { t } = useTranslation('hosts');
  const settings = useQuery(api.settings.get.queryOptions({ input: {} }));
  const production = hosts.filter((host) => isProduction(host.environment));
  // Before it is known nothing is promised.
  const asks = settings.data && settings.data['ssh.production_approval'] === 'on';
  if (production.length === 0) return null;
  return (
    <p className="flex items-start gap-2 rounded-control bg-danger/8 p-2 text-sm">
      <ShieldAlert className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
      <span>
        {t('command.production', {
          count: production.length,
          names: production.map(({ name }) => name).join(', '),
        })}{' '}
        {asks !== undefined && t(asks ? 'command.asks' : 'command.noAsk')}
      </span>
    </p>
  );
}
