import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { BellRing, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { useMay } from '#renderer/client/useMay.ts';
import { QuietLine } from '#renderer/features/home/ListRow.tsx';
import { Badge } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { Card } from '#renderer/ui/Card.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { AlertHistory } from './AlertHistory.tsx';
import { AlertRow } from './AlertRow.tsx';
import { RuleDialog } from './RuleDialog.tsx';
import { RuleList } from './RuleList.tsx';
import { useFiring } from './useFiring.ts';

/** What fires now, the rules, and what has fired. The rule that is edited is in the address. */
export function AlertsPanel() {
  const { t } = useTranslation('alerts');
  const search = useSearch({ from: '/monitor' });
  const navigate = useNavigate({ from: '/monitor' });
  const rules = useQuery(api.alerts.rules.queryOptions({ input: {} }));
  const states = useQuery(api.alerts.states.queryOptions({ input: {} }));
  const firing = useFiring();
  const mine = useMay()('operator');
  const edit = (rule: string | undefined) =>
    void navigate({ search: { ...search, rule }, replace: true });
  if (rules.isPending || rules.isError)
    return <QueryState query={rules} lines={6} meaning={t('loadFailed')} />;
  const all = rules.data.rules;
  const edited = all.find(({ id }) => id === search.rule);
  const add = mine && (
    <Button size="sm" variant="primary" icon={<Plus />} onClick={() => edit('')}>
      {t('add')}
    </Button>
  );
  return (
    <div className="space-y-4">
      {all.length > 0 && (
        <Card
          title={t('now')}
          flush
          aside={firing.length > 0 && <Badge tone="danger">{firing.length}</Badge>}
        >
          {/* Only what is known to be quiet is called quiet. */}
          <QueryState query={states} lines={2} />
          {states.data && firing.length === 0 && <QuietLine>{t('nothingFires')}</QuietLine>}
          <ul className="divide-y divide-border">
            {firing.map((alert) => (
              <AlertRow key={`${alert.rule} ${alert.host} ${alert.metric}`} alert={alert} />
            ))}
          </ul>
        </Card>
      )}
      <Card title={t('rules')} flush aside={all.length > 0 && add}>
        {all.length === 0 ? (
          <EmptyState
            compact
            icon={<BellRing />}
            title={t('empty')}
            text={t('emptyText')}
            action={add}
          />
        ) : (
          <RuleList
            rules={all}
            states={states.data?.states ?? []}
            mine={mine}
            onEdit={(rule) => edit(rule.id)}
          />
        )}
      </Card>
      <AlertHistory />
      {mine && (search.rule === '' || edited) && (
        <RuleDialog
          key={search.rule}
          {...(edited ? { rule: edited } : {})}
          onClose={() => edit(undefined)}
        />
      )}
    </div>
  );
}
